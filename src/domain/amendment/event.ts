import type { BallotResult, BallotSubject, Choice } from '#domain/amendment/ballot.ts';
import type { Moment } from '#domain/amendment/governance-clock.ts';
import type { AmendmentId, AppealId, BallotId, SuspensionId } from '#domain/amendment/ids.ts';
import type { Impact } from '#domain/amendment/impact.ts';
import type { Lot } from '#domain/amendment/lot.ts';
import type { EnforcementRule } from '#domain/constitution/enforcement.ts';
import type { Sections, Signers } from '#domain/constitution/sections.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Envelope } from '#domain/signature/dsse.ts';

/** The person who acts, with the roles that they hold at that moment. */
export interface Actor {
  readonly id: PersonId;
  readonly roles: readonly string[];
}

/** What of a constitution says how it is changed. */
export interface AmendmentRules extends Pick<Sections, 'roles' | 'votes' | 'appeals' | 'suspension' | 'enforcement'> {
  /** Who sign the next one; `founders` are resolved to their keys. */
  readonly signers: Signers;
}

/** What an appeal is against. Times are Unix milliseconds. */
export type Appealed =
  | { readonly kind: 'policy'; readonly policy: PolicyId; readonly amendment: AmendmentId }
  | {
      readonly kind: 'decision';
      readonly decision: DecisionId;
      readonly decidedMs: number;
      readonly principal: string;
      readonly policies: readonly PolicyId[];
    };

/** Why a question about an appeal goes to everyone. */
export const CONTEST_CAUSES = ['contested', 'not-drawn', 'no-panel', 'unanswered'] as const;

/**
 * Everything that happens to the constitution by people, and what becomes of it by the passing of time. Each event carries what it
 * takes to judge it: whoever folds them again from the journal comes to the same state, or finds the one that could not be.
 */
export type AmendmentEvent = { readonly at: Moment } & (
  | {
      /** In force without an amendment: at the first start, or because who runs the node has put it there. */
      readonly kind: 'constitution-adopted';
      /** Its bundle: canonical JSON, whose SHA-256 is its digest. Rules are read from it, so that the record alone shows them. */
      readonly bundle: string;
      /** Who sign the next one: `founders` are not named in a bundle. */
      readonly signers: Signers;
    }
  | {
      readonly kind: 'amendment-drafted';
      readonly amendment: AmendmentId;
      readonly by: Actor;
      readonly title: string;
      readonly emergency: boolean;
      /** It brings back what was in force before the constitution that it amends. */
      readonly isRollback: boolean;
      readonly bundle: string;
    }
  | {
      readonly kind: 'impact-attached';
      readonly amendment: AmendmentId;
      readonly impact: Impact;
      readonly digest: string;
    }
  | {
      readonly kind: 'amendment-proposed';
      readonly amendment: AmendmentId;
      readonly by: Actor;
      readonly impact: string;
    }
  | { readonly kind: 'amendment-withdrawn'; readonly amendment: AmendmentId; readonly by: Actor }
  | {
      readonly kind: 'amendment-vetoed';
      readonly amendment: AmendmentId;
      readonly by: Actor;
      readonly reason: string;
    }
  | { readonly kind: 'amendment-signed'; readonly amendment: AmendmentId; readonly envelope: Envelope }
  | { readonly kind: 'amendment-superseded'; readonly amendment: AmendmentId }
  | { readonly kind: 'amendment-activated'; readonly amendment: AmendmentId }
  | { readonly kind: 'amendment-rolled-back'; readonly amendment: AmendmentId; readonly cause: string }
  | {
      readonly kind: 'ballot-opened';
      readonly subject: BallotSubject;
      readonly electorate: readonly PersonId[];
      readonly closesMs: number;
    }
  | { readonly kind: 'vote-cast'; readonly ballot: BallotId; readonly by: Actor; readonly choice: Choice }
  | { readonly kind: 'ballot-closed'; readonly ballot: BallotId; readonly result: BallotResult }
  | {
      readonly kind: 'policy-suspended';
      readonly suspension: SuspensionId;
      readonly by: Actor;
      readonly policy: PolicyId;
      /** SHA-256 of the policy's canonical form: it is suspended as it stands, not whatever bears its name later. */
      readonly policyDigest: string;
      readonly reason: string;
      readonly expiresMs: number;
    }
  | { readonly kind: 'suspension-lifted'; readonly suspension: SuspensionId; readonly by: Actor }
  | {
      readonly kind: 'suspension-ended';
      readonly suspension: SuspensionId;
      readonly outcome: 'expired' | 'ratified';
    }
  | {
      readonly kind: 'appeal-filed';
      readonly appeal: AppealId;
      readonly by: Actor;
      readonly against: Appealed;
      readonly grounds: string;
      readonly parties: readonly PersonId[];
      /** Who may be drawn, as of now: fixed before anyone can know what the lot will say. */
      readonly pool: readonly PersonId[];
      /** Hash of the node's half of the lot. */
      readonly commitment: string;
    }
  | {
      readonly kind: 'panel-drawn';
      readonly appeal: AppealId;
      readonly lot: Lot;
      readonly panel: readonly PersonId[];
      readonly answerByMs: number;
    }
  | {
      readonly kind: 'panel-answered';
      readonly appeal: AppealId;
      readonly by: Actor;
      readonly answer: 'uphold' | 'overturn';
      readonly reason: string;
    }
  | {
      readonly kind: 'appeal-contested';
      readonly appeal: AppealId;
      readonly cause: (typeof CONTEST_CAUSES)[number];
      /** Absent when time did it. */
      readonly by?: Actor;
    }
  | { readonly kind: 'appeal-closed'; readonly appeal: AppealId; readonly outcome: 'upheld' | 'overturned' }
  | {
      readonly kind: 'agent-suspended';
      readonly agent: AgentId;
      readonly rule: EnforcementRule;
      readonly repository?: string;
      /** The denials that were counted, the last ones first to be named; bounded. */
      readonly decisions: readonly DecisionId[];
    }
  | {
      readonly kind: 'agent-reinstated';
      readonly agent: AgentId;
      readonly by: Actor;
      readonly reason: string;
    }
);

export type AmendmentEventOf<Kind extends AmendmentEvent['kind']> = Extract<AmendmentEvent, { readonly kind: Kind }>;
