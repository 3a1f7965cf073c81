import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type OpenedJournal, openJournal } from '#adapters/journal/open-journal.ts';
import { sampleEntry } from '#adapters/journal/sample-entries.ts';
import { createLedgerFilesReader } from '#adapters/ledger-files/ledger-files.ts';
import { checkLedger } from '#domain/ledger/check.ts';
import { LedgerUnavailable } from '#domain/ledger/store.ts';
import { type LedgerEvent, startLedger } from './ledger.ts';
import { openIdentity } from './ledger-process/open-ledger.ts';
import type { LedgerSettings } from './ledger-process/protocol.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-ledger-process-'));
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let homes = 0;
async function opened() {
  homes += 1;
  const home = join(root, String(homes));
  const journal = await openJournal({ directory: join(home, 'journal'), node: `node-${homes}` });
  if (!journal.ok) throw new Error(journal.refusal.message);
  undo.push(() => journal.value.close());
  return { home, journal: journal.value };
}

function ownOf(home: string): Extract<LedgerSettings['target'], { kind: 'own' }> {
  const place = { kind: 'files', directory: join(home, 'ledger') } as const;
  return { kind: 'own', place, keyFile: join(home, 'keys', 'ledger.pem') };
}

function start(journal: OpenedJournal, target: LedgerSettings['target']) {
  const events: LedgerEvent[] = [];
  const counted: string[] = [];
  const ledger = startLedger({
    settings: { target },
    journal,
    ledgerMetrics: () => ({
      published: () => counted.push('published'),
      incident: (code) => counted.push(code),
      leadingLost: () => counted.push('leading-lost'),
      quorumMissed: () => counted.push('quorum-missed'),
      notCosigned: (_witness, reply) => counted.push(reply),
    }),
    nowMs: Date.now,
    onEvent: (event) => events.push(event),
  });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (!isClosed) await ledger.close();
    isClosed = true;
  };
  undo.push(close);
  const shipped = () => expect.poll(ledger.lagRecords, { timeout: 60_000, interval: 20 }).toBe(0);
  return {
    ledger,
    events,
    counted,
    close,
    shipped,
    has: (kind: string) => events.some((event) => event.kind === kind),
  };
}

const record = (journal: OpenedJournal, count: number) =>
  Promise.all(Array.from({ length: count }, (_, at) => journal.append(sampleEntry(at))));

async function expectAll(home: string, journal: OpenedJournal): Promise<void> {
  const { keyFile, place } = ownOf(home);
  const identity = await openIdentity(keyFile, undefined);
  if (!identity.ok || place.kind !== 'files') throw new Error('it has a key and a folder');
  const check = await checkLedger({
    store: createLedgerFilesReader(place.directory),
    policy: { logs: [{ key: identity.value.verifier }], witnesses: [], quorum: { kind: 'none' } },
    known: [],
    journals: new Map([[journal.node, journal.read(1)]]),
  });
  const nodes = [{ node: journal.node, sequence: journal.head().sequence, isJournalCompared: true }];
  expect(check).toMatchObject({ kind: 'sound', nodes });
}

describe('the process of the ledger', { timeout: 120_000 }, () => {
  it('says why it does not start, and takes nothing', async () => {
    const { home, journal } = await opened();
    const policyFile = join(home, 'policy');
    writeFileSync(policyFile, 'quorum nobody\n');
    const { ledger, events, has } = start(journal, { ...ownOf(home), policyFile });
    await expect.poll(() => has('start-failed'), { timeout: 60_000 }).toBe(true);
    expect(events[0]).toMatchObject({ error: { message: expect.stringContaining('quorum') } });
    await expect(ledger.sequencer.append('n', [])).rejects.toBeInstanceOf(LedgerUnavailable);
  });

  it('reports an outage once where the ledger is elsewhere and cannot be reached', async () => {
    const { home, journal } = await opened();
    await record(journal, 3);
    const tokenFile = join(home, 'token');
    writeFileSync(tokenFile, 'token');
    const { ledger, events } = start(journal, { kind: 'remote', url: 'http://127.0.0.1:1', tokenFile });
    await expect.poll(() => events.map(({ kind }) => kind), { timeout: 60_000 }).toEqual(['ledger-down']);
    expect(ledger.lagRecords()).toBe(3);
  });

  it('is started again when it is killed, and the ledger goes on where it was', async () => {
    const { home, journal } = await opened();
    await record(journal, 300);
    const { ledger, events, has, shipped, close } = start(journal, ownOf(home));
    await shipped();
    process.kill(ledger.pid() ?? 0, 'SIGKILL');
    await expect.poll(() => has('ledger-process-ended'), { timeout: 60_000 }).toBe(true);
    await record(journal, 200);
    await shipped();
    await close();
    await expectAll(home, journal);
    expect(events.filter(({ kind }) => kind === 'leading')).toHaveLength(2);
  });

  it('ships and signs what was recorded last before it stops', async () => {
    const { home, journal } = await opened();
    const { shipped, close, counted } = start(journal, ownOf(home));
    await record(journal, 10);
    await shipped();
    await record(journal, 40);
    await close();
    await expectAll(home, journal);
    expect(new Set(counted)).toEqual(new Set(['published']));
  });

  it('ends with its parent', async () => {
    const child = fork(new URL('./ledger-process/main.ts', import.meta.url));
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
