import { rustEscape } from '#domain/policy/engine/rust-escape.ts';
import type { EntityValue, Value } from '#domain/policy/engine/value.ts';

/**
 * An error while a policy is evaluated. Thrown, because it may come from any depth of an expression, but not an `Error`:
 * nobody wants its stack, and taking one costs more than the whole decision. The text is made only when it is asked for.
 */
export class Fault {
  readonly describe: () => string;

  constructor(describe: () => string) {
    this.describe = describe;
  }
}

/** How Cedar names the type of an entity when any would do. */
export const ANY_ENTITY = '(entity of type `any_entity_type`)';

/** @throws {Fault} always. `expected`: one type, or several in Cedar's order. */
export function typeFault(actual: Value, ...expected: readonly string[]): never {
  throw new Fault(() => {
    const wanted = expected.length === 1 ? expected[0] : `one of [${expected.join(', ')}]`;
    return `type error: expected ${wanted}, got ${typeName(actual)}`;
  });
}

/** @throws {Fault} always: an extension function refuses its (well-typed) arguments. */
export function extensionFault(extension: string, message: string): never {
  throw new Fault(() => `error while evaluating \`${extension}\` extension function: ${message}`);
}

export function typeName(value: Value): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (typeof value !== 'object') return 'long';
  return value.kind === 'entity' ? `(entity of type \`${value.type}\`)` : value.kind;
}

/** `Type::"id"`, escaped as Cedar's messages do. */
export function entityText(entity: EntityValue): string {
  return `${entity.type}::"${rustEscape(entity.id)}"`;
}
