import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import { sha256Hex } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/**
 * Whether a text is the genesis constitution, byte for byte: it is hashed, and the hash compared with the pinned one.
 * A copy that an editor has tidied (blanks stripped, line ends changed) is another text and is refused.
 */
export function verifyGenesis(text: Uint8Array): Result<{ readonly digest: string }, 'genesis-mismatch'> {
  const digest = sha256Hex(text);
  if (digest === GENESIS_DIGEST) return ok({ digest });
  return refuse(
    'genesis-mismatch',
    `This is not the genesis text: its SHA-256 is ${digest}, the lineage begins with ${GENESIS_DIGEST}. ` +
      'Every byte counts, blanks at the ends of lines and of the file too: compare with an untouched copy.',
    `${text.byteLength} bytes`,
  );
}
