/**
 * A refusal is an answer, so it is returned. Outages are thrown by adapters, bugs are assertions.
 * Every refusal has a stable code, a message that the caller may see, and the detail that the operator needs.
 */
export interface Refusal<Code extends string = string> {
  /** Stable, kebab-case, part of the public interface: `command-too-long`. */
  readonly code: Code;
  /** May be shown to the caller: never a secret, never another principal's data. */
  readonly message: string;
  /** For the operator's log only. */
  readonly detail?: string;
}

export type Result<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal<Code> };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function refuse<Code extends string>(
  code: Code,
  message: string,
  detail?: string,
): { readonly ok: false; readonly refusal: Refusal<Code> } {
  return { ok: false, refusal: detail === undefined ? { code, message } : { code, message, detail } };
}

/** Ends every `switch` over a union: a new case that is not handled fails to compile, and stops the operation if it gets here. */
export function never(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
