import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * What an agent does with a hook's output (exit code 0), by its documented rules and nothing of ours: the oracle that
 * `encode` is held against. `invalid` is output that the agent throws away: the call runs where the agent fails open.
 */
export type Reading =
  /** `input`: what the tool gets in place of its own input. */
  | { readonly kind: 'runs'; readonly input?: Readonly<Record<string, unknown>> }
  | { readonly kind: 'asks'; readonly text: string }
  | { readonly kind: 'blocks'; readonly text: string }
  | { readonly kind: 'invalid'; readonly why: string };

/** What is read: the event, the agent's mode, and the input that the tool would otherwise get. */
export interface Situation {
  readonly eventName: string;
  readonly mode: string | undefined;
  readonly input: unknown;
}

export type ReadOutput = (stdout: string, situation: Situation) => Reading;

/** An object of exactly these fields. */
export function exactly<P extends Record<string, TSchema>>(fields: P) {
  return Type.Object(fields, { additionalProperties: false });
}

export const Said = Type.String({ pattern: '\\S' });
export const Input = Type.Record(Type.String(), Type.Unknown());

/** Parses and checks one JSON object; what does not fit is `invalid`. */
export function rule<S extends TSchema>(
  schema: S,
  read: (output: Static<S>, situation: Situation) => Reading,
): ReadOutput {
  const compiled = Compile(schema);
  return (stdout, situation) => {
    let output: unknown;
    try {
      output = JSON.parse(stdout);
    } catch {
      return { kind: 'invalid', why: 'not one JSON value' };
    }
    return compiled.Check(output)
      ? read(output, situation)
      : { kind: 'invalid', why: JSON.stringify(compiled.Errors(output)) };
  };
}
