import type { Test } from '#domain/policy/engine/closures.ts';
import { Emitter } from '#domain/policy/engine/emit.ts';
import { encodeLiteral } from '#domain/policy/engine/encode-literal.ts';
import type { Expression } from '#domain/policy/engine/expression.ts';
import { callExtension } from '#domain/policy/engine/extension/functions.ts';
import * as operations from '#domain/policy/engine/operations.ts';
import { equals, Fields, RecordValue, SetValue, type Value } from '#domain/policy/engine/value.ts';

/** What generated code may call, by name. There is nothing else in its reach but its own constants. */
const RUNTIME: Readonly<Record<string, unknown>> = {
  ...operations,
  callExtension,
  equals,
  makeRecord,
  RecordValue,
  SetValue,
};
const NAMES = Object.keys(RUNTIME).toSorted();

export interface GeneratedTests {
  /** In the order of the policies. */
  readonly tests: readonly Test[];
  /** The text that was compiled. */
  readonly source: string;
}

/**
 * The back end that makes code: one script for some policies, whose functions V8 compiles when they are first called.
 * @param policies ids (written as comments) and conditions.
 */
export function generateTests(
  policies: readonly { readonly id: string; readonly conditions: readonly Expression[] }[],
): GeneratedTests {
  const emitter = new Emitter();
  const functions = policies.map(({ id, conditions }) => `  // ${encodeLiteral(id)}\n  ${emitter.test(conditions)},`);
  const source = [
    '"use strict";',
    `const { ${NAMES.join(', ')} } = runtime;`,
    ...(emitter.constants.length > 0
      ? [`const [${emitter.constants.map((_, index) => `k${index}`).join(', ')}] = constants;`]
      : []),
    ...emitter.definitions,
    'return [',
    ...functions,
    '];',
  ].join('\n');
  // The text comes from the checked tree alone; see `Emitter`.
  const instantiate = new Function('runtime', 'constants', source);
  const tests: readonly Test[] = instantiate(RUNTIME, emitter.constants);
  return { tests, source };
}

function makeRecord(names: readonly string[], values: readonly Value[]): RecordValue {
  const fields = new Fields();
  for (const [index, name] of names.entries()) fields[name] = values[index];
  return new RecordValue(fields);
}
