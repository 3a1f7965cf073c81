import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { useShortcut } from '../../keyboard/shortcuts.ts';
import { chipsOf, EFFECT_KINDS, type Filter, filterOf, isNarrowed, SPANS_HOURS, typedFilter } from './filter.ts';

/** Milliseconds without a key after which what is typed is looked for. */
const TYPED_MS = 300;
/** Those that have a button; the others are rare, and are typed (`verdict:defer`). */
const USUAL_VERDICTS = ['allow', 'ask', 'deny'] as const;
const SPAN_NAMES: Readonly<Record<(typeof SPANS_HOURS)[number], string>> = {
  1: 'last hour',
  24: 'last day',
  168: 'last week',
  720: 'last 30 days',
};

export function FilterBar({
  filter,
  onChange,
}: {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}) {
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(filter.text ?? '');
  useShortcut({ keys: '/', does: 'Search', group: 'List' }, () => box.current?.focus());
  const latest = useRef({ filter, onChange });
  latest.current = { filter, onChange };
  useEffect(() => {
    const timer = setTimeout(() => {
      const now = latest.current;
      const next = typedFilter(typed, now.filter);
      if (JSON.stringify(next) === JSON.stringify(now.filter)) return;
      now.onChange(next);
      // What has become a chip leaves the box.
      setTyped(next.text ?? '');
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const without = (name: keyof Filter) => onChange(filterOf({ ...filter, [name]: undefined }));
  const choose = (name: keyof Filter, value: string) => onChange(filterOf({ ...filter, [name]: value }));
  return (
    <search className="filter">
      <div className="filter-box">
        <Icon name="search" />
        <input
          ref={box}
          type="search"
          aria-label="Search in commands, paths and targets"
          placeholder="Search, or agent:codex person:ada policy:… session:…"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <span className="filter-key mono" aria-hidden="true">
          /
        </span>
      </div>
      <fieldset className="filter-verdicts">
        <legend className="unseen">Verdict</legend>
        {USUAL_VERDICTS.map((verdict) => (
          <Button
            key={verdict}
            kind="quiet"
            icon={verdict}
            pressed={filter.verdict === verdict}
            onClick={() => (filter.verdict === verdict ? without('verdict') : choose('verdict', verdict))}
          >
            {verdict}
          </Button>
        ))}
      </fieldset>
      <label className="unseen" htmlFor={`${id}-effect`}>
        Effect
      </label>
      <select
        id={`${id}-effect`}
        value={filter.effect ?? ''}
        onChange={(event) => choose('effect', event.currentTarget.value)}
      >
        <option value="">any effect</option>
        {EFFECT_KINDS.map((kind) => (
          <option key={kind}>{kind}</option>
        ))}
      </select>
      <label className="unseen" htmlFor={`${id}-hours`}>
        Time
      </label>
      <select
        id={`${id}-hours`}
        value={filter.hours === undefined ? '' : String(filter.hours)}
        onChange={(event) => choose('hours', event.currentTarget.value)}
      >
        <option value="">any time</option>
        {SPANS_HOURS.map((hours) => (
          <option key={hours} value={String(hours)}>
            {SPAN_NAMES[hours]}
          </option>
        ))}
      </select>
      {chipsOf(filter).map(([name, value]) => (
        <Button key={name} icon="close" label={`Take away ${name} ${value}`} onClick={() => without(name)}>
          <span className="small">
            <span className="soft">{name}</span> {value}
          </span>
        </Button>
      ))}
      {isNarrowed(filter) ? (
        <Button
          kind="quiet"
          onClick={() => {
            setTyped('');
            onChange({});
          }}
        >
          Clear
        </Button>
      ) : null}
    </search>
  );
}
