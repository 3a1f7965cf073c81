import { sampleDecision } from '#adapters/journal/sample-entries.ts';
import type { Approval, ApprovalId } from '#domain/approval/approval.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import { bodyHash, genesisPosition } from '#domain/journal/chain.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import { signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { cosign } from '#domain/ledger/cosignature.ts';
import { entryBytes } from '#domain/ledger/entry.ts';
import { naiveInclusion, naiveRoot } from '#domain/ledger/naive-tree.ts';
import { type LedgerPolicy, parsePolicy } from '#domain/ledger/policy.ts';
import { type SampleKey, sampleKey } from '#domain/ledger/sample-keys.ts';
import type { Note } from '#domain/ledger/signed-note.ts';
import { tlogProofText } from '#domain/ledger/tlog-proof.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { type ReceiptFile, signReceipt } from '#domain/receipt/receipt-file.ts';
import { type Receipt, receiptOf, recordBytes } from '#domain/receipt/statement.ts';

/** For tests: a node's journal of a few decisions, a log over it, and receipts as an installation issues them. */
export const RECEIPT_KEY = sampleKey('log', 'receipts', 21);
export const OTHER_RECEIPT_KEY = sampleKey('log', 'receipts', 22);
export const LOG = sampleKey('log', 'acgs.example/ledger', 1);
export const OTHER_LOG = sampleKey('log', 'acgs.example/ledger', 2);
export const WITNESSES = [sampleKey('witness', 'w1', 11), sampleKey('witness', 'w2', 12)] as const;

const NODE = 'node-1';

export const SAMPLE_APPROVAL: Approval = {
  id: '01890a5d-ac96-774b-bcce-00000000aaaa' as ApprovalId, // a brand for a test
  timeMs: 1_699_999_990_000,
  decisionId: '01890a5d-ac96-774b-bcce-00000000bbbb' as DecisionId,
  answer: 'granted',
  by: { kind: 'person', id: 'berta' },
  role: 'maintainer',
  outstanding: 0,
  principalId: 'alice-laptop',
  actionDigest: sampleDecision(3).actionDigest,
  constitution: sampleDecision(3).constitution,
  expiresMs: 1_700_000_100_000,
};

/** The third was approved by a person, and asked for on behalf of another. */
export const DECISIONS: readonly Decision[] = [1, 2, 3, 4, 5].map((number) =>
  number === 3
    ? { ...sampleDecision(3), approvalId: SAMPLE_APPROVAL.id, delegation: [{ kind: 'person', id: 'dora' }] }
    : sampleDecision(number),
);

/** Each with the hash that it builds on. */
export const RECORDS = chain(DECISIONS);

function chain(
  decisions: readonly Decision[],
): readonly { readonly record: JournalRecord; readonly previousHash: string }[] {
  let previous = genesisPosition(NODE).hash;
  return decisions.map((decision, at) => {
    const entry = { kind: 'decision', decision } as const;
    const previousHash = previous.toString('hex');
    previous = bodyHash(Buffer.concat([previous, recordBytes(entry)]));
    return { record: { node: NODE, sequence: at + 1, hash: previous.toString('hex'), entry }, previousHash };
  });
}

export function sampleReceipt(number: number): Receipt {
  const decision = DECISIONS[number - 1];
  const place = RECORDS[number - 1];
  if (decision === undefined || place === undefined) throw new RangeError(`there is no decision ${number}`);
  return receiptOf({ decision, ...place, ...(decision.approvalId === undefined ? {} : { approval: SAMPLE_APPROVAL }) });
}

/** A proof that record `number` is in a log of the first `size` records. */
export function sampleProof(
  number: number,
  size = RECORDS.length,
  keys: { readonly log?: SampleKey; readonly witnesses?: readonly SampleKey[] } = {},
): string {
  const entries = RECORDS.slice(0, size).map(({ record }) => entryBytes(record));
  const note = sampleCheckpoint(entries, keys.log ?? LOG, keys.witnesses ?? []);
  const checkpoint = { origin: LOG.name, size, root: naiveRoot(entries), extensions: [] };
  return tlogProofText({
    index: number - 1,
    hashes: naiveInclusion(number - 1, entries),
    checkpoint: { checkpoint, note },
  });
}

export function sampleCheckpoint(
  entries: readonly Uint8Array[],
  log: SampleKey,
  witnesses: readonly SampleKey[],
): Note {
  const note = signCheckpoint(LOG.name, { size: entries.length, root: naiveRoot(entries) }, log.signer);
  const cosignatures = witnesses.map(({ name, signer }) => cosign(note.text, name, signer, 1_700_000_000));
  return { text: note.text, signatures: [...note.signatures, ...cosignatures] };
}

export function sampleFile(number: number, proof: string | undefined = sampleProof(number)): ReceiptFile {
  return signReceipt(sampleReceipt(number), RECEIPT_KEY.signer, proof);
}

export function samplePolicyText(quorum: string): string {
  const witnesses = WITNESSES.map(({ name, verifier }) => `witness ${name} ${verifierKeyText(verifier)}\n`);
  return `log ${verifierKeyText(LOG.verifier)}\n${witnesses.join('')}group both 2 w1 w2\nquorum ${quorum}\n`;
}

export function samplePolicy(quorum: string): LedgerPolicy {
  const policy = parsePolicy(Buffer.from(samplePolicyText(quorum)));
  if (!policy.ok) throw new Error(policy.refusal.message);
  return policy.value;
}
