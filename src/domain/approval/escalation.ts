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
  const { verdict, timeMs } = request.decision;
  if (verdict.kind !== 'ask' || stateOf(request, rules, nowMs).kind !== 'waiting') return [];
  const due: DueNotice[] = [{ step: 0, recipient: { kind: 'role', role: verdict.role } }];
  let at = approverRoles.indexOf(verdict.role);
  for (const [index, { afterMinutes, to }] of rules.escalation.entries()) {
    if (nowMs < timeMs + afterMinutes * MINUTE_MS) continue;
    const step = index + 1;
    if (to === 'on-call') {
      due.push({ step, recipient: { kind: 'on-call' } });
      continue;
    }
    at += 1;
    const role = approverRoles[at];
    // Past the last role there is nobody else to tell.
    if (role !== undefined) due.push({ step, recipient: { kind: 'role', role } });
  }
  return due;
}
