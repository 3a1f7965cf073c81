import type { ActionKind } from '#domain/action/action.ts';
import type { ActionDigest } from '#domain/action/digest.ts';
import type { Effect } from '#domain/action/effect.ts';
import type { ApprovalId } from '#domain/approval/approval.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { Delegation } from '#domain/identity/delegation.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Reason, Verdict } from '#domain/policy/verdict.ts';
import type { Redaction } from '#domain/redaction/marker.ts';
import type { SessionId } from '#domain/session/session.ts';
import type { StandingGrantId } from '#domain/standing-grant/standing-grant.ts';

/** UUIDv7: sorts by time. */
export type DecisionId = string & { readonly __brand: 'DecisionId' };

/** The constitution that a record was made under; travels with every answer, record, log line and metric. */
export interface ConstitutionRef {
  /** The constitutional hash. */
  readonly lineage: string;
  readonly number: number;
  readonly digest: ConstitutionDigest;
}

/** A verdict with everything that explains it. Written to the journal before it is answered. */
export interface Decision {
  readonly id: DecisionId;
  /** Unix milliseconds. */
  readonly timeMs: number;
  readonly principal: { readonly kind: 'agent' | 'person'; readonly id: string };
  /** On whose behalf the principal acts: the next one first, the one who answers for all last. Absent: on its own. */
  readonly delegation?: readonly Delegation[];
  /** The agent's kind, or `api` when no agent's hook asked. */
  readonly agent: string;
  readonly sessionId?: SessionId;
  /** As the agent's hook reported it. */
  readonly agentVersion?: string;
  /** The agent's own id of the tool call: links the outcome. */
  readonly toolUseId?: string;
  /** The approval that this decision used up. */
  readonly approvalId?: ApprovalId;
  /** The standing grant that stood in for an approval. */
  readonly standingGrantId?: StandingGrantId;
  readonly actionKind: ActionKind;
  /** `canonicalAction`, with markers in the place of secrets: `actionDigest` can be recomputed from it once they are disclosed. */
  readonly action: JsonObject;
  /** What was kept out of `action`, `effects` and `reasons`, in the order of the markers' numbers; absent where nothing was. */
  readonly redactions?: readonly Redaction[];
  readonly actionDigest: ActionDigest;
  readonly effects: readonly Effect[];
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly constitution: ConstitutionRef;
}

/** What became of an action. `unknown`: the agent did not say. */
export const OUTCOME_STATUSES = ['succeeded', 'failed', 'unknown'] as const;
export interface Outcome {
  readonly timeMs: number;
  readonly principal: { readonly kind: 'agent' | 'person'; readonly id: string };
  readonly agent: string;
  readonly sessionId?: SessionId;
  readonly toolUseId?: string;
  /** Absent: seen to happen without a decision, and counted as ungoverned. */
  readonly decisionId?: DecisionId;
  readonly actionDigest?: ActionDigest;
  readonly status: (typeof OUTCOME_STATUSES)[number];
  readonly durationMs?: number;
  readonly constitution: ConstitutionRef;
}
