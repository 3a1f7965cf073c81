import { ok, type Result, refuse } from '#domain/result.ts';
import { type CheckpointCode, type CheckpointNote, parseCheckpoint } from './checkpoint.ts';
import type { LedgerPolicy } from './policy.ts';
import { noteText } from './signed-note.ts';
import { decodeBase64, decodeDecimal, decodeHash } from './text.ts';
import { type VerifiedCheckpoint, type VerifyCheckpointCode, verifyCheckpoint } from './verify-checkpoint.ts';
import { isIncluded, PROOF_HASHES_MAX } from './verify-proof.ts';

/** A proof that can be checked offline: that an entry is in the tree of a checkpoint (C2SP tlog-proof, Format). */
export interface TlogProof {
  /** Signed by nobody; says nothing by itself. */
  readonly extra?: Buffer;
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Buffer[];
  readonly checkpoint: CheckpointNote;
}

export type TlogProofCode = CheckpointCode | 'proof-malformed';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';

export function tlogProofText({ extra, index, hashes, checkpoint }: TlogProof): string {
  const lines = [
    FIRST_LINE,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${noteText(checkpoint.note)}`;
}

export function parseTlogProof(text: string): Result<TlogProof, TlogProofCode> {
  const malformed = (what: string) => refuse('proof-malformed', `The proof ${what}.`);
  // The first empty line ends the proof; the checkpoint after it has one of its own.
  const at = text.indexOf('\n\n');
  if (at === -1) return malformed('has no empty line before its checkpoint');
  const [first, ...lines] = text.slice(0, at).split('\n', PROOF_HASHES_MAX + 4);
  if (first !== FIRST_LINE) return malformed(`does not begin with ${FIRST_LINE}`);
  const extra =
    lines[0]?.startsWith('extra ') === true ? decodeBase64(lines.shift()?.slice('extra '.length) ?? '') : null;
  if (extra === undefined) return malformed('has extra data that is not base64');
  const indexLine = lines.shift() ?? '';
  const index = indexLine.startsWith('index ') ? decodeDecimal(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) return malformed('has no index');
  if (lines.length > PROOF_HASHES_MAX) return malformed(`has more than ${PROOF_HASHES_MAX} hashes`);
  const hashes: Buffer[] = [];
  for (const line of lines) {
    const hash = decodeHash(line);
    if (hash === undefined) return malformed(`has a line that is no hash: the ${hashes.length + 1}th of its hashes`);
    hashes.push(hash);
  }
  const checkpoint = parseCheckpoint(text.slice(at + 2));
  if (!checkpoint.ok) return checkpoint;
  return ok({ ...(extra === null ? {} : { extra }), index, hashes, checkpoint: checkpoint.value });
}

export interface VerifiedInclusion extends VerifiedCheckpoint {
  readonly index: number;
}

/** Verifies that the entry with this leaf hash is in a tree whose checkpoint the policy accepts. */
export function verifyTlogProof(
  text: string,
  leaf: Buffer,
  policy: LedgerPolicy,
): Result<VerifiedInclusion, TlogProofCode | VerifyCheckpointCode | 'inclusion-unproved'> {
  const proof = parseTlogProof(text);
  if (!proof.ok) return proof;
  const { index, hashes, checkpoint } = proof.value;
  const verified = verifyCheckpoint(noteText(checkpoint.note), policy);
  if (!verified.ok) return verified;
  if (!isIncluded(leaf, index, hashes, checkpoint.checkpoint)) {
    return refuse(
      'inclusion-unproved',
      `The proof does not lead from the entry at ${index} to the root of the checkpoint.`,
    );
  }
  return ok({ ...verified.value, index });
}
