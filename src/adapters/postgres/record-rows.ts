import type { Approval } from '#domain/approval/approval.ts';
import type { Decision, Outcome } from '#domain/decision/decision.ts';
import type { JournalEntry, JournalRecord } from '#domain/journal/journal.ts';
import type { Verdict } from '#domain/policy/verdict.ts';
import { never } from '#domain/result.ts';
import { arrayLiteral, columnKey, columnTime, subjectOf } from './columns.ts';

/** One row as its values, in the order of its table's columns. */
type Row = readonly (string | number | null)[];

/** What a run of records adds to each table. */
export interface RecordRows {
  readonly decisions: readonly Row[];
  readonly outcomes: readonly Row[];
  readonly approvals: readonly Row[];
  readonly sessions: readonly Row[];
}

/** Pure: the same records give the same rows, which is why a rebuild gives the same content. */
export function rowsOf(records: readonly JournalRecord[]): RecordRows {
  const decisions: Row[] = [];
  const outcomes: Row[] = [];
  const approvals: Row[] = [];
  const runs = new Map<string, Run>();
  for (const { node, sequence, entry } of records) {
    switch (entry.kind) {
      case 'decision':
        decisions.push(decisionRow(entry, entry.decision));
        see(runs, entry.decision, entry.decision.verdict.kind);
        break;
      case 'outcome':
        outcomes.push(outcomeRow(node, sequence, entry, entry.outcome));
        see(runs, entry.outcome, entry.outcome.decisionId === undefined ? 'ungoverned' : 'governed');
        break;
      case 'approval':
        approvals.push(approvalRow(entry, entry.approval));
        break;
      case 'node-started':
      case 'standing-grant':
      case 'identity':
      case 'amendment':
      case 'roll-out':
      case 'order-taken':
      case 'detail-shredded':
      case 'detail-disclosed':
        break;
      default:
        never(entry);
    }
  }
  // Sorted, so that two nodes that add to the same runs lock them in the same order.
  const sessions = [...runs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, run]) => sessionRow(id, run));
  return { decisions, outcomes, approvals, sessions };
}

function decisionRow(entry: JournalEntry, decision: Decision): Row {
  const policies = [...new Set(decision.reasons.map(({ policy }) => columnKey(policy)))].sort();
  return [
    columnKey(decision.id),
    columnTime(decision.timeMs),
    decision.verdict.kind,
    columnKey(decision.agent),
    columnKey(decision.principal.id),
    decision.sessionId === undefined ? null : columnKey(decision.sessionId),
    decision.actionKind,
    arrayLiteral(policies),
    arrayLiteral([...new Set(decision.effects.map(({ kind }) => kind))].sort()),
    arrayLiteral(personsOf(decision)),
    subjectOf(decision.action),
    JSON.stringify(entry),
  ];
}

function personsOf({ principal, delegation = [] }: Decision): readonly string[] {
  const persons = [principal, ...delegation].filter(({ kind }) => kind === 'person').map(({ id }) => columnKey(id));
  return [...new Set(persons)].sort();
}

function approvalRow(entry: JournalEntry, { id, decisionId, timeMs }: Approval): Row {
  return [columnKey(id), columnKey(decisionId), columnTime(timeMs), JSON.stringify(entry)];
}

function outcomeRow(node: string, sequence: number, entry: JournalEntry, outcome: Outcome): Row {
  const { decisionId, sessionId } = outcome;
  return [
    columnKey(node),
    sequence,
    columnTime(outcome.timeMs),
    outcome.status,
    decisionId === undefined ? null : columnKey(decisionId),
    columnKey(outcome.principal.id),
    sessionId === undefined ? null : columnKey(sessionId),
    JSON.stringify(entry),
  ];
}

interface Run {
  readonly run: string;
  cwd: string | null;
  firstSeenMs: number;
  lastSeenMs: number;
  readonly counts: Record<Verdict['kind'] | 'ungoverned' | 'governed', number>;
}

function see(runs: Map<string, Run>, seen: Decision | Outcome, as: keyof Run['counts']): void {
  const { principal, sessionId, agent } = seen;
  if (sessionId === undefined) return;
  const timeMs = columnTime(seen.timeMs);
  const id = runKey({ principalId: principal.id, sessionId });
  const run = runs.get(id) ?? {
    run: JSON.stringify({ id: sessionId, principalId: principal.id, agent }),
    cwd: null,
    firstSeenMs: timeMs,
    lastSeenMs: timeMs,
    counts: { allow: 0, deny: 0, ask: 0, modify: 0, defer: 0, ungoverned: 0, governed: 0 },
  };
  if ('action' in seen && typeof seen.action.cwd === 'string') run.cwd ??= JSON.stringify(seen.action.cwd);
  run.firstSeenMs = Math.min(run.firstSeenMs, timeMs);
  run.lastSeenMs = Math.max(run.lastSeenMs, timeMs);
  run.counts[as] += 1;
  runs.set(id, run);
}

/** Of a run's row: JSON, so that no separator can be forged by an agent's own ids. */
export function runKey(run: { readonly principalId: string; readonly sessionId: string }): string {
  return columnKey(JSON.stringify([run.principalId, run.sessionId]));
}

function sessionRow(id: string, { run, cwd, firstSeenMs, lastSeenMs, counts }: Run): Row {
  const { allow, deny, ask, modify, defer, ungoverned } = counts;
  return [id, run, cwd, firstSeenMs, lastSeenMs, allow, deny, ask, modify, defer, ungoverned];
}
