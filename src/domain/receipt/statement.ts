import type { ActionKind } from '#domain/action/action.ts';
import type { ActionDigest } from '#domain/action/digest.ts';
import type { Approval } from '#domain/approval/approval.ts';
import type { ConstitutionRef, Decision, DecisionId } from '#domain/decision/decision.ts';
import type { Delegation } from '#domain/identity/delegation.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import { sha256Hex } from '#domain/json.ts';
import type { Reason, Verdict } from '#domain/policy/verdict.ts';
import type { StandingGrantEvent } from '#domain/standing-grant/standing-grant.ts';

/** The payload type of the envelope that a receipt is (DSSE). */
export const RECEIPT_PAYLOAD_TYPE = 'application/vnd.acgs.receipt+json';
/** in-toto Attestation Framework, Statement v1: tools that know it can read a receipt's subject and kind. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const RECEIPT_PREDICATE_TYPE = 'urn:acgs:receipt:v1';
/** The one subject: the action, by its digest. */
export const SUBJECT_NAME = 'action';

/** Where a record is in a node's journal. Hashes are SHA-256 in hex. */
export interface JournalPosition {
  readonly node: string;
  readonly sequence: number;
  readonly hash: string;
  /** What the record builds on: with the record's bytes it gives `hash`. */
  readonly previousHash: string;
}

/** A person's answer that a decision used up. */
export interface ReceiptApproval {
  readonly id: string;
  /** The `ask` that it answered. */
  readonly decisionId: string;
  readonly by: string;
  readonly role: string;
  readonly timeMs: number;
  readonly expiresMs: number;
}

/** What people had let the agent do for a while, which stood in for an approval. */
export interface ReceiptStandingGrant {
  readonly id: string;
  /** The `ask` that it was proposed from. */
  readonly decisionId: string;
  /** Who proposed it. */
  readonly by: string;
  readonly role: string;
  readonly timeMs: number;
  readonly expiresMs: number;
}

/** What a receipt says: that this was decided, about whom and what, under which rules, and where that is written. */
export interface Receipt {
  /** The decision's id is the receipt's. */
  readonly id: DecisionId;
  /** Unix milliseconds. */
  readonly timeMs: number;
  readonly agent: {
    readonly kind: 'agent' | 'person';
    readonly id: string;
    /** The agent's kind, or `api`. */
    readonly agent: string;
    readonly agentVersion?: string;
    readonly sessionId?: string;
    readonly toolUseId?: string;
  };
  /** From the agent to the person who answers for it; empty where it acts for itself. */
  readonly delegation: readonly Delegation[];
  readonly action: { readonly kind: ActionKind; readonly digest: ActionDigest };
  readonly verdict: Verdict;
  readonly reasons: readonly Omit<Reason, 'span'>[];
  readonly constitution: ConstitutionRef;
  readonly approval?: ReceiptApproval;
  readonly standingGrant?: ReceiptStandingGrant;
  readonly journal: JournalPosition;
  /** The record as it is in the journal: its bytes' SHA-256, in hex. It holds everything that a receipt leaves out. */
  readonly record: { readonly sha256: string };
}

/** The bytes of a record, as they are in the journal: entries are read from JSON and give the same JSON again. */
export function recordBytes(entry: JournalRecord['entry']): Buffer {
  return Buffer.from(JSON.stringify(entry));
}

/** The receipt of a decision. Pure: the same record gives the same receipt, whoever asks and whenever. */
export function receiptOf(input: {
  readonly decision: Decision;
  readonly record: JournalRecord;
  readonly previousHash: string;
  readonly approval?: Approval;
  readonly standingGrant?: ProposedGrant;
}): Receipt {
  const { decision, record, approval, standingGrant } = input;
  const { agentVersion, sessionId, toolUseId } = decision;
  return {
    id: decision.id,
    timeMs: decision.timeMs,
    agent: {
      ...decision.principal,
      agent: decision.agent,
      ...(agentVersion === undefined ? {} : { agentVersion }),
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(toolUseId === undefined ? {} : { toolUseId }),
    },
    delegation: decision.delegation ?? [],
    action: { kind: decision.actionKind, digest: decision.actionDigest },
    verdict: decision.verdict,
    reasons: decision.reasons.map(({ span: _, ...reason }) => reason),
    constitution: decision.constitution,
    ...(approval === undefined ? {} : { approval: approvalOf(approval) }),
    ...(standingGrant === undefined ? {} : { standingGrant: standingGrantOf(standingGrant) }),
    journal: {
      node: record.node,
      sequence: record.sequence,
      hash: record.hash,
      previousHash: input.previousHash,
    },
    record: { sha256: sha256Hex(recordBytes(record.entry)) },
  };
}

type ProposedGrant = Extract<StandingGrantEvent, { readonly kind: 'proposed' }>;

function standingGrantOf({ grant, by, timeMs }: ProposedGrant): ReceiptStandingGrant {
  const { id, decisionId, role, expiresMs } = grant;
  return { id, decisionId, by: by.id, role, timeMs, expiresMs };
}

function approvalOf({ id, decisionId, by, role, timeMs, expiresMs }: Approval): ReceiptApproval {
  return { id, decisionId, by: by.id, role, timeMs, expiresMs };
}
