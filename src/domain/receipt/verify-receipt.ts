import { CONSTITUTIONAL_HASH } from '#domain/constitution/lineage.ts';
import { bodyHash } from '#domain/journal/chain.ts';
import { sha256Hex } from '#domain/json.ts';
import { entryLeafHash } from '#domain/ledger/entry.ts';
import type { LedgerPolicy } from '#domain/ledger/policy.ts';
import { verifyTlogProof } from '#domain/ledger/tlog-proof.ts';
import type { VerifiedCheckpoint } from '#domain/ledger/verify-checkpoint.ts';
import { checkSignatures, envelopePayload } from '#domain/signature/dsse.ts';
import type { PublicKey } from '#domain/signature/ed25519.ts';
import { parseReceipt } from './parse-receipt.ts';
import type { ReceiptFile } from './receipt-file.ts';
import { RECEIPT_PAYLOAD_TYPE, type Receipt } from './statement.ts';

/** What of a receipt a finding is about, in the order in which they are told. */
export type ReceiptPart =
  | 'signature'
  | 'statement'
  | 'approval'
  | 'action'
  | 'constitution'
  | 'record'
  | 'inclusion'
  | 'witnesses'
  | 'checkpoint';

/** `open`: nothing speaks against it, and nothing given proves it. `false`: it is not so. */
export interface Finding {
  readonly part: ReceiptPart;
  readonly state: 'proved' | 'open' | 'false';
  /** Stable, kebab-case; of `false` findings, and `not-…` for open ones. */
  readonly code: string;
  /** One sentence in plain words. */
  readonly text: string;
}

export interface VerifiedReceipt {
  /** What the receipt says. To be believed only where no finding is `false`; absent where it could not be read. */
  readonly receipt?: Receipt;
  readonly findings: readonly Finding[];
  /** Signed by a key that was given, and nothing is false. */
  readonly isValid: boolean;
}

/** What the verifier brings along; nothing of it is taken from the receipt. */
export interface ReceiptTrust {
  /** Keys that sign receipts. */
  readonly keys: readonly PublicKey[];
  /** Logs and witnesses. Given one, the proof must be there and must hold. */
  readonly policy?: LedgerPolicy;
  /** A checkpoint from elsewhere, verified: the log must not show two people two trees. */
  readonly checkpoint?: VerifiedCheckpoint;
  /** What the receipt ought to be about. */
  readonly expected?: {
    readonly actionDigest?: string;
    readonly decisionId?: string;
    readonly constitutionDigest?: string;
    readonly approvedBy?: string;
  };
  /** The record's bytes, from a journal or an evidence bundle. */
  readonly record?: Uint8Array;
}

/** Checks everything about a receipt that can be checked without asking anybody. */
export function verifyReceipt(file: ReceiptFile, trust: ReceiptTrust): VerifiedReceipt {
  const signature = signatureFinding(file, trust.keys);
  const parsed = parseReceipt(envelopePayload(file.envelope));
  if (!parsed.ok) {
    return finish([signature, { part: 'statement', state: 'false', ...textOf(parsed.refusal) }]);
  }
  const receipt = parsed.value;
  const findings: Finding[] = [
    signature,
    { part: 'statement', state: 'proved', code: 'well-formed', text: 'The statement is whole and in its one form.' },
    ...approvalFindings(receipt, trust),
    ...standingGrantFindings(receipt),
    actionFinding(receipt, trust),
    constitutionFinding(receipt, trust),
    recordFinding(receipt, trust.record),
    ...inclusionFindings(receipt, file.proof, trust),
  ];
  return finish(findings, receipt);
}

function finish(findings: readonly Finding[], receipt?: Receipt): VerifiedReceipt {
  const isSigned = findings.some(({ part, state }) => part === 'signature' && state === 'proved');
  const isValid = isSigned && findings.every(({ state }) => state !== 'false');
  return { ...(receipt === undefined ? {} : { receipt }), findings, isValid };
}

function textOf({ code, message }: { readonly code: string; readonly message: string }) {
  return { code, text: message };
}

