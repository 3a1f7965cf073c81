import type { Endpoints } from '../../api/schema.d.ts';
import type { Decision } from '../../api/values.ts';

export type ProposalBody = Endpoints['POST /v1/grants/preview']['body'];
type Widening = NonNullable<ProposalBody['widen']>;

/** One field that a proposal can be made wider in: what it is called, and what would be a usual value for this very request. */
export type WideningField =
  | {
      readonly kind: 'text';
      readonly name: 'ref' | 'below' | 'domain' | 'line';
      readonly label: string;
      readonly hint: string;
      readonly usual: string;
    }
  | { readonly kind: 'switch'; readonly name: 'anyVersion' | 'anyArtifact'; readonly label: string };

/** What stands in the fields; empty and unset ones make nothing wider. */
export type Wider = Readonly<Partial<Record<WideningField['name'], string | true>>>;

type Effect = Decision['effects'][number];

/**
 * The fields that fit what was asked about. It only spares people fields that can do nothing: whether a grant is possible, and
 * what is too wide, is said by the server.
 */
export function wideningFieldsOf(asked: readonly Effect[]): readonly WideningField[] {
  const fields: WideningField[] = [];
  for (const effect of asked) {
    const field = fieldOf(effect);
    if (field !== undefined && !fields.some(({ name }) => name === field.name)) fields.push(field);
  }
  return fields;
}

function fieldOf(effect: Effect): WideningField | undefined {
  switch (effect.kind) {
    case 'git': {
      const ref = textOf(effect['ref']);
      if (ref === undefined) return undefined;
      const hint = `Now: ${ref} alone. With a * at its end: all that begin so.`;
      return { kind: 'text', name: 'ref', label: 'Refs', hint, usual: upToLast(ref, '/', '*') };
    }
    case 'run': {
      const line = [textOf(effect['program']) ?? '', ...textsOf(effect['arguments'])].join(' ');
      const hint = `Now: ${line} alone. With a * at its end: all that begin so.`;
      return { kind: 'text', name: 'line', label: 'Command lines', hint, usual: upToLast(line, ' ', '*') };
    }
    case 'read':
    case 'write':
    case 'delete': {
      const path = textOf(effect['path']) ?? '';
      const hint = `Now: ${path} alone. A folder above it: that folder and everything below it.`;
      return { kind: 'text', name: 'below', label: 'Folder', hint, usual: upToLast(path, '/', '').replace(/\/$/, '') };
    }
    case 'connect':
    case 'send': {
      const host = textOf(effect['host']) ?? '';
      const hint = `Now: ${host} alone. A domain that it lies in: every host of it.`;
      return { kind: 'text', name: 'domain', label: 'Domain', hint, usual: domainAbove(host) };
    }
    case 'install':
      return { kind: 'switch', name: 'anyVersion', label: 'Any version of the package' };
    case 'deploy':
      return { kind: 'switch', name: 'anyArtifact', label: 'Any artifact' };
    default:
      return undefined;
  }
}

/** The effects that the reasons name, which are those that a grant is made of; `texts` are their words, place by place. */
export function askedAbout(
  decision: Pick<Decision, 'effects' | 'reasons'>,
  texts: readonly { readonly text: string }[],
): readonly Effect[] {
  const waited = new Set(decision.reasons.map(({ effect }) => effect));
  return decision.effects.filter((_effect, at) => waited.has(texts[at]?.text ?? ''));
}

/** What the API is asked: from this request, until then, as much wider as the fields say. */
export function proposalOf(decisionId: string, expiresMs: number, wider: Wider): ProposalBody {
  const given = Object.entries(wider)
    .map(([name, value]) => [name, value === true ? value : value.trim()] as const)
    .filter(([, value]) => value !== '');
  if (given.length === 0) return { decisionId, expiresMs };
  // The names are those of the API, by their type; `Object.entries` forgets it.
  return { decisionId, expiresMs, widen: Object.fromEntries(given) as Widening };
}

const HOUR_MS = 3_600_000;
/** What people choose between, in hours; the constitution's own bound is the last of them. */
const USUAL_SPANS_HOURS = [1, 8, 24, 72, 168] as const;
/** By which this computer's clock may be before the server's, so that the longest span is not refused as a second too long. */
const CLOCK_MARGIN_MS = 60_000;

/** How long a grant may last, in hours, the longest last. */
export function spansHours(hoursMax: number): readonly number[] {
  return [...USUAL_SPANS_HOURS.filter((hours) => hours < hoursMax), hoursMax];
}

export function expiryMs(hours: number, hoursMax: number, nowMs: number): number {
  return nowMs + hours * HOUR_MS - (hours === hoursMax ? CLOCK_MARGIN_MS : 0);
}

/** "8 hours", "1 day", "7 days". */
export function hoursText(hours: number): string {
  const [count, unit] = hours >= 24 && hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function upToLast(text: string, separator: string, end: string): string {
  const at = text.lastIndexOf(separator);
  return at <= 0 ? '' : `${text.slice(0, at + separator.length)}${end}`;
}

/** `api.example.org` → `example.org`; nothing above a domain of two names, nor for an address. */
function domainAbove(host: string): string {
  const names = host.split('.');
  return names.length < 3 || /^[\d.]+$/.test(host) || host.includes(':') ? '' : names.slice(1).join('.');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
