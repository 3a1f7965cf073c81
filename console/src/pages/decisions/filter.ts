import type { Endpoints } from '../../api/schema.d.ts';
import type { VerdictKind } from '../../api/values.ts';

/** What the list is narrowed by; it stands in the address, so that a link shows what its sender saw. */
export interface Filter {
  readonly verdict?: VerdictKind;
  readonly agent?: string;
  readonly principal?: string;
  readonly person?: string;
  readonly session?: string;
  readonly policy?: string;
  readonly effect?: EffectKind;
  readonly text?: string;
  /** The last so many hours. */
  readonly hours?: number;
}

type EffectKind = NonNullable<Endpoints['GET /v1/decisions/rows']['query']['effect']>;

const VERDICTS = namesOf<VerdictKind>({ allow: true, ask: true, deny: true, modify: true, defer: true });

export const EFFECT_KINDS = namesOf<EffectKind>({
  run: true,
  read: true,
  write: true,
  delete: true,
  connect: true,
  install: true,
  git: true,
  escalate: true,
  persist: true,
  credential: true,
  destroy: true,
  send: true,
  detach: true,
  dynamic: true,
  call: true,
  search: true,
  prompt: true,
  delegate: true,
  deploy: true,
  expose: true,
});

/** All the names of a type of the API's: the compiler says which one is missing, or is none any more. */
function namesOf<Name extends string>(names: Readonly<Record<Name, true>>): readonly Name[] {
  return Object.keys(names) as Name[]; // TypeScript's own type of it forgets the names
}

export const SPANS_HOURS = [1, 24, 168, 720] as const;

/** Fields that take any text, as they are written in the search box: `agent:codex`. */
const TEXT_FIELDS = ['agent', 'principal', 'person', 'session', 'policy'] as const;
const TEXT_LENGTH_MAX = 512;

/** Takes what it understands and leaves out the rest: an address may be typed by hand. */
export function filterOf(search: Readonly<Record<string, unknown>>): Filter {
  const verdict = VERDICTS.find((one) => one === search['verdict']);
  const effect = EFFECT_KINDS.find((one) => one === search['effect']);
  const hours = SPANS_HOURS.find((one) => String(one) === String(search['hours']));
  const texts = [...TEXT_FIELDS, 'text' as const].flatMap((name) => {
    const value = search[name];
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, TEXT_LENGTH_MAX) : '';
    return text === '' ? [] : [[name, text] as const];
  });
  return {
    ...Object.fromEntries(texts),
    ...(verdict === undefined ? {} : { verdict }),
    ...(effect === undefined ? {} : { effect }),
    ...(hours === undefined ? {} : { hours }),
  };
}

/** What is typed into the search box: words with a colon narrow, everything else is looked for in the text. */
export function typedFilter(typed: string, before: Filter): Filter {
  const found: Record<string, unknown> = {};
  const rest = typed
    .split(/\s+/)
    .filter((word) => {
      const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(word) ?? [];
      if (![...TEXT_FIELDS, 'verdict', 'effect'].includes(name)) return true;
      const isKnown = Object.hasOwn(filterOf({ [name]: value }), name);
      if (isKnown) found[name] = value;
      return !isKnown;
    })
    .join(' ')
    .trim();
  const { text: _, ...kept } = before;
  return filterOf({ ...kept, ...found, ...(rest === '' ? {} : { text: rest }) });
}

/** What stands beside the search box to be taken away one by one; verdict, effect and time have controls of their own. */
export function chipsOf(filter: Filter): readonly (readonly [name: keyof Filter, value: string])[] {
  return TEXT_FIELDS.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [[name, value] as const];
  });
}

export function isNarrowed(filter: Filter): boolean {
  return Object.keys(filter).length > 0;
}

/** As the API is asked. The span is of the moment that the list was read at, so that all of its pages are of one list. */
export function queryOf({ hours, ...filter }: Filter, asOfMs: number) {
  return { ...filter, ...(hours === undefined ? {} : { from: Math.max(0, asOfMs - hours * 3_600_000) }) };
}
