import { subjectOf } from '#domain/action/subject.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { JournalEntry } from '#domain/journal/journal.ts';
import { never } from '#domain/result.ts';

/**
 * What a person who looks on is told of a record: enough for a line on a screen, and never the whole action. What is shown of it is
 * as it was recorded, with markers in the place of secrets.
 */
export type LiveEvent =
  | { readonly name: 'decision'; readonly data: LiveDecision }
  | {
      readonly name: 'outcome';
      readonly data: { readonly decisionId?: string; readonly status: string; readonly agent: string };
    }
  | {
      readonly name: 'approval';
      readonly data: { readonly decisionId: string; readonly answer: string; readonly by: string };
    }
  /** Something else has changed; whoever shows it reads it again. */
  | { readonly name: 'change'; readonly data: { readonly of: 'identity' | 'constitution' | 'node' | 'grants' } };

export interface LiveDecision {
  readonly id: string;
  /** Unix milliseconds. */
  readonly timeMs: number;
  readonly principalId: string;
  readonly agent: string;
  readonly sessionId?: string;
  readonly actionKind: string;
  /** The beginning of the action, in one line. */
  readonly subject: string;
  readonly verdict: { readonly kind: Decision['verdict']['kind']; readonly role?: string };
  /** Of the policy that stands first. */
  readonly policy?: string;
  /** The approval that it used up. */
  readonly approvalId?: string;
}

/** UTF-16 units of a subject: a line on a wide screen. */
const SUBJECT_LENGTH_MAX = 240;

export function liveEventOf(entry: JournalEntry): LiveEvent {
  switch (entry.kind) {
    case 'decision':
      return { name: 'decision', data: liveDecision(entry.decision) };
    case 'outcome': {
      const { decisionId, status, agent } = entry.outcome;
      return { name: 'outcome', data: { ...(decisionId === undefined ? {} : { decisionId }), status, agent } };
    }
    case 'approval': {
      const { decisionId, answer, by } = entry.approval;
      return { name: 'approval', data: { decisionId, answer, by: by.id } };
    }
    case 'standing-grant':
      return { name: 'change', data: { of: 'grants' } };
    case 'identity':
      return { name: 'change', data: { of: 'identity' } };
    case 'amendment':
    case 'roll-out':
      return { name: 'change', data: { of: 'constitution' } };
    case 'node-started':
    case 'order-taken':
    case 'detail-shredded':
    case 'detail-disclosed':
      return { name: 'change', data: { of: 'node' } };
    default:
      return never(entry);
  }
}

function liveDecision(decision: Decision): LiveDecision {
  const { id, timeMs, principal, agent, sessionId, actionKind, verdict, reasons, approvalId } = decision;
  const [first] = reasons;
  return {
    id,
    timeMs,
    principalId: principal.id,
    agent,
    ...(sessionId === undefined ? {} : { sessionId }),
    actionKind,
    subject: oneLine(subjectOf(decision.action)),
    verdict: { kind: verdict.kind, ...(verdict.kind === 'ask' ? { role: verdict.role } : {}) },
    ...(first === undefined ? {} : { policy: first.policy }),
    ...(approvalId === undefined ? {} : { approvalId }),
  };
}

function oneLine(text: string): string {
  const line = text.slice(0, SUBJECT_LENGTH_MAX + 1).replaceAll(/\s+/g, ' ');
  return text.length > SUBJECT_LENGTH_MAX ? `${line.slice(0, SUBJECT_LENGTH_MAX)} …` : line;
}
