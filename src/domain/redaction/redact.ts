import type { Effect, Span } from '#domain/action/effect.ts';
import { isReference, mayHoldSecret, namesSecret, type SecretSpan, secretSpans } from '#domain/action/secret-spans.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';
import { effectText } from '#domain/policy/effect-text.ts';
import type { Reason } from '#domain/policy/verdict.ts';
import { argumentSecrets } from './argument-secrets.ts';
import { JSON_VALUE, markerText, type RedactionDetail, redactionCommitment } from './marker.ts';
import { createFound, type Found, movedSpan, type Replaced, replaceSpans } from './replace.ts';

/** A decision as it is recorded, and what has to be kept elsewhere so that it can be disclosed. */
export interface Redacted {
  readonly decision: Decision;
  /** Empty where nothing was redacted: the decision is then the one that was given. */
  readonly details: readonly RedactionDetail[];
}

/** A secret this long, in UTF-16 units, is replaced wherever it stands in the record; a shorter one would hit ordinary words. */
const SPREAD_LENGTH_MIN = 4;
/** Secrets in one text; one with more is replaced as a whole, so that a record stays in proportion to its action. */
const SPANS_MAX = 256;
/** Secrets that are looked for everywhere in one record; one with more has its command replaced as a whole. */
const SPREAD_COUNT_MAX = 64;

/**
 * Where the agent is and works, and what names a version or a file's hash. Sessions are folded from the record, so that a
 * changed root would change later decisions; hashes tell nothing.
 */
const KEPT_FIELDS = new Set(['version', 'kind', 'operation', 'cwd', 'workspaceRoots']);

/**
 * The decision without the secrets in it, before it is written down: each becomes a marker that is committed to by a salted hash,
 * the same everywhere in the record. `actionDigest` stays that of the true action; spans move with the text; verdict and
 * policies are untouched. `newSalt` gives `SALT_BYTES` random bytes in hex.
 */
export function redact(decision: Decision, newSalt: () => string): Redacted {
  if (!mayHoldSecret(textOf(decision))) return { decision, details: [] };
  const spansOf = remembered(secretSpans);
  const found = createFound();
  const { command } = decision.action;
  const open = { spansOf, spread: secretsToSpread(decision, spansOf), found, hides: false };
  const looking = { ...open, hides: typeof command === 'string' && isHidden(command, open) };
  const shell =
    decision.actionKind === 'shell' && typeof command === 'string' ? redactCommand(command, looking) : undefined;
  const action = redactAction(decision.action, shell?.text, looking);
  const move = (span: Span): Span => (shell === undefined ? span : movedSpan(span, shell.edits));
  const effectTexts = new Map<string, string>();
  const effects = decision.effects.map((effect) => {
    const redacted = redactEffect(effect, looking);
    effectTexts.set(effectText(effect), effectText(redacted));
    return redacted.span === undefined ? redacted : { ...redacted, span: move(redacted.span) };
  });
  const reasons = decision.reasons.map((reason): Reason => {
    const effect = effectTexts.get(reason.effect) ?? redactText(reason.effect, looking).text;
    return { ...reason, effect, ...(reason.span === undefined ? {} : { span: move(reason.span) }) };
  });
  if (found.all.length === 0) return { decision, details: [] };
  const details = found.all.map(({ kind, value }, at) => ({ number: at + 1, kind, salt: newSalt(), value }));
  const redactions = details.map((detail) => ({
    kind: detail.kind,
    commitment: redactionCommitment(decision.id, detail),
  }));
  return { decision: { ...decision, action, effects, reasons, redactions }, details };
}

/** What is used throughout one redaction. */
interface Looking {
  readonly spansOf: (text: string) => readonly SecretSpan[];
  /** Values that are replaced wherever they stand, with their kinds. */
  readonly spread: ReadonlyMap<string, string>;
  readonly found: Found;
  /** The command and the words that it hands on are replaced as wholes. */
  readonly hides: boolean;
}

function remembered<T>(find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const earlier = known.get(text);
    if (earlier !== undefined) return earlier;
    const result = find(text);
    known.set(text, result);
    return result;
  };
}

function redactText(text: string, { spansOf, spread, found }: Looking, own = spansOf(text)): Replaced {
  const spans = merged([...own, ...occurrences(text, spread)]);
  return replaceSpans(text, spans.length > SPANS_MAX ? whole(text, 'text') : spans, found);
}

/** Every text of the decision that an agent can choose, for one look at all of them. */
function textOf(decision: Decision): string {
  let text = '';
  const add = (value: unknown): void => {
    if (typeof value === 'string') text += `${value}\n`;
    else if (typeof value === 'object' && value !== null) {
      for (const [key, field] of Object.entries(value)) {
        if (!Array.isArray(value)) text += `${key}:`;
        add(field);
      }
    }
  };
  for (const [key, value] of Object.entries(decision.action)) if (!KEPT_FIELDS.has(key)) add(value);
  for (const effect of decision.effects) {
    for (const [key, value] of Object.entries(effect)) {
      if (!ENUM_FIELDS.has(key)) add(value);
    }
  }
  return text;
}

/** Fields of effects whose values are words of ours: replacing one would make another effect of it. */
const ENUM_FIELDS = new Set([
  'kind',
  'operation',
  'zones',
  'store',
  'target',
  'source',
  'means',
  'cause',
  'what',
  'span',
]);

