import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import type { DecisionIndex } from '#domain/decision/decision-index.ts';
import type { IndexAudit } from '#domain/decision/index-audit.ts';
import type { JournalReader, JournalRecord } from '#domain/journal/journal.ts';
import type { SessionId } from '#domain/session/session.ts';
import {
  answerTo,
  decided,
  outcomeOf,
  shellDecision,
  started,
  toRecords,
  ungoverned,
} from '../../../tests/support/postgres-records.ts';
import type { IndexDatabase } from './decision-index.contract.ts';
import { createPostgresDecisionIndex } from './decision-index.ts';
import { createPostgresIndexAudit } from './index-audit.ts';

const SLOW_MS = 180_000;
const RUN = 'run-1' as SessionId;

/** A journal that is a list. */
function journalOf(records: readonly JournalRecord[], node = 'node-1'): JournalReader {
  return {
    node,
    head: () => ({ sequence: records.length, hash: records.at(-1)?.hash ?? '' }),
    async *read(from) {
      yield* records.filter(({ sequence }) => sequence >= from);
    },
  };
}

/** What comparing an index with the journals must find, on every database that holds it. */
export function indexAuditContract(name: string, start: () => Promise<IndexDatabase>): void {
  describe(`the comparison of a decision index on ${name}`, { timeout: SLOW_MS }, () => {
    let database: IndexDatabase;
    let index: DecisionIndex;
    let audit: IndexAudit;
    let pool: Pool;
    const decisions = [1, 2, 3].map((number) => shellDecision(number, `git push ${number}`, { sessionId: RUN }));
    const [first, second] = decisions;
    if (first === undefined || second === undefined) throw new Error('there are three');
    const records = toRecords([
      started(),
      ...decided(decisions),
      { kind: 'outcome', outcome: outcomeOf(first) },
      { kind: 'outcome', outcome: ungoverned() },
      { kind: 'approval', approval: answerTo(second) },
    ]);
    const journal = journalOf(records);

    beforeAll(async () => {
      database = await start();
      index = createPostgresDecisionIndex({ database: database.poolConfig, parseEntry });
      audit = createPostgresIndexAudit({ database: database.poolConfig });
      pool = new Pool({ ...database.poolConfig, max: 1 });
    }, SLOW_MS);
    afterAll(async () => {
      await pool?.end();
      await audit?.close();
      await index?.close();
      await database?.stop();
    }, SLOW_MS);
    beforeEach(async () => {
      await index.rebuild();
      await index.apply(records);
    });

    it.each([
      [
        'a decision that says another verdict',
        "UPDATE decision SET verdict = 'deny' WHERE id = $1",
        'decision',
        'changed',
        ['verdict'],
      ],
      [
        'a decision whose text is another',
        `UPDATE decision SET entry = replace(entry, 'push', 'pull') WHERE id = $1`,
        'decision',
        'changed',
        ['entry'],
      ],
      [
        'a decision that no search for its command finds',
        "UPDATE decision SET subject = '' WHERE id = $1",
        'decision',
        'changed',
        ['subject'],
      ],
      [
        'a decision that was moved in time',
        'UPDATE decision SET time_ms = time_ms + 1 WHERE id = $1',
        'decision',
        'changed',
        ['time_ms'],
      ],
      ['a decision that is gone', 'DELETE FROM decision WHERE id = $1', 'decision', 'missing', []],
    ])('names %s', async (_what, sql, table, kind, columns) => {
      await pool.query(sql, [second.id]);
      expect(await audit.firstDifference([journal])).toEqual({ table, key: second.id, kind, columns });
    });

    it('names a decision, an outcome, an approval and a run that nobody recorded', async () => {
      const none = '00000000-0000-7000-8000-000000000000';
      for (const [sql, table, key] of [
        [
          `INSERT INTO decision SELECT '${none}', time_ms, verdict, agent, principal_id, session_id, action_kind, policies, subject, entry, effects, persons FROM decision LIMIT 1`,
          'decision',
          none,
        ],
        [
          `INSERT INTO outcome (node, sequence, time_ms, status, decision_id, entry, principal_id, session_id) SELECT node, 999, time_ms, status, decision_id, entry, principal_id, session_id FROM outcome LIMIT 1`,
          'outcome',
          'node-1 999',
        ],
        [`INSERT INTO approval SELECT '${none}', decision_id, time_ms, entry FROM approval LIMIT 1`, 'approval', none],
        [
          `INSERT INTO session SELECT 'forged', run, cwd, first_seen_ms, last_seen_ms, 1, 0, 0, 0, 0, 0 FROM session LIMIT 1`,
          'session',
          'forged',
        ],
      ] as const) {
        await pool.query(sql);
        expect(await audit.firstDifference([journal])).toEqual({ table, key, kind: 'added', columns: [] });
        await index.rebuild();
        await index.apply(records);
      }
    });

    it('names what was changed of outcomes, approvals and runs, and what is missing', async () => {
      for (const [sql, table, kind, columns] of [
        ["UPDATE outcome SET status = 'failed' WHERE decision_id IS NOT NULL", 'outcome', 'changed', ['status']],
        ['DELETE FROM outcome WHERE decision_id IS NULL', 'outcome', 'missing', []],
        ["UPDATE approval SET decision_id = 'x'", 'approval', 'changed', ['decision_id']],
        ['DELETE FROM approval', 'approval', 'missing', []],
        ['UPDATE session SET allow_count = allow_count + 1', 'session', 'changed', ['allow_count']],
      ] as const) {
        await pool.query(sql);
        expect(await audit.firstDifference([journal]), sql).toMatchObject({ table, kind, columns });
        await index.rebuild();
        await index.apply(records);
      }
    });

    it('names an index of another journal, of one that it is ahead of, and of one that is not there', async () => {
      const other = toRecords([started(), ...decided(decisions)]).map((record) => ({
        ...record,
        hash: '0'.repeat(64),
      }));
      const position = { table: 'journal_position', key: 'node-1' };
      expect(await audit.firstDifference([journalOf(other)])).toMatchObject({ ...position, columns: ['sequence'] });
      const rewritten = records.map((record) => ({ ...record, hash: '0'.repeat(64) }));
      expect(await audit.firstDifference([journalOf(rewritten)])).toMatchObject({ ...position, columns: ['hash'] });
      expect(await audit.firstDifference([])).toMatchObject({ ...position, kind: 'added' });
      expect(await audit.firstDifference([journalOf(records, 'node-2')])).toMatchObject({ ...position, kind: 'added' });
    });

    it('finds a whole index, an empty one and one that is behind sound, and changes nothing', async () => {
      expect(await audit.firstDifference([journal])).toBeUndefined();
      await index.rebuild();
      expect(await audit.firstDifference([journal])).toBeUndefined();
      await index.apply(records.slice(0, 3));
      expect(await audit.firstDifference([journal])).toBeUndefined();
      expect(await index.position('node-1')).toBe(3);
      await index.apply(records);
      const theirs = toRecords([started(), ...decided([shellDecision(9, 'ls', { sessionId: RUN })])], 'node-2');
      await index.apply(theirs);
      expect(await audit.firstDifference([journal, journalOf(theirs, 'node-2')])).toBeUndefined();
    });
  });
}
