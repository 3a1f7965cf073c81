import { type ApprovalRequest, stateOf } from '#domain/approval/request.ts';
import type { ApprovalRules } from '#domain/constitution/sections.ts';

/** Who is to be told of a request. */
export type Recipient = { readonly kind: 'role'; readonly role: string } | { readonly kind: 'on-call' };

export interface DueNotice {
  /** 0: the request itself; then each step of the constitution's escalation, from 1. Told once each. */
  readonly step: number;
  readonly recipient: Recipient;
}

const MINUTE_MS = 60_000;

interface EscalationMoment {
  readonly recipient: Recipient;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** Who is told of a request, and when, while nobody answers: first the role that is asked, at once. */
export function escalationOf(
  request: ApprovalRequest,
  rules: Pick<ApprovalRules, 'escalation'>,
  approverRoles: readonly string[],
): readonly EscalationMoment[] {
  return noticesOf(request, rules, approverRoles).map(({ recipient, atMs }) => ({ recipient, atMs }));
}

/**
 * What has to be told by now while nobody has answered, in order. A node that slept through several steps tells each of them:
 * whoever comes later in the order would otherwise be told nothing.
 */
export function dueNotices(
  request: ApprovalRequest,
  rules: ApprovalRules,
  approverRoles: readonly string[],
  nowMs: number,
): readonly DueNotice[] {
  if (stateOf(request, rules, nowMs).kind !== 'waiting') return [];
  return noticesOf(request, rules, approverRoles)
    .filter(({ atMs }) => nowMs >= atMs)
    .map(({ step, recipient }) => ({ step, recipient }));
}

function noticesOf(
  { decision: { verdict, timeMs } }: ApprovalRequest,
  rules: Pick<ApprovalRules, 'escalation'>,
  approverRoles: readonly string[],
): readonly (DueNotice & EscalationMoment)[] {
  if (verdict.kind !== 'ask') return [];
  const found: (DueNotice & EscalationMoment)[] = [
    { step: 0, recipient: { kind: 'role', role: verdict.role }, atMs: timeMs },
  ];
  let at = approverRoles.indexOf(verdict.role);
  for (const [index, { afterMinutes, to }] of rules.escalation.entries()) {
    const atMs = timeMs + afterMinutes * MINUTE_MS;
    const step = index + 1;
    if (to === 'on-call') {
      found.push({ step, recipient: { kind: 'on-call' }, atMs });
      continue;
    }
    at += 1;
    const role = approverRoles[at];
    // Past the last role there is nobody else to tell.
    if (role !== undefined) found.push({ step, recipient: { kind: 'role', role }, atMs });
  }
  return found;
}
