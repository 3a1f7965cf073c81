import type { ActionDigest } from '#domain/action/digest.ts';
import type { Approval, ApprovalId } from '#domain/approval/approval.ts';
import type { ApprovalRequest } from '#domain/approval/request.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { refOf } from '#domain/constitution/governance.ts';
import { DEFAULT_SECTIONS } from '#domain/constitution/sections.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { PersonId, Principal } from '#domain/identity/principal.ts';

export const ASKED_MS = 1_800_000_000_000;
export const MINUTE_MS = 60_000;

export const RULES = {
  approverRoles: ['developer', 'maintainer', 'security'],
  approvals: { ...DEFAULT_SECTIONS.approvals, quorum: { security: 2 } },
  limits: { effectsPerAction: 10, policies: 10, approvalMinutes: 60 },
} as const;

// Fixed ids: their brands are given here, as the edge gives them elsewhere.
const CONSTITUTION = 'a'.repeat(64) as ConstitutionDigest; // a digest's shape
const ACTION = 'b'.repeat(64) as ActionDigest; // likewise

export const REF = refOf({ number: 1, digest: CONSTITUTION });

export function person(id: string, ...roles: readonly string[]): Principal {
  return { kind: 'person', id: id as PersonId, roles }; // a name that a test gives
}

export function requestFor(role: string, answers: readonly Approval[] = []): ApprovalRequest {
  const decision: Decision = {
    id: '01890000-0000-7000-8000-000000000001' as DecisionId,
    timeMs: ASKED_MS,
    principal: { kind: 'agent', id: 'codex' },
    agent: 'codex',
    actionKind: 'shell',
    action: { kind: 'shell', command: 'sudo ls' },
    actionDigest: ACTION,
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
    actionDigest: ACTION,
    constitution: REF,
    expiresMs: ASKED_MS + 60 * MINUTE_MS,
    ...more,
  };
}