function signatureFinding({ envelope }: ReceiptFile, keys: readonly PublicKey[]): Finding {
  const part = 'signature';
  if (envelope.payloadType !== RECEIPT_PAYLOAD_TYPE) {
    const text = `What is signed is no receipt but "${envelope.payloadType}".`;
    return { part, state: 'false', code: 'payload-type-other', text };
  }
  const found = checkSignatures(envelope, keys);
  const invalid = found.find(({ kind }) => kind === 'invalid');
  if (invalid !== undefined) {
    const text = `The signature that names key ${short(invalid.keyId)} is not over this statement: it was changed, or the signature was.`;
    return { part, state: 'false', code: 'signature-invalid', text };
  }
  const valid = found.find(({ kind }) => kind === 'valid');
  if (valid === undefined) {
    const text = `No key that you gave has signed it; it names ${found.map(({ keyId }) => short(keyId)).join(', ')}.`;
    return { part, state: 'false', code: 'key-unknown', text };
  }
  const text = `Signed by the key ${short(valid.keyId)} that you gave.`;
  return { part, state: 'proved', code: 'signed', text };
}

function approvalFindings(receipt: Receipt, { expected }: ReceiptTrust): readonly Finding[] {
  const part = 'approval';
  const { approval, agent, timeMs } = receipt;
  const wanted = expected?.approvedBy;
  if (approval === undefined) {
    if (wanted === undefined) return [];
    return [
      { part, state: 'false', code: 'approval-absent', text: `No approval is bound to it; you expected ${wanted}'s.` },
    ];
  }
  const fail = (code: string, text: string): readonly Finding[] => [{ part, state: 'false', code, text }];
  if (approval.by === agent.id) return fail('approval-own', 'The approval is by the one who asked.');
  if (wanted !== undefined && approval.by !== wanted) {
    return fail('approval-other', `The approval is by ${approval.by}, not by ${wanted}.`);
  }
  if (timeMs < approval.timeMs || timeMs >= approval.expiresMs) {
    return fail('approval-expired', 'The decision was not made while the approval was good.');
  }
  const text = `The signer says that ${approval.by} approved it as ${approval.role}; the person's own signature is not part of a receipt.`;
  return [{ part, state: 'proved', code: 'approval-bound', text }];
}

function standingGrantFindings({ standingGrant, agent, timeMs }: Receipt): readonly Finding[] {
  const part = 'approval';
  if (standingGrant === undefined) return [];
  const { by, role, id } = standingGrant;
  if (by === agent.id) {
    return [{ part, state: 'false', code: 'standing-grant-own', text: 'The standing grant is by the one who asked.' }];
  }
  if (timeMs < standingGrant.timeMs || timeMs >= standingGrant.expiresMs) {
    const text = 'The decision was not made while the standing grant was good.';
    return [{ part, state: 'false', code: 'standing-grant-expired', text }];
  }
  const text = `The signer says that ${by}, as ${role}, had proposed the standing grant ${id}, which let it through.`;
  return [{ part, state: 'proved', code: 'standing-grant-bound', text }];
}

function actionFinding({ action, id }: Receipt, { expected }: ReceiptTrust): Finding {
  const part = 'action';
  const wrong = (code: string, text: string): Finding => ({ part, state: 'false', code, text });
  if (expected?.decisionId !== undefined && expected.decisionId !== id) {
    return wrong('decision-other', `It is the receipt of decision ${id}, not of ${expected.decisionId}.`);
  }
  if (expected?.actionDigest === undefined) {
    const text = `Bound to the action ${short(action.digest)}; which action that is, only the action itself shows.`;
    return { part, state: 'open', code: 'not-compared', text };
  }
  return expected.actionDigest === action.digest
    ? { part, state: 'proved', code: 'action-matches', text: 'It is about the very action that you named.' }
    : wrong('action-other', `It is about another action: its digest is ${short(action.digest)}.`);
}

function constitutionFinding({ constitution }: Receipt, { expected }: ReceiptTrust): Finding {
  const part = 'constitution';
  const { lineage, number, digest } = constitution;
  if (lineage !== CONSTITUTIONAL_HASH) {
    const text = `It names the lineage ${lineage}; this program knows ${CONSTITUTIONAL_HASH} only.`;
    return { part, state: 'false', code: 'lineage-other', text };
  }
  const name = `constitution ${number} (${short(digest)}) of lineage ${lineage}`;
  if (expected?.constitutionDigest === undefined) {
    const text = `It names ${name}; that this one belongs to the lineage is not proved here.`;
    return { part, state: 'open', code: 'not-traced', text };
  }
  return expected.constitutionDigest === digest
    ? { part, state: 'proved', code: 'constitution-matches', text: `Decided under ${name}, the one that you named.` }
    : { part, state: 'false', code: 'constitution-other', text: `Decided under ${name}, not the one that you named.` };
}