/** The values that are replaced wherever they stand: what quoting hides in one place is plain in another. */
function secretsToSpread(decision: Decision, spansOf: Looking['spansOf']): ReadonlyMap<string, string> {
  const spread = new Map<string, string>();
  const add = (value: string, kind: string): void => {
    if (value.length >= SPREAD_LENGTH_MIN && kind !== 'marker' && kind !== 'unsearched') spread.set(value, kind);
  };
  const addText = (text: string): void => {
    for (const { start, end, kind } of spansOf(text)) {
      const value = text.slice(start, end);
      add(value, kind);
      add(unquoted(value), kind);
    }
  };
  const { command } = decision.action;
  if (typeof command === 'string') addText(command);
  for (const effect of decision.effects) {
    for (const { value, kind } of secretsOfEffect(effect, spansOf)) add(value, kind);
  }
  return spread;
}

function secretsOfEffect(
  effect: Effect,
  spansOf: Looking['spansOf'],
): readonly { readonly value: string; readonly kind: string }[] {
  const secrets: { value: string; kind: string }[] = [];
  for (const [key, field] of Object.entries(effect)) {
    if (ENUM_FIELDS.has(key)) continue;
    if (typeof field === 'string') {
      for (const { start, end, kind } of spansOf(field)) secrets.push({ value: field.slice(start, end), kind });
    }
  }
  if (effect.kind === 'run') {
    for (const { argument, span } of argumentSecrets(effect.program, effect.arguments)) {
      secrets.push({ value: (effect.arguments[argument] ?? '').slice(span.start, span.end), kind: span.kind });
    }
  }
  return secrets;
}

/**
 * A secret that is plain only once the shell has read the command (`hun"ter"2`, base64) is hidden in it: then no part of the
 * command is known to be harmless, nor is any of the words that it hands to programs.
 */
function isHidden(command: string, { spread, spansOf }: Looking): boolean {
  const own = spansOf(command).map(({ start, end }) => command.slice(start, end));
  const seen = new Set([...own, ...own.map(unquoted)]);
  return (
    spread.size > SPREAD_COUNT_MAX || ![...spread.keys()].every((value) => seen.has(value) || command.includes(value))
  );
}

function redactCommand(command: string, looking: Looking): Replaced {
  return looking.hides ? replaceSpans(command, whole(command, 'command'), looking.found) : redactText(command, looking);
}

function whole(text: string, kind: string): readonly SecretSpan[] {
  return text === '' ? [] : [{ start: 0, end: text.length, kind }];
}

/** @param command what the command has become, for a shell action */
function redactAction(action: JsonObject, command: string | undefined, looking: Looking): JsonObject {
  const { found, spansOf } = looking;
  const walk = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') return redactText(value, looking).text;
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    // A secret in a name: which of the fields it tells about is not asked.
    if (Object.keys(value).some((key) => spansOf(key).length > 0)) return wholeValue(value, found);
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [key, namesSecret(key) ? named(field) : walk(field)]),
    );
  };
  const named = (value: JsonValue): JsonValue => {
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value !== 'string') return wholeValue(value, found);
    if (isReference(value)) return value;
    const entry = found.numberOf(value, 'secret');
    return markerText(entry.number, entry.kind);
  };
  const redacted = Object.entries(action).map(([key, value]): [string, JsonValue] => {
    if (key === 'command' && command !== undefined) return [key, command];
    return [key, KEPT_FIELDS.has(key) || key.endsWith('Sha256') ? value : walk(value)];
  });
  return Object.fromEntries(redacted);
}

function wholeValue(value: JsonValue, found: Found): string {
  const entry = found.numberOf(JSON.stringify(value), JSON_VALUE);
  return markerText(entry.number, JSON_VALUE);
}

function redactEffect(effect: Effect, looking: Looking): Effect {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(effect)) {
    if (ENUM_FIELDS.has(key) || typeof value !== 'string') continue;
    const hides = looking.hides && (key === 'detail' || key === 'query');
    fields[key] = redactText(value, looking, hides ? whole(value, key) : undefined).text;
  }
  if (effect.kind === 'run') {
    const secrets = argumentSecrets(effect.program, effect.arguments);
    fields.arguments = effect.arguments.map((argument, at) => {
      const own = looking.hides
        ? whole(argument, 'argument')
        : secrets.filter((one) => one.argument === at).map(({ span }) => span);
      return redactText(argument, looking, own).text;
    });
  }
  // Only texts were replaced, by texts; which of them may be any text is what ENUM_FIELDS says.
  return { ...effect, ...fields } as Effect;
}

/** Every place of a value that is spread. */
function occurrences(text: string, spread: ReadonlyMap<string, string>): readonly SecretSpan[] {
  const spans: SecretSpan[] = [];
  let looked = 0;
  for (const [value, kind] of spread) {
    if (looked === SPREAD_COUNT_MAX) break;
    looked += 1;
    for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length)) {
      spans.push({ start: at, end: at + value.length, kind });
    }
  }
  return spans;
}

/** Sorted; where spans overlap, one over all of them. */
function merged(spans: readonly SecretSpan[]): readonly SecretSpan[] {
  const result: SecretSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else if (span.end > last.end) result[result.length - 1] = { ...last, end: span.end };
  }
  return result;
}

/** A word as the shell gives it to a program, where it has no expansions. */
function unquoted(word: string): string {
  return word.replaceAll(/\\([\s\S])|["']/g, (_, escaped: string | undefined) => escaped ?? '');
}
