import type { ConstitutionRef, DecisionId } from '#domain/decision/decision.ts';
import type { JsonObject } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Clause } from '#domain/standing-grant/clause.ts';

export type StandingGrantId = string & { readonly __brand: 'StandingGrantId' };

/** Named in reasons like a policy, so that what it does is explained like what a policy does. */
export const STANDING_GRANT = 'standing-grant' as PolicyId; // not a policy of a constitution

/**
 * What people of a role let one agent do for a while without asking again. It stands in for the approval of an `ask` for that
 * role, of the effects that its clauses cover, in the workspace that it was given in, under the constitution that it was given
 * under; never for more. Times are Unix milliseconds.
 */
export interface StandingGrant {
  readonly id: StandingGrantId;
  /** The `ask` that it was proposed from. */
  readonly decisionId: DecisionId;
  readonly principalId: string;
  /** The role that was asked, and that every `ask` must be for. */
  readonly role: string;
  readonly workspaceRoots: readonly string[];
  readonly constitution: ConstitutionRef;
  readonly clauses: readonly GrantedClause[];
  /** Exclusive. */
  readonly expiresMs: number;
}

export interface GrantedClause {
  readonly clause: Clause;
  /** The same as Cedar, in its JSON form; `isPolicyOf` holds one to the other whenever it is loaded. */
  readonly policy: JsonObject;
}

interface Happened {
  readonly timeMs: number;
  readonly by: { readonly kind: 'person'; readonly id: string };
}

/** As the journal keeps it. `outstanding`: persons who must still agree; with 0 it is in force. */
export type StandingGrantEvent =
  | (Happened & { readonly kind: 'proposed'; readonly grant: StandingGrant; readonly outstanding: number })
  | (Happened & { readonly kind: 'agreed'; readonly id: StandingGrantId; readonly outstanding: number })
  | (Happened & { readonly kind: 'revoked'; readonly id: StandingGrantId });

/** A grant with what has happened to it. */
export interface StandingGrantFile {
  readonly grant: StandingGrant;
  readonly proposedMs: number;
  /** Who agreed, in that order; the first proposed it. */
  readonly agreed: readonly string[];
  readonly outstanding: number;
  /** Set for good: nothing brings a grant back. */
  readonly ended?: { readonly kind: 'revoked'; readonly by: string; readonly timeMs: number } | AgentStopped;
}

/** The agent was suspended, retired or found compromised: what it could do without asking ends with that, also when it returns. */
export interface AgentStopped {
  readonly kind: 'agent-stopped';
  readonly timeMs: number;
}

export const STANDING_GRANT_STATES = [
  'proposed',
  'in-force',
  'revoked',
  'agent-stopped',
  'expired',
  'superseded',
] as const;

export type StandingGrantState =
  | { readonly kind: 'proposed'; readonly missing: number }
  | { readonly kind: 'in-force' }
  | { readonly kind: 'revoked'; readonly by: string }
  | { readonly kind: 'agent-stopped' }
  | { readonly kind: 'expired' }
  /** The constitution that it was given under is in force for nobody. */
  | { readonly kind: 'superseded' };

/** Where a grant stands. Time and amendments decide by themselves: no record says that one has expired. */
export function standingGrantState(
  { grant, ended, outstanding }: StandingGrantFile,
  now: { readonly timeMs: number; readonly isInForce: (ref: ConstitutionRef) => boolean },
): StandingGrantState {
  if (ended?.kind === 'revoked') return { kind: 'revoked', by: ended.by };
  if (ended !== undefined) return { kind: 'agent-stopped' };
  if (now.timeMs >= grant.expiresMs) return { kind: 'expired' };
  if (!now.isInForce(grant.constitution)) return { kind: 'superseded' };
  return outstanding > 0 ? { kind: 'proposed', missing: outstanding } : { kind: 'in-force' };
}
