import fc from 'fast-check';
import type { PoolConfig } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import type { Decision } from '#domain/decision/decision.ts';
import {
  type DecisionFilter,
  type DecisionIndex,
  IndexDiverged,
  RecordGap,
  writePageCursor,
} from '#domain/decision/decision-index.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { SessionId } from '#domain/session/session.ts';
import {
  AGENTS,
  arbitraryEntries,
  decided,
  decisionId,
  EPOCH_MS,
  KINDS,
  outcomeOf,
  PERSONS,
  POLICIES,
  SESSIONS,
  shellDecision,
  started,
  toRecords,
  ungoverned,
  VERDICTS,
} from '../../../tests/support/postgres-records.ts';
import { createPostgresDecisionIndex } from './decision-index.ts';
import { timelineCases } from './timeline.contract.ts';

/** A database that a test may fill: the embedded one or a real server. */
export interface IndexDatabase {
  readonly poolConfig: PoolConfig;
  stop(): Promise<void>;
}

const SLOW_MS = 180_000;
const PROPERTY = { numRuns: 10 };

/** What every database that holds the index must do. */
export function decisionIndexContract(name: string, start: () => Promise<IndexDatabase>): void {
  describe(`decision index on ${name}`, { timeout: SLOW_MS }, () => {
    let database: IndexDatabase;
    let index: DecisionIndex;
    beforeAll(async () => {
      database = await start();
      index = createPostgresDecisionIndex({ database: database.poolConfig, parseEntry });
    }, SLOW_MS);
    afterAll(async () => {
      await index?.close();
      await database?.stop();
    }, SLOW_MS);
    beforeEach(() => index.rebuild());

    const all = async (filter: DecisionFilter = {}, limit = 200): Promise<readonly Decision[]> => {
      const decisions: Decision[] = [];
      let after: string | undefined;
      do {
        const page = await index.list(filter, { limit, ...(after === undefined ? {} : { after }) });
        decisions.push(...page.decisions);
        after = page.next;
      } while (after !== undefined);
      return decisions;
    };
    const content = async (): Promise<unknown> => {
      const decisions = await all();
      return {
        decisions,
        found: await Promise.all(decisions.map(({ id }) => index.find(id))),
        sessions: await index.sessions({ limit: 200 }),
        stats: await index.stats({}),
        position: await index.position('node-1'),
      };
    };

    it('refuses a gap, and applies nothing of the batch', async () => {
      const records = toRecords(decided([1, 2, 3, 4].map((number) => shellDecision(number, 'npm test'))));
      await expect(index.apply(records.slice(1))).rejects.toThrow(RecordGap);
      await index.apply(records.slice(0, 1));
      await expect(index.apply(records.filter(({ sequence }) => sequence !== 3))).rejects.toThrow(RecordGap);
      expect(await index.position('node-1')).toBe(1);
      expect(await all()).toHaveLength(1);
    });

    it('refuses a batch of two nodes as a whole when one of them has a gap', async () => {
      const good = toRecords(decided([shellDecision(1, 'npm test')]), 'node-1');
      const bad = toRecords(decided([shellDecision(2, 'npm test')]), 'node-2', 2);
      await expect(index.apply([...good, ...bad])).rejects.toThrow(RecordGap);
      expect([await index.position('node-1'), await index.position('node-2')]).toEqual([0, 0]);
    });

    it('refuses to go on from another journal than the one it was filled from', async () => {
      const [first, second] = toRecords([started(), started()]);
      if (first === undefined || second === undefined) throw new Error('two records were made');
      await index.apply([first]);
      await expect(index.apply([{ ...first, hash: 'f'.repeat(64) }, second])).rejects.toThrow(IndexDiverged);
      expect(await index.position('node-1')).toBe(1);
    });

    it('takes a page size or a place that was not checked at the edge as a bug', async () => {
      for (const limit of [0, -1, 1.5, 201, Number.NaN]) {
        await expect(index.list({}, { limit })).rejects.toThrow(RangeError);
        await expect(index.sessions({ limit })).rejects.toThrow(RangeError);
      }
      await expect(index.list({}, { limit: 1, after: "x' OR true --" })).rejects.toThrow(RangeError);
    });

    it('finds nothing where there is nothing', async () => {
      await index.apply([]);
      expect(await index.find(decisionId(1))).toBeUndefined();
      expect(await index.position('nobody')).toBe(0);
      expect(await index.list({}, { limit: 1 })).toEqual({ decisions: [] });
      expect(await index.list({}, { limit: 1, after: writePageCursor({ timeMs: 0, id: "\u0000'" }) })).toEqual({
        decisions: [],
      });
    });

    it('changes nothing when records are applied twice, or in overlapping batches', async () => {
      const decision = shellDecision(1, 'npm test');
      const records = toRecords([
        started(),
        ...decided([decision, shellDecision(2, 'ls')]),
        { kind: 'outcome', outcome: outcomeOf(decision) },
      ]);
      await index.apply(records);
      const before = await content();
      await index.apply(records);
      await index.apply(records.slice(1, 3));
      expect(await content()).toEqual(before);
    });

    it('applies each record once when two followers bring the same ones at the same time', async () => {
      const records = toRecords(decided(Array.from({ length: 40 }, (_, at) => shellDecision(at + 1, 'npm test'))));
      await Promise.all([index.apply(records), index.apply(records), index.apply(records)]);
      expect((await index.stats({})).decisions.allow).toBe(40);
      expect((await index.sessions({ limit: 5 })).sessions[0]?.decisions.allow).toBe(40);
    });

    it.each([
      ['NUL', 'printf "a\u0000b"', 'a\u0000b'],
      ['a lone surrogate', 'echo \ud800 x', '\ud800 x'],
      ['a lone low surrogate at the end', 'echo \udfff', '\udfff'],
      ['quotes and a statement', `echo '"; DROP TABLE decision; --'`, `'"; DROP TABLE decision; --`],
      ['wildcards', 'echo 100%_\\done', '100%_\\d'],
      ['the text form of an escape', 'echo \\u0000 \\x00', '\\u0000'],
      ['capitals', 'ECHO ÄRGER İstanbul', 'ärger'],
      ['line breaks', 'cat <<X\n\r\n\tX', '<<X\n\r'],
    ])('keeps and finds %s', async (_what, command, text) => {
      const decision = shellDecision(1, command, {
        sessionId: command as SessionId,
        agent: command,
        principal: { kind: 'agent', id: command },
        reasons: [{ policy: command as PolicyId, reason: command, effect: command }],
      });
      await index.apply(toRecords(decided([decision, shellDecision(2, 'something else')])));
      expect(await index.find(decision.id)).toEqual({ decision, outcomes: [], answers: [] });
      const filters: readonly DecisionFilter[] = [
        { text },
        { text: command },
        { sessionId: command },
        { agent: command },
        { principalId: command },
        { policy: command },
      ];
      for (const filter of filters) expect(await all(filter)).toEqual([decision]);
      const { sessions } = await index.sessions({ limit: 5 });
      expect(sessions.map(({ id }) => id)).toContain(command);
    });

    it('takes no wildcard from a filter', async () => {
      await index.apply(toRecords(decided([shellDecision(1, 'npm test')])));
      for (const text of ['%', 'n%t', 'npm_test', '\\', 'npm\\']) expect(await all({ text })).toEqual([]);
      for (const agent of ['%', "codex' OR '1'='1", 'codex\u0000']) expect(await all({ agent })).toEqual([]);
    });

    it('keeps and finds a command of 256 KiB by its end, and ids of any length', async () => {
      const line = Array.from({ length: 40_000 }, (_, at) => `word${at * 7919}`).join(' ');
      const command = `${line.slice(0, 256 * 1024 - 9)} the-end!`;
      const long = 'i'.repeat(100_000);
      const decision = shellDecision(1, command, { sessionId: long as SessionId, agent: long });
      const other = shellDecision(2, 'ls', { sessionId: `${long}2` as SessionId, agent: `${long}2` });
      await index.apply(toRecords(decided([decision, other])));
      expect(await all({ text: 'the-end!' })).toEqual([decision]);
      expect(await all({ sessionId: long })).toEqual([decision]);
      expect(await all({ agent: `${long}2` })).toEqual([other]);
      expect((await index.sessions({ limit: 5 })).sessions).toHaveLength(2);
    });

    it('takes a batch of the largest commands as one, though it is many statements', async () => {
      const command = `${'x'.repeat(256 * 1024 - 5)}%_\\"'`;
      const decisions = Array.from({ length: 40 }, (_, at) => shellDecision(at + 1, command));
      await index.apply(toRecords(decided(decisions)));
      expect(await index.position('node-1')).toBe(40);
      expect((await index.stats({})).decisions.allow).toBe(40);
      expect((await all({ text: '%_\\"' }, 7)).length).toBe(40);
    });

    it('keeps the input of a tool that is nested deeper than a database reads', async () => {
      const input = JSON.parse(`${'['.repeat(3_000)}"the core"${']'.repeat(3_000)}`);
      const decision = shellDecision(1, '', {
        actionKind: 'mcp',
        action: { kind: 'mcp', server: 's', tool: 't', input, cwd: '/w', workspaceRoots: ['/w'] },
      });
      await index.apply(toRecords(decided([decision])));
      expect(await all({ text: 'The Core' })).toEqual([decision]);
    });

    it('links outcomes to their decision, in whatever order they come, and counts those without one', async () => {
      const decision = shellDecision(1, 'npm test');
      const outcomes = [outcomeOf(decision, { status: 'failed' }), outcomeOf(decision, { timeMs: EPOCH_MS + 90 })];
      const stray = ungoverned({ sessionId: 'run-9' as SessionId, timeMs: EPOCH_MS + 50 });
      await index.apply(
        toRecords([
          { kind: 'outcome', outcome: stray },
          ...outcomes.map((outcome) => ({ kind: 'outcome' as const, outcome })),
          ...decided([decision]),
        ]),
      );
      expect(await index.find(decision.id)).toEqual({ decision, outcomes, answers: [] });
      const none = { allow: 0, deny: 0, ask: 0, modify: 0, defer: 0 };
      expect(await index.stats({})).toEqual({
        decisions: { ...none, allow: 1 },
        outcomes: { succeeded: 1, failed: 1, unknown: 1 },
        ungoverned: 1,
      });
      expect(await index.stats({ fromMs: EPOCH_MS + 1, toMs: EPOCH_MS + 50 })).toEqual({
        decisions: { ...none, allow: 1 },
        outcomes: { succeeded: 0, failed: 1, unknown: 0 },
        ungoverned: 0,
      });
      const seen = { principalId: 'agent-1', agent: 'codex' };
      expect((await index.sessions({ limit: 5 })).sessions).toEqual([
        { ...seen, id: 'run-9', firstSeenMs: stray.timeMs, lastSeenMs: stray.timeMs, decisions: none, ungoverned: 1 },
        {
          ...seen,
          id: 'run-1',
          cwd: '/work',
          firstSeenMs: EPOCH_MS + 1,
          lastSeenMs: EPOCH_MS + 90,
          decisions: { ...none, allow: 1 },
          ungoverned: 0,
        },
      ]);
    });

    it('pages without loss or repetition while newer and older records arrive', async () => {
      const original = Array.from({ length: 30 }, (_, at) =>
        // Many share a time, so that the id decides.
        shellDecision(at + 1, 'npm test', { timeMs: EPOCH_MS + Math.floor(at / 10) }),
      );
      const records: JournalRecord[] = [...toRecords(decided(original))];
      await index.apply(records);
      const seen: Decision[] = [];
      let after: string | undefined;
      let next = 100;
      do {
        const page = await index.list({ agent: 'codex' }, { limit: 7, ...(after === undefined ? {} : { after }) });
        seen.push(...page.decisions);
        after = page.next;
        const late = [
          shellDecision(next, 'later', { timeMs: EPOCH_MS + 1_000 + next }),
          shellDecision(next + 1, 'earlier', { timeMs: EPOCH_MS - 1_000 + next }),
        ];
        await index.apply(toRecords(decided(late), 'node-1', records.length + 1));
        records.push(...toRecords(decided(late), 'node-1', records.length + 1));
        next += 2;
      } while (after !== undefined && next < 200);
      const ids = seen.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(original.map(({ id }) => id)));
    });

    timelineCases(() => index);

    it('pages through sessions', async () => {
      const decisions = Array.from({ length: 9 }, (_, at) =>
        shellDecision(at + 1, 'npm test', { sessionId: `run-${at}` as SessionId, timeMs: EPOCH_MS + (at % 3) }),
      );
      await index.apply(toRecords(decided(decisions)));
      const ids: string[] = [];
      let after: string | undefined;
      do {
        const page = await index.sessions({ limit: 2, ...(after === undefined ? {} : { after }) });
        ids.push(...page.sessions.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(new Set(ids).size).toBe(9);
      expect(ids).toHaveLength(9);
    });

    it('holds the same after a rebuild, whatever the batches were', () =>
      fc.assert(
        fc.asyncProperty(arbitraryEntries, fc.array(fc.integer({ min: 1, max: 9 })), async (entries, sizes) => {
          const records = toRecords(entries);
          await index.rebuild();
          await index.apply(records);
          const before = await content();
          await index.rebuild();
          expect(await index.position('node-1')).toBe(0);
          expect(await all()).toEqual([]);
          let at = 0;
          for (const size of [...sizes, records.length]) {
            await index.apply(records.slice(at, at + size));
            at += size;
          }
          expect(await content()).toEqual(before);
        }),
        PROPERTY,
      ));

    it('lists what a scan of the journal would find, newest first', () =>
      fc.assert(
        fc.asyncProperty(
          arbitraryEntries,
          arbitraryFilter,
          fc.integer({ min: 1, max: 7 }),
          async (entries, filter, limit) => {
            await index.rebuild();
            await index.apply(toRecords(entries));
            const expected = entries
              .flatMap((entry) =>
                entry.kind === 'decision' && matches(entry.decision, filter) ? [entry.decision] : [],
              )
              .sort((a, b) => b.timeMs - a.timeMs || (a.id < b.id ? 1 : -1));
            expect(await all(filter, limit)).toEqual(expected);
          },
        ),
        PROPERTY,
      ));
  });
}

const arbitraryFilter: fc.Arbitrary<DecisionFilter> = fc.record(
  {
    verdict: fc.constantFrom(...VERDICTS.map(({ kind }) => kind)),
    agent: fc.constantFrom(...AGENTS),
    principalId: fc.constantFrom('agent-1', 'agent-2'),
    sessionId: fc.constantFrom(...SESSIONS),
    policy: fc.constantFrom(...POLICIES),
    actionKind: fc.constantFrom(...KINDS),
    effectKind: fc.constantFrom('run', 'delete', 'connect', 'deploy'),
    personId: fc.constantFrom(...PERSONS, 'nobody'),
    text: fc.constantFrom('', 'npm', 'PUSH', 'a%b_c\\', 'u', '\u0000 here', 'ärg'),
    fromMs: fc.integer({ min: EPOCH_MS - 1, max: EPOCH_MS + 21 }),
    toMs: fc.integer({ min: EPOCH_MS - 1, max: EPOCH_MS + 21 }),
  },
  { requiredKeys: [] },
);

/** The same question asked of one decision, without a database. */
function matches(decision: Decision, filter: DecisionFilter): boolean {
  const legible = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD').toLowerCase();
  const { verdict, agent, principalId, sessionId, policy, actionKind, effectKind, personId, text, fromMs, toMs } =
    filter;
  return (
    (verdict === undefined || decision.verdict.kind === verdict) &&
    (agent === undefined || decision.agent === agent) &&
    (principalId === undefined || decision.principal.id === principalId) &&
    (sessionId === undefined || decision.sessionId === sessionId) &&
    (policy === undefined || decision.reasons.some((reason) => reason.policy === policy)) &&
    (actionKind === undefined || decision.actionKind === actionKind) &&
    (effectKind === undefined || decision.effects.some(({ kind }) => kind === effectKind)) &&
    (personId === undefined || (decision.delegation ?? []).some(({ id }) => id === personId)) &&
    (text === undefined || legible(String(decision.action.command)).includes(legible(text))) &&
    (fromMs === undefined || decision.timeMs >= fromMs) &&
    (toMs === undefined || decision.timeMs < toMs)
  );
}
