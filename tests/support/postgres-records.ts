import fc from 'fast-check';
import type { ActionKind } from '#domain/action/action.ts';
import type { ActionDigest } from '#domain/action/digest.ts';
import type { Effect } from '#domain/action/effect.ts';
import type { Approval, ApprovalId } from '#domain/approval/approval.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { ConstitutionRef, Decision, DecisionId, Outcome } from '#domain/decision/decision.ts';
import type { JournalEntry, JournalRecord } from '#domain/journal/journal.ts';
import { sha256Hex } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Verdict } from '#domain/policy/verdict.ts';
import type { SessionId } from '#domain/session/session.ts';

/** Journals for the tests of an index: what is in the records counts, not who decided it. */

export const EPOCH_MS = 1_800_000_000_000;

const constitution: ConstitutionRef = {
  lineage: 'cdd01ef066bc6cf2',
  number: 1,
  digest: 'c'.repeat(64) as ConstitutionDigest,
};

export function decisionId(number: number): DecisionId {
  const digits = number.toString(16).padStart(12, '0');
  return `019b0000-0000-7000-8000-${digits}` as DecisionId;
}

export function shellDecision(number: number, command: string, over: Partial<Decision> = {}): Decision {
  return {
    id: decisionId(number),
    timeMs: EPOCH_MS + number,
    principal: { kind: 'agent', id: 'agent-1' },
    agent: 'codex',
    sessionId: 'run-1' as SessionId,
    toolUseId: `tool-${number}`,
    actionKind: 'shell',
    action: { version: 1, kind: 'shell', command, background: false, cwd: '/work', workspaceRoots: ['/work'] },
    actionDigest: sha256Hex(`${number}`) as ActionDigest,
    effects: [{ kind: 'run', program: 'npm', arguments: ['test'], span: { start: 0, end: 8 } }],
    verdict: { kind: 'allow' },
    reasons: [{ policy: 'run-build-tools' as PolicyId, article: '1', reason: 'because', effect: 'run npm' }],
    constitution,
    ...over,
  };
}

export function outcomeOf(decision: Decision, over: Partial<Outcome> = {}): Outcome {
  const { principal, agent, sessionId, id, actionDigest } = decision;
  return {
    timeMs: decision.timeMs + 5,
    principal,
    agent,
    ...(sessionId === undefined ? {} : { sessionId }),
    decisionId: id,
    actionDigest,
    status: 'succeeded',
    durationMs: 4,
    constitution,
    ...over,
  };
}

export function ungoverned(over: Partial<Outcome> = {}): Outcome {
  return {
    timeMs: EPOCH_MS,
    principal: { kind: 'agent', id: 'agent-1' },
    agent: 'codex',
    status: 'unknown',
    constitution,
    ...over,
  };
}

/** A yes to an `ask` that nobody else has to answer. */
export function answerTo({ id, actionDigest, principal, timeMs }: Decision, over: Partial<Approval> = {}): Approval {
  return {
    id: `${id}-answer` as ApprovalId,
    timeMs: timeMs + 2,
    decisionId: id,
    answer: 'granted',
    by: { kind: 'person', id: 'ada' },
    role: 'maintainer',
    outstanding: 0,
    principalId: principal.id,
    actionDigest,
    constitution,
    expiresMs: timeMs + 60_000,
    ...over,
  };
}

export function started(): JournalEntry {
  return { kind: 'node-started', timeMs: EPOCH_MS, version: '0.1.0', constitution };
}

export function toRecords(entries: readonly JournalEntry[], node = 'node-1', from = 1): readonly JournalRecord[] {
  return entries.map((entry, index) => {
    const sequence = from + index;
    return { node, sequence, hash: sha256Hex(`${node}:${sequence}`), entry };
  });
}

export function decided(decisions: readonly Decision[]): readonly JournalEntry[] {
  return decisions.map((decision) => ({ kind: 'decision', decision }));
}

