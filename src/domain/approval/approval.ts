import type { ActionDigest } from '#domain/action/digest.ts';
import type { ConstitutionRef, DecisionId } from '#domain/decision/decision.ts';

export type ApprovalId = string & { readonly __brand: 'ApprovalId' };

/**
 * A person's answer to one `ask`. Once enough persons have said yes it is good for the same action (digest) by the same
 * principal under the same constitution, once, until it expires. Times are Unix milliseconds.
 */
export interface Approval {
  readonly id: ApprovalId;
  readonly timeMs: number;
  /** The `ask` that it answers. */
  readonly decisionId: DecisionId;
  readonly answer: 'granted' | 'refused';
  readonly by: { readonly kind: 'person'; readonly id: string };
  /** The role that was asked. Who answers may have a later one. */
  readonly role: string;
  /** Why, in the person's own words. */
  readonly reason?: string;
  /** Persons who must still say yes; with 0 the request is granted. Kept here, so that a log is read without the constitution. */
  readonly outstanding: number;
  readonly principalId: string;
  readonly actionDigest: ActionDigest;
  readonly constitution: ConstitutionRef;
  readonly expiresMs: number;
}
