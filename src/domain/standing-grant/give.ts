import { mayAnswer } from '#domain/approval/entitled.ts';
import { type ApprovalRequest, personsNeeded } from '#domain/approval/request.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { ConstitutionRef } from '#domain/decision/decision.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type {
  GrantedClause,
  StandingGrant,
  StandingGrantEvent,
  StandingGrantFile,
  StandingGrantId,
} from './standing-grant.ts';

export type StandingGrantRefusalCode =
  | 'standing-grant-none'
  | 'standing-grant-too-long'
  | 'standing-grant-agreed'
  | 'standing-grant-ended'
  | 'standing-grant-limit'
  | 'approval-not-asked'
  | 'approval-own'
  | 'approval-not-entitled'
  | 'approval-answered'
  | 'approval-constitution-changed';

const HOUR_MS = 3_600_000;

/** Grants of one agent that are proposed or in force: each is looked at whenever it is asked about something. */
export const GRANTS_PER_AGENT_MAX = 32;

type Rules = Pick<Constitution, 'approverRoles' | 'approvals' | 'limits'>;

interface Person {
  readonly by: Principal;
  /** What is in force for whoever asked. */
  readonly constitution: Rules;
  readonly ref: ConstitutionRef;
  readonly isHeld: (role: string) => boolean;
  readonly nowMs: number;
}

/**
 * A person proposes a standing grant from a request, and agrees to it by that. The same roles and as many persons as for the
 * approval itself; nobody for what they asked for, and no longer than the constitution allows (nothing, where it does not say).
 */
export function propose(
  input: Person & {
    readonly id: StandingGrantId;
    readonly request: ApprovalRequest;
    readonly clauses: readonly GrantedClause[];
    readonly workspaceRoots: readonly string[];
    readonly expiresMs: number;
    /** Grants of the agent that are not over. */
    readonly held: number;
  },
): Result<StandingGrantEvent & { readonly kind: 'proposed' }, StandingGrantRefusalCode> {
  const { request, by, constitution, nowMs } = input;
  const { decision } = request;
  const entitled = mayAnswer({ ...input, decision });
  if (!entitled.ok) return entitled;
  const { standingGrantHours } = constitution.limits;
  if (standingGrantHours === undefined) {
    return refuse(
      'standing-grant-none',
      'The constitution in force allows no standing grants (limits.standingGrantHours).',
    );
  }
  if (request.answers.some(({ answer }) => answer === 'refused')) {
    return refuse('approval-answered', 'The request was refused: nothing follows from it.');
  }
  if (decision.constitution.digest !== input.ref.digest) {
    return refuse(
      'approval-constitution-changed',
      'The constitution has changed since the request: the agent must ask again.',
    );
  }
  if (!(input.expiresMs > nowMs && input.expiresMs <= nowMs + standingGrantHours * HOUR_MS)) {
    return refuse(
      'standing-grant-too-long',
      `A standing grant ends in the future, and within ${standingGrantHours} hours.`,
    );
  }
  if (input.held >= GRANTS_PER_AGENT_MAX) {
    return refuse(
      'standing-grant-limit',
      `The agent has ${GRANTS_PER_AGENT_MAX} standing grants already: revoke one of them.`,
    );
  }
  const grant: StandingGrant = {
    id: input.id,
    decisionId: decision.id,
    principalId: decision.principal.id,
    role: entitled.value,
    workspaceRoots: input.workspaceRoots,
    constitution: input.ref,
    clauses: input.clauses,
    expiresMs: input.expiresMs,
  };
  const outstanding = personsNeeded(decision, constitution.approvals) - 1;
  return ok({ kind: 'proposed', timeMs: nowMs, by: { kind: 'person', id: by.id }, grant, outstanding });
}

/** Another person agrees, where the role's quorum asks for more than one. */
export function agree(
  input: Person & { readonly request: ApprovalRequest; readonly file: StandingGrantFile },
): Result<StandingGrantEvent & { readonly kind: 'agreed' }, StandingGrantRefusalCode> {
  const { file, by, nowMs } = input;
  const entitled = mayAnswer({ ...input, decision: input.request.decision });
  if (!entitled.ok) return entitled;
  if (file.ended !== undefined || nowMs >= file.grant.expiresMs) {
    return refuse('standing-grant-ended', 'The standing grant is over.');
  }
  if (file.grant.constitution.digest !== input.ref.digest) {
    return refuse('approval-constitution-changed', 'The constitution has changed since it was proposed.');
  }
  if (file.outstanding === 0 || file.agreed.includes(by.id)) {
    return refuse('standing-grant-agreed', 'You have agreed already, or nobody else need agree.');
  }
  const happened = { timeMs: nowMs, by: { kind: 'person', id: by.id } } as const;
  return ok({ kind: 'agreed', ...happened, id: file.grant.id, outstanding: file.outstanding - 1 });
}

/** Any person who may answer requests ends a grant, at once: that is only ever stricter. */
export function revoke(
  file: StandingGrantFile,
  by: Principal,
  nowMs: number,
): Result<StandingGrantEvent & { readonly kind: 'revoked' }, StandingGrantRefusalCode> {
  if (by.kind !== 'person') return refuse('approval-not-entitled', 'Only a person can revoke a standing grant.');
  if (file.ended !== undefined) return refuse('standing-grant-ended', 'The standing grant is over already.');
  return ok({ kind: 'revoked', timeMs: nowMs, by: { kind: 'person', id: by.id }, id: file.grant.id });
}
