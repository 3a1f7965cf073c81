import type { Expansion } from '#domain/action/shell/expand.ts';
import type { ShellOperation, ShellPart } from '#domain/action/shell/script.ts';
import type { Value } from '#domain/action/shell/values.ts';
import { worse } from '#domain/action/shell/values.ts';
import { never } from '#domain/result.ts';

type VariablePart = Extract<ShellPart, { kind: 'variable' }>;

/** `${name…}` as a value; `operands` are the expanded words in it, in the order in which they were written. */
export function expandVariable(part: VariablePart, operands: readonly Value[], expansion: Expansion): Value {
  const unknown: Value = { text: part.text, unknown: 'variable', source: 'output' };
  const value = lookUp(part, expansion);
  const last = operands.at(-1) ?? unknown;
  const { operation } = part;
  switch (operation.kind) {
    case 'value':
      return value ?? unknown;
    case 'default':
      // A variable of the environment may be anything; with a default, the text at least says what is meant.
      return value === undefined || value.text === '' ? last : value;
    case 'alternative':
      return value?.text === '' ? value : last;
    case 'slice':
    case 'replace':
    case 'case':
    case 'indirect':
      // What is done to a text that is not known is not known either.
      if (value === undefined || value.unknown !== undefined) return { ...unknown, source: value?.source ?? 'output' };
      return changed(operation, value, operands, expansion) ?? { ...unknown, source: value.source };
    case 'other':
      return { ...unknown, source: value?.source ?? 'output' };
    default:
      return never(operation);
  }
}

type Change = Extract<ShellOperation, { kind: 'slice' | 'replace' | 'case' | 'indirect' }>;

/** A known value after the operation; undefined where the result cannot be said. */
function changed(operation: Change, value: Value, operands: readonly Value[], expansion: Expansion): Value | undefined {
  switch (operation.kind) {
    case 'slice':
      return sliced(value, operation.offset, operation.length);
    case 'replace':
      return replaced(value, operation.all, operands.slice(-2));
    case 'case':
      return { ...value, text: operation.to === 'upper' ? value.text.toUpperCase() : value.text.toLowerCase() };
    case 'indirect':
      return expansion.variable(value.text);
    default:
      return never(operation);
  }
}

function sliced(value: Value, offsetText: string, lengthText: string | undefined): Value | undefined {
  const offset = Number(offsetText.replace(/[()\s]/g, ''));
  const length = lengthText === undefined ? undefined : Number(lengthText);
  if (!Number.isInteger(offset) || (length !== undefined && !Number.isInteger(length))) return undefined;
  const { text } = value;
  const start = offset < 0 ? Math.max(0, text.length + offset) : offset;
  if (length === undefined) return { ...value, text: text.slice(start) };
  return { ...value, text: text.slice(start, length < 0 ? text.length + length : start + length) };
}

function replaced(value: Value, all: boolean, [pattern, replacement]: readonly Value[]): Value | undefined {
  if (pattern === undefined || replacement === undefined) return undefined;
  if (pattern.unknown !== undefined || replacement.unknown !== undefined) return undefined;
  if (pattern.text === '' || /[*?[(]/.test(pattern.text)) return undefined;
  const source = worse(value.source, replacement.source);
  const text = all
    ? value.text.replaceAll(pattern.text, () => replacement.text)
    : value.text.replace(pattern.text, () => replacement.text);
  return { text, source };
}

function lookUp(part: VariablePart, expansion: Expansion): Value | undefined {
  if (part.index !== undefined && part.index !== '@' && part.index !== '*') {
    const elements = expansion.elements(part.name);
    const index = Number(part.index);
    const element = Number.isInteger(index) ? elements?.at(index) : undefined;
    if (element !== undefined) return element;
    return elements === undefined ? undefined : { text: part.text, unknown: 'variable', source: 'output' };
  }
  return expansion.variable(part.name);
}

/** Names of variables that hold secrets, by what people call them. */
export function isSecretName(name: string): boolean {
  return (
    /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|APIKEY|CREDENTIALS?|AUTH|PRIVKEY|PWD_HASH)(?:$|_)|(?:API|ACCESS|PRIVATE|SECRET|ENCRYPTION|SIGNING|AUTH)_?KEY|PASSWORD$|TOKEN$|SECRET$/i.test(
      name,
    ) &&
    !/^(?:SSH_AUTH_SOCK|GIT_ASKPASS|XAUTHORITY)$/.test(name) &&
    !/_(?:FILE|PATH|DIR|URL|HEADER|LENGTH|EXPIR\w*|TTL)$/i.test(name)
  );
}
