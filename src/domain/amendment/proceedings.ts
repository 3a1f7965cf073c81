import type { Ballot } from '#domain/amendment/ballot.ts';
import type { BundleContent } from '#domain/amendment/bundle-content.ts';
import type { Actor, Appealed, CONTEST_CAUSES } from '#domain/amendment/event.ts';
import { type GovernanceClock, UNSET_CLOCK } from '#domain/amendment/governance-clock.ts';
import type { AmendmentId, AppealId, BallotId, SuspensionId } from '#domain/amendment/ids.ts';
import type { Impact } from '#domain/amendment/impact.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Result } from '#domain/result.ts';
import type { Envelope } from '#domain/signature/dsse.ts';

/**
 * draft → proposed → voting → passed | failed; passed → signed → active → rolled-back; a veto, in any state before active,
 * leads to vetoed (at once, or when the vote has passed) and from there to overridden or failed; overridden → signed.
 * Drawn in docs/reference/amendments.md.
 */
export type AmendmentState =
  /** It can be looked at; its impact may be attached. */
  | { readonly kind: 'draft' }
  /** Its vote opens with the next event. */
  | { readonly kind: 'proposed' }
  | { readonly kind: 'voting' }
  /** It has its majority, and waits for its signatures. */
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: 'no-quorum' | 'no-majority' | 'veto' }
  /** The vote on overriding the veto is open, or opens with the next event. */
  | { readonly kind: 'vetoed' }
  | { readonly kind: 'overridden' }
  /** k of n have signed: it may be rolled out. */
  | { readonly kind: 'signed' }
  | { readonly kind: 'active'; readonly sinceMs: number }
  | { readonly kind: 'rolled-back'; readonly cause: string }
  | { readonly kind: 'withdrawn' }
  /** Another constitution came into force than the one that it amends. */
  | { readonly kind: 'superseded' };

export interface Amendment {
  readonly id: AmendmentId;
  readonly title: string;
  readonly proposer: PersonId;
  readonly emergency: boolean;
  /** Canonical JSON, as it will be signed. */
  readonly bundle: string;
  readonly content: BundleContent;
  /** It brings back what was in force before the constitution that it amends, which was voted on in its time. */
  readonly isRollback: boolean;
  /** What was shown before anyone voted, and its digest. */
  readonly impact?: { readonly digest: string; readonly impact: Impact };
  readonly vetoes: readonly { readonly by: PersonId; readonly reason: string }[];
  readonly envelope?: Envelope;
  readonly state: AmendmentState;
  /** An appeal has found one of its policies wrong: whoever operates rolls it back. */
  readonly isRollbackOwed: boolean;
}

export interface PolicySuspension {
  readonly id: SuspensionId;
  readonly policy: PolicyId;
  readonly policyDigest: string;
  readonly by: PersonId;
  readonly reason: string;
  readonly sinceMs: number;
  readonly expiresMs: number;
  /** `ratified` lasts until an amendment changes the policy. */
  readonly state: 'open' | 'ratified' | 'expired' | 'lifted';
}

export interface PanelAnswer {
  readonly by: PersonId;
  readonly answer: 'uphold' | 'overturn';
  readonly reason: string;
}

export type AppealState =
  /** Waits for the appellant's half of the lot. */
  | { readonly kind: 'filed'; readonly drawByMs: number }
  | { readonly kind: 'before-panel'; readonly answerByMs: number }
  /** May be contested until then. */
  | { readonly kind: 'answered'; readonly answer: PanelAnswer['answer']; readonly contestByMs: number }
  /** Goes to a vote, which opens with the next event. */
  | { readonly kind: 'contested'; readonly cause: (typeof CONTEST_CAUSES)[number] }
  | { readonly kind: 'closed'; readonly outcome: 'upheld' | 'overturned' };

export interface Appeal {
  readonly id: AppealId;
  readonly by: PersonId;
  readonly against: Appealed;
  readonly parties: readonly PersonId[];
  readonly pool: readonly PersonId[];
  readonly commitment: string;
  readonly panel: readonly PersonId[];
  readonly answers: readonly PanelAnswer[];
  readonly state: AppealState;
}

/** A constitution in force, as far as proceedings need to know it. */
export interface Adopted {
  readonly content: BundleContent;
  /** Content of what was in force before it by the same proceedings: what a rollback brings back. */
  readonly before?: BundleContent;
}

/** All that is under way with a lineage, and what has become of what was: the fold over its events. */
export interface Proceedings {
  readonly clock: GovernanceClock;
  /** Absent before the first event. */
  readonly inForce?: Adopted;
  readonly amendments: ReadonlyMap<AmendmentId, Amendment>;
  readonly ballots: ReadonlyMap<BallotId, Ballot>;
  readonly suspensions: ReadonlyMap<SuspensionId, PolicySuspension>;
  readonly appeals: ReadonlyMap<AppealId, Appeal>;
  /** Agents that wait for a person to let them go on. */
  readonly suspendedAgents: ReadonlyMap<AgentId, { readonly sinceMs: number; readonly why: string }>;
}

export const NO_PROCEEDINGS: Proceedings = {
  clock: UNSET_CLOCK,
  amendments: new Map(),
  ballots: new Map(),
  suspensions: new Map(),
  appeals: new Map(),
  suspendedAgents: new Map(),
};

/** Proceedings by the rules of a constitution in force. */
export type Governed = Proceedings & { readonly inForce: Adopted };

export type Applied = Result<Proceedings, AmendmentRefusalCode>;

export type AmendmentRefusalCode =
  | 'moment-wrong'
  | 'role-missing'
  | 'nothing-in-force'
  | 'amendment-unknown'
  | 'amendment-exists'
  | 'amendment-state'
  | 'amendment-parent'
  | 'bundle-malformed'
  | 'amendment-not-own'
  | 'rollback-other'
  | 'impact-missing'
  | 'impact-mismatch'
  | 'veto-repeated'
  | 'veto-overridden'
  | 'signatures-refused'
  | 'ballot-unknown'
  | 'ballot-exists'
  | 'ballot-not-due'
  | 'ballot-miscounted'
  | 'ballot-closed'
  | 'electorate-too-large'
  | 'vote-not-entitled'
  | 'vote-repeated'
  | 'suspension-unknown'
  | 'suspension-exists'
  | 'suspension-state'
  | 'suspension-repeated'
  | 'suspension-without-effect'
  | 'deadline-wrong'
  | 'policy-unknown'
  | 'appeal-unknown'
  | 'appeal-exists'
  | 'appeal-state'
  | 'appeal-late'
  | 'appeal-parties'
  | 'lot-wrong'
  | 'panel-not-member'
  | 'panel-answered'
  | 'agent-not-suspended'
  | 'enforcement-unknown';

/** Refuses whoever holds none of the roles that the constitution in force asks for. */
export function holdsRole(actor: Actor, roles: readonly string[]): boolean {
  return actor.roles.some((role) => roles.includes(role));
}
