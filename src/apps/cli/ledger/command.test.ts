import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '#adapters/embedded-postgres/start.ts';
import { openJournal } from '#adapters/journal/open-journal.ts';
import { sampleEntry } from '#adapters/journal/sample-entries.ts';
import { createTailReader } from '#adapters/journal/tail-reader.ts';
import { createKeyFile } from '#adapters/key-file/key-file.ts';
import { createFileLease, createLedgerFiles } from '#adapters/ledger-files/ledger-files.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import { logIdentity } from '#domain/ledger/log-identity.ts';
import { createSequencer } from '#services/integrity/sequencer.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-fsck-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let homes = 0;
let home = '';
/** An installation with a journal of 600 records, all of them in its ledger. */
beforeEach(async () => {
  homes += 1;
  home = join(root, String(homes));
  const opened = await openJournal({ directory: join(home, 'journal'), node: 'n1' });
  if (!opened.ok) throw new Error(opened.refusal.message);
  const journal = opened.value;
  await Promise.all(Array.from({ length: 600 }, (_, at) => journal.append(sampleEntry(at))));
  const signer = await createKeyFile(join(home, 'keys', 'ledger.pem'));
  const sequencer = createSequencer({
    store: createLedgerFiles(join(home, 'ledger')),
    acquireLease: createFileLease(join(home, 'ledger')),
    identity: logIdentity(signer),
    witnessing: { witnesses: [], quorum: { kind: 'none' } },
    intervalMs: 10,
    nowMs: Date.now,
    onEvent: () => {},
  });
  await sequencer.tried;
  const { directory, node } = journal;
  const records = [];
  for await (const { frame } of createTailReader({ directory, node, head: journal.head() }).frames(1))
    records.push(frame);
  await sequencer.append('n1', records);
  await sequencer.close();
  await journal.close();
});

async function fsck(...words: readonly string[]) {
  const io = createRecordedIo({ cwd: root, env: { ACGS_HOME: home } });
  const code = await run(['ledger', 'fsck', ...words], io);
  return { code, ...io.written() };
}
function change(file: string, at: number): void {
  const bytes = readFileSync(join(home, file));
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(join(home, file), bytes);
}

describe('acgs ledger fsck', { timeout: 60_000 }, () => {
  it.each([
    ['a tile', 'ledger/tile/0/000', 40, 'tile-different', 'tile/0/000'],
    ['a bundle', 'ledger/tile/entries/001', 60, 'record-different', 'journal of n1'],
    ['the checkpoint', 'ledger/checkpoint', 60, 'checkpoint-refused', 'checkpoint'],
    ['the journal', 'journal/0000000001.segment', 5_000, 'record-damaged', 'journal'],
  ])('finds one changed bit in %s and says where', async (_what, file, at, code, where) => {
    change(file, at);
    const found = await fsck('--json');
    expect(found.code).toBe(1);
    expect(JSON.parse(found.out)).toMatchObject({ kind: 'different', code, where: expect.stringContaining(where) });
  });

  it('finds a ledger that is not the continuation of what somebody saw', async () => {
    const seen = join(home, 'seen');
    const text = readFileSync(join(home, 'ledger/checkpoint'), 'utf8');
    writeFileSync(seen, text.replace('\n600\n', '\n601\n'));
    expect(await fsck('--known', seen)).toMatchObject({ code: 1, out: expect.stringContaining('rolled-back') });
    writeFileSync(seen, text.replace(/\n600\n.{4}/, '\n600\nAAAA'));
    expect(await fsck('--known', seen)).toMatchObject({ code: 1, out: expect.stringContaining('forked') });
    writeFileSync(seen, text);
    expect((await fsck('--known', seen)).code).toBe(0);
  });

  it('refuses what is no checkpoint, no policy and no journal', async () => {
    expect((await fsck('--known', join(home, 'nowhere'))).code).toBe(2);
    expect((await fsck('--policy', join(home, 'nowhere'))).code).toBe(2);
    expect((await fsck('--journal', join(home, 'nowhere'))).code).toBe(4);
  });

  it('compares what is searched, and names a row that was changed, taken out or put in', {
    timeout: 600_000,
  }, async () => {
    const io = createRecordedIo({ cwd: root, env: { ACGS_HOME: home } });
    expect(await run(['journal', 'replay'], io), io.written().err).toBe(0);
    const tamper = async (sql: string): Promise<string> => {
      const { poolConfig, stop } = await startEmbeddedPostgres({ directory: join(home, 'index') });
      const client = new Client(poolConfig);
      await client.connect();
      const { rows } = await client.query<{ id: string }>(sql);
      await client.end();
      await stop();
      return rows[0]?.id ?? '';
    };
    const found = async () => JSON.parse((await fsck('--index', '--json')).out);
    const forged =
      await tamper(`INSERT INTO decision SELECT 'forged', time_ms, verdict, agent, principal_id, session_id, action_kind, policies,
      subject, entry, effects, persons FROM decision LIMIT 1 RETURNING id`);
    expect(await found()).toMatchObject({
      code: 'index-different',
      where: `search index, table decision, row ${forged}`,
      what: 'no record of the journals leads to this row',
    });
    // In one go: each opening of the embedded database takes its time.
    const gone = await tamper(
      `WITH gone AS (SELECT min(id) AS id FROM decision WHERE id <> 'forged')
       DELETE FROM decision WHERE id = 'forged' OR id = (SELECT id FROM gone) RETURNING (SELECT id FROM gone) AS id`,
    );
    expect(await found()).toMatchObject({
      where: `search index, table decision, row ${gone}`,
      what: expect.stringContaining('is not there'),
    });
  });

  it('finds a sound ledger sound', async () => {
    const sound = await fsck();
    expect(sound).toMatchObject({ code: 0, err: '' });
    expect(sound.out).toContain('n1: 600 records, the same in its journal');
  });
});