function recordFinding({ journal, record }: Receipt, bytes: Uint8Array | undefined): Finding {
  const part = 'record';
  const place = `record ${journal.sequence} of node ${journal.node}`;
  if (bytes === undefined) {
    const text = `It says that it is ${place}; the record itself was not given.`;
    return { part, state: 'open', code: 'not-given', text };
  }
  const chained = bodyHash(Buffer.concat([Buffer.from(journal.previousHash, 'hex'), bytes])).toString('hex');
  return sha256Hex(bytes) === record.sha256 && chained === journal.hash
    ? { part, state: 'proved', code: 'record-matches', text: `The record that you gave is ${place}.` }
    : { part, state: 'false', code: 'record-other', text: `The record that you gave is not ${place}.` };
}

function inclusionFindings(receipt: Receipt, proof: string | undefined, trust: ReceiptTrust): readonly Finding[] {
  const { policy } = trust;
  const part = 'inclusion';
  if (policy === undefined) {
    const text =
      proof === undefined
        ? 'It carries no proof from the ledger, and no key of a log was given.'
        : 'It carries a proof from the ledger; without the key of the log that proves nothing.';
    return [{ part, state: 'open', code: 'not-checked', text }];
  }
  if (proof === undefined) {
    return [
      { part, state: 'false', code: 'proof-absent', text: 'It carries no proof that its record is in the ledger.' },
    ];
  }
  const verified = verifyTlogProof(proof, entryLeafHash(receipt.journal), policy);
  if (!verified.ok) return [{ part, state: 'false', ...textOf(verified.refusal) }];
  const { index, checkpoint, log, cosigned } = verified.value;
  const text = `Its record is entry ${index} of the log ${log}, under the checkpoint of ${checkpoint.size} entries.`;
  return [
    { part, state: 'proved', code: 'included', text },
    witnessFinding(
      policy,
      cosigned.map(({ name }) => name),
    ),
    ...(trust.checkpoint === undefined ? [] : [checkpointFinding(checkpoint, trust.checkpoint)]),
  ];
}

function witnessFinding(policy: LedgerPolicy, names: readonly string[]): Finding {
  const part = 'witnesses';
  // A quorum that is missed has refused the checkpoint already.
  if (policy.quorum.kind !== 'none') {
    return { part, state: 'proved', code: 'quorum', text: `Enough witnesses have cosigned: ${names.join(', ')}.` };
  }
  const seen = names.length === 0 ? 'no witness that you named' : `only ${names.join(', ')}, and you ask for none`;
  const text = `Cosigned by ${seen}: the log may have shown others another tree.`;
  return { part, state: 'open', code: 'not-witnessed', text };
}

function checkpointFinding(own: VerifiedCheckpoint['checkpoint'], { checkpoint }: VerifiedCheckpoint): Finding {
  const part = 'checkpoint';
  if (own.origin !== checkpoint.origin) {
    return {
      part,
      state: 'false',
      code: 'checkpoint-other-log',
      text: `Your checkpoint is of the log ${checkpoint.origin}.`,
    };
  }
  if (own.size !== checkpoint.size) {
    const relation = own.size < checkpoint.size ? 'older' : 'newer';
    const text = `The receipt's checkpoint is ${relation} than yours (${own.size} and ${checkpoint.size} entries): that both are of one tree needs a consistency proof.`;
    return { part, state: 'open', code: 'not-consistent', text };
  }
  return own.root.equals(checkpoint.root)
    ? { part, state: 'proved', code: 'checkpoint-same', text: 'The receipt and you have the same checkpoint.' }
    : {
        part,
        state: 'false',
        code: 'log-forked',
        text: `Two trees of ${own.size} entries were signed: the log is forked. Keep both checkpoints, they prove it.`,
      };
}

function short(hex: string): string {
  return `${hex.slice(0, 16)}…`;
}