/** Few values for each field, so that filters meet many rows, and some that no database likes. */
const COMMANDS = [
  'npm test',
  'git push origin main',
  'rm -rf "$X"',
  "echo 'a%b_c\\d'",
  'NUL \u0000 here',
  '\ud800 lone',
  'Ärger',
];
export const POLICIES = ['run-build-tools', 'no-force-push', 'default-deny', 'odd "\\{},\u0000'];
export const VERDICTS: readonly Verdict[] = [
  { kind: 'allow' },
  { kind: 'deny' },
  { kind: 'ask', role: 'maintainer' },
  { kind: 'modify', input: { command: 'true' } },
  { kind: 'defer', retryAfterMs: 5 },
];
export const KINDS: readonly ActionKind[] = ['shell', 'mcp', 'file'];
export const SESSIONS = ['run-1', 'run-2', 's\u0000\udfff', 'x'.repeat(5_000)];
export const AGENTS = ['codex', 'cursor', 'api'];
export const PERSONS = ['ada', 'ben'];
const EFFECTS: readonly Effect[] = [
  { kind: 'run', program: 'npm', arguments: [] },
  { kind: 'delete', path: '/work/a', zones: [], recursive: true },
  { kind: 'connect', host: 'example.org' },
];

const arbitraryDecision = (number: number): fc.Arbitrary<Decision> =>
  fc
    .record({
      command: fc.oneof(fc.constantFrom(...COMMANDS), fc.string({ unit: 'binary', maxLength: 30 })),
      offsetMs: fc.integer({ min: 0, max: 20 }),
      principal: fc.constantFrom('agent-1', 'agent-2'),
      agent: fc.constantFrom(...AGENTS),
      session: fc.option(fc.constantFrom(...SESSIONS), { nil: undefined }),
      actionKind: fc.constantFrom(...KINDS),
      verdict: fc.constantFrom(...VERDICTS),
      policies: fc.uniqueArray(fc.constantFrom(...POLICIES), { maxLength: 3 }),
      cwd: fc.constantFrom('/work', '/other'),
      effects: fc.subarray([...EFFECTS]),
      person: fc.option(fc.constantFrom(...PERSONS), { nil: undefined }),
    })
    .map(({ command, offsetMs, principal, agent, session, actionKind, verdict, policies, cwd, effects, person }) => {
      const { sessionId, ...plain } = shellDecision(number, command, {
        timeMs: EPOCH_MS + offsetMs,
        principal: { kind: 'agent', id: principal },
        agent,
        actionKind,
        verdict,
        action: { version: 1, kind: actionKind, command, cwd, workspaceRoots: [cwd], input: { deep: [command] } },
        effects,
        ...(person === undefined ? {} : { delegation: [{ kind: 'person', id: person }] }),
        reasons: policies.map((policy) => ({ policy: policy as PolicyId, reason: 'why', effect: 'what' })),
      });
      return session === undefined || sessionId === undefined ? plain : { ...plain, sessionId: session as SessionId };
    });

/** A journal's entries in any order: an outcome may come before its decision, or without one. */
export const arbitraryEntries: fc.Arbitrary<readonly JournalEntry[]> = fc.integer({ min: 0, max: 25 }).chain((count) =>
  fc.tuple(...Array.from({ length: count }, (_, index) => arbitraryDecision(index + 1))).chain((decisions) =>
    fc
      .array(
        fc.tuple(
          fc.nat({ max: Math.max(count - 1, 0) }),
          fc.constantFrom('succeeded', 'failed', 'unknown'),
          fc.constantFrom('governed', 'ungoverned'),
        ),
        { maxLength: 12 },
      )
      .chain((picks) => {
        const outcomes = picks.flatMap(([index, status, how]): JournalEntry[] => {
          const decision = decisions[index];
          if (decision === undefined) return [{ kind: 'outcome', outcome: ungoverned({ status }) }];
          const { decisionId: governedBy, ...outcome } = outcomeOf(decision, { status });
          const governed = how === 'governed' && governedBy !== undefined;
          return [{ kind: 'outcome', outcome: governed ? { ...outcome, decisionId: governedBy } : outcome }];
        });
        const entries = [started(), ...decided(decisions), ...outcomes];
        return fc.shuffledSubarray(entries, { minLength: entries.length, maxLength: entries.length });
      }),
  ),
);
