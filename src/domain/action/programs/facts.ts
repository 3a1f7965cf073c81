import type { DestroyTarget, Effect, GitOperation } from '#domain/action/effect.ts';
import type { Field } from '#domain/action/shell/values.ts';

/** Short names for the effects that the families' tables are made of. */
export function destroy(target: DestroyTarget, detail: string): Effect {
  return { kind: 'destroy', target, detail };
}

export function escalate(means: string): Effect {
  return { kind: 'escalate', means };
}

export function persist(means: Extract<Effect, { kind: 'persist' }>['means'], detail: string): Effect {
  return { kind: 'persist', means, detail };
}

export function credential(store: Extract<Effect, { kind: 'credential' }>['store'], detail: string): Effect {
  return { kind: 'credential', store, detail };
}

export function detach(means: string): Effect {
  return { kind: 'detach', means };
}

export function git(
  operation: GitOperation,
  more: { readonly remote?: string; readonly ref?: string; readonly force?: boolean; readonly deletes?: boolean } = {},
): Effect {
  const { force = false, deletes = false, ...rest } = more;
  return { kind: 'git', operation, ...rest, force, deletes };
}

export function deploy(environment: string, artifact: string): Effect {
  return { kind: 'deploy', environment, artifact };
}

/** Leading words, separated by commas, that all have these effects. */
export function verbs(
  list: string,
  effects: (verb: string) => readonly Effect[],
): Readonly<Record<string, readonly Effect[]>> {
  return Object.fromEntries(list.split(', ').map((verb) => [verb, effects(verb)]));
}

/** Arguments as words, for a detail. */
export function words(fields: readonly Field[]): string {
  return fields.map((field) => field.text).join(' ');
}
