import { type ReactNode, useId, useRef } from 'react';
import { useShortcut } from '../keyboard/shortcuts.ts';
import { Icon } from './icon.tsx';
import './form.css';

/** A control with its name above it and, below, what is expected of it. `children` gets the id that the control must have. */
export function Labelled(props: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly children: (id: string, hintId: string | undefined) => ReactNode;
}) {
  const id = useId();
  const hintId = props.hint === undefined ? undefined : `${id}-hint`;
  return (
    <div className="labelled">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id, hintId)}
      {props.hint === undefined ? null : (
        <p id={hintId} className="small soft">
          {props.hint}
        </p>
      )}
    </div>
  );
}

/** One line of text with its name. */
export function TextField(props: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly mono?: boolean;
  readonly required?: boolean;
  readonly maxLength: number;
  readonly lines?: number;
}) {
  const { value, onChange, mono = false, required = false, maxLength, lines = 1 } = props;
  const className = mono ? 'control mono' : 'control';
  return (
    <Labelled label={props.label} hint={props.hint}>
      {(id, hintId) => {
        const shared = {
          id,
          className,
          value,
          required,
          maxLength,
          'aria-describedby': hintId,
          autoComplete: 'off',
        } as const;
        return lines === 1 ? (
          <input {...shared} spellCheck={!mono} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <textarea {...shared} rows={lines} onChange={(event) => onChange(event.target.value)} />
        );
      }}
    </Labelled>
  );
}

/** The search of a page: `/` goes there, Escape leaves it. */
export function SearchField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  useShortcut({ keys: '/', does: props.label, group: 'Page' }, () => input.current?.focus());
  return (
    <label className="search-field">
      <Icon name="search" size={14} />
      <span className="unseen">{props.label}</span>
      <input
        ref={input}
        type="search"
        placeholder={props.label}
        value={props.value}
        maxLength={200}
        onChange={(event) => props.onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') input.current?.blur();
        }}
      />
    </label>
  );
}

/** Few choices of which one holds. */
export function Choices<Choice extends string>(props: {
  readonly legend: string;
  readonly choices: readonly { readonly value: Choice; readonly label: string; readonly means?: string }[];
  readonly value: Choice | undefined;
  readonly onChange: (value: Choice) => void;
}) {
  const name = useId();
  return (
    <fieldset className="choices">
      <legend>{props.legend}</legend>
      {props.choices.map(({ value, label, means }) => (
        <label key={value} className="choice">
          <input type="radio" name={name} checked={props.value === value} onChange={() => props.onChange(value)} />
          <span>
            {label}
            {means === undefined ? null : <span className="soft"> {means}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The buttons under a form, the main one first for who reads, last for who looks. */
export function FormActions({ children }: { readonly children: ReactNode }) {
  return <div className="form-actions">{children}</div>;
}
