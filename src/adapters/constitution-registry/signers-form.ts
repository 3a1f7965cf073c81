import Type from 'typebox';
import Value from 'typebox/value';
import { checkSigners } from '#domain/constitution/check-document.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { SIGNATURES_MAX } from '#domain/signature/dsse.ts';

const closed = { additionalProperties: false } as const;

const SignersForm = Type.Object(
  {
    threshold: Type.Integer({ minimum: 1, maximum: SIGNATURES_MAX }),
    keys: Type.Array(Type.Object({ name: Type.String({ minLength: 1 }), publicKey: Type.String() }, closed), {
      minItems: 1,
      maxItems: SIGNATURES_MAX,
    }),
  },
  closed,
);

/** Signers as they stand in a file of their own: `{ "threshold": 2, "keys": [{ "name": …, "publicKey": … }, …] }`. */
export function parseSigners(value: unknown): Result<Signers, 'signers-malformed'> {
  if (!Value.Check(SignersForm, value)) return refuse('signers-malformed', 'This is not a threshold with keys.');
  // The keys are texts until they are checked on the next line.
  const signers = value as unknown as Signers;
  const wrong = checkSigners(signers);
  return wrong === undefined ? ok(signers) : refuse('signers-malformed', wrong);
}
