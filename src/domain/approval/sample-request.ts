import type { ActionDigest } from '#domain/action/digest.ts';
import type { Approval, ApprovalId } from '#domain/approval/approval.ts';
import type { ApprovalRequest } from '#domain/approval/request.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { refOf } from '#domain/constitution/governance.ts';
import { DEFAULT_SECTIONS } from '#domain/constitution/sections.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { PersonId, Principal } from '#domain/identity/principal.ts';

/** A request as an agent makes one, for tests. */
export const ASKED_MS = 1_800_000_000_000;
export const MINUTE_MS = 60_000;

export const RULES = {
  approverRoles: ['developer', 'maintainer', 'security'],
  approvals: { ...DEFAULT_SECTIONS.approvals, quorum: { security: 2 } },
  limits: { effectsPerAction: 10, policies: 10, approvalMinutes: 60 },
} as const;

export const REF = refOf({ number: 1, digest: 'a'.repeat(64) as ConstitutionDigest });

export function person(id: string, ...roles: readonly string[]): Principal {
  return { kind: 'person', id: id as PersonId, roles };
}

export function requestFor(role: string, answers: readonly Approval[] = []): ApprovalRequest {
  const decision: Decision = {
    id: '01890000-0000-7000-8000-000000000001' as DecisionId,
    timeMs: ASKED_MS,
    principal: { kind: 'agent', id: 'codex' },
    agent: 'codex',
    actionKind: 'shell',
    action: { kind: 'shell', command: 'sudo ls' },
    actionDigest: 'b'.repeat(64) as ActionDigest,
    effects: [],
    verdict: { kind: 'ask', role },
    reasons: [],
    constitution: REF,
  };
  return { decision, answers };
}

export function answer(more: Partial<Approval> = {}): Approval {
  return {
    id: '01890000-0000-7000-8000-000000000002' as ApprovalId,
    timeMs: ASKED_MS,
    decisionId: requestFor('maintainer').decision.id,
    answer: 'granted',
    by: { kind: 'person', id: 'ada' },
    role: 'maintainer',
    outstanding: 0,
    principalId: 'codex',
    actionDigest: 'b'.repeat(64) as ActionDigest,
    constitution: REF,
    expiresMs: ASKED_MS + 60 * MINUTE_MS,
    ...more,
  };
}
