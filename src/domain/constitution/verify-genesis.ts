import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import { layoutDifferences } from '#domain/constitution/same-words.ts';
import { sha256Hex } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/**
 * Whether a text is the genesis constitution, byte for byte: it is hashed, and the hash compared with the pinned one.
 * A copy that an editor has tidied (blanks stripped, line ends changed) is another text and is refused; where it can be told what was
 * tidied, that is told.
 *
 * @param digest of the genesis; another one only in tests, as the text itself is not in this project
 */
export function verifyGenesis(
  text: Uint8Array,
  digest: string = GENESIS_DIGEST,
): Result<{ readonly digest: string }, 'genesis-mismatch'> {
  const found = sha256Hex(text);
  if (found === digest) return ok({ digest });
  const differences = layoutDifferences(Buffer.from(text).toString('utf8'), digest);
  const why =
    differences === undefined
      ? 'Every byte counts, blanks at the ends of lines and of the file too: compare with an untouched copy.'
      : `The words are those of the genesis and the bytes are not: ${differences.join('; ')}. A tidied copy is another text: take an untouched one.`;
  return refuse(
    'genesis-mismatch',
    `This is not the genesis text: its SHA-256 is ${found}, the lineage begins with ${digest}. ${why}`,
    `${text.byteLength} bytes`,
  );
}
