import type { Amendment } from '#domain/amendment/proceedings.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import { signedBy } from '#domain/constitution/signed-by.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { Envelope } from '#domain/signature/dsse.ts';

/** Whether an envelope signs exactly the bundle that was voted on, with the signatures that the constitution in force asks for. */
export function checkedSignatures(
  envelope: Envelope,
  { bundle }: Pick<Amendment, 'bundle'>,
  signers: Signers,
): Result<undefined, 'signatures-refused'> {
  const signed = signedBy(Buffer.from(bundle, 'utf8'), envelope, signers);
  return signed.ok ? ok(undefined) : refuse('signatures-refused', signed.refusal.message);
}
