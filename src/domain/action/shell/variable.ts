import type { Expansion } from '#domain/action/shell/expand.ts';
import type { ShellPart } from '#domain/action/shell/script.ts';
import type { Value } from '#domain/action/shell/values.ts';
import { worse } from '#domain/action/shell/values.ts';

type VariablePart = Extract<ShellPart, { kind: 'variable' }>;

/** `${name…}` as a value; `operands` are the expanded words in it, in the order in which they were written. */
export function expandVariable(part: VariablePart, operands: readonly Value[], expansion: Expansion): Value {
  const unknown: Value = { text: part.text, unknown: 'variable', source: 'output' };
  const value = lookUp(part, expansion);
  const last = operands.at(-1);
  const { operation } = part;
  switch (operation.kind) {
    case 'value':
      return value ?? unknown;
    case 'default':
      // A variable of the environment may be anything; with a default, the text at least says what is meant.
      if (value === undefined || value.text === '') return last ?? unknown;
      return value;
    case 'alternative':
      return value === undefined ? (last ?? unknown) : value.text === '' ? value : (last ?? unknown);
    case 'slice': {
      if (value === undefined || value.unknown !== undefined) return unknown;
      const offset = Number(operation.offset.replace(/[()\s]/g, ''));
      const length = operation.length === undefined ? undefined : Number(operation.length);
      if (!Number.isInteger(offset) || (length !== undefined && !Number.isInteger(length)))
        return { ...unknown, source: value.source };
      const start = offset < 0 ? Math.max(0, value.text.length + offset) : offset;
      const end = length === undefined ? undefined : length < 0 ? value.text.length + length : start + length;
      return { text: value.text.slice(start, end), source: value.source };
    }
    case 'replace': {
      const [pattern, replacement] = operands.slice(-2);
      if (value === undefined || value.unknown !== undefined || pattern === undefined || replacement === undefined)
        return unknown;
      const source = worse(value.source, replacement.source);
      if (
        pattern.unknown !== undefined ||
        replacement.unknown !== undefined ||
        /[*?[(]/.test(pattern.text) ||
        pattern.text === ''
      ) {
        return { ...unknown, source };
      }
      const text = operation.all
        ? value.text.replaceAll(pattern.text, () => replacement.text)
        : value.text.replace(pattern.text, () => replacement.text);
      return { text, source };
    }
    case 'case':
      if (value === undefined || value.unknown !== undefined) return unknown;
      return { ...value, text: operation.to === 'upper' ? value.text.toUpperCase() : value.text.toLowerCase() };
    case 'indirect': {
      if (value === undefined || value.unknown !== undefined) return unknown;
      return expansion.variable(value.text) ?? unknown;
    }
    case 'other':
      return { ...unknown, source: value?.source ?? 'output' };
  }
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
