import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openJournalReader } from '#adapters/journal/inspect.ts';
import { createTailReader } from '#adapters/journal/tail-reader.ts';
import { createIntakeSegments } from '#adapters/ledger-files/intake-segments.ts';
import { createFileLease, createLedgerFiles, createLedgerFilesReader } from '#adapters/ledger-files/ledger-files.ts';
import { createSequencer } from '#services/integrity/sequencer.ts';
import { createShipper, type ShipperEvent } from '#services/integrity/ship.ts';
import { KILLED_SEQUENCER } from '../support/killed-sequencer.ts';
import { expectAnswered, expectSound, killSequencer, momentFrom, runAndKill } from '../support/ledger-kill.ts';
import { randomFrom } from '../support/random.ts';

/** `npm run test:kill-ledger` sets 500; each kill starts a process anew, which is most of its time. */
const KILLS = Number(process.env['ACGS_LEDGER_KILLS'] ?? 30);
/** Set ACGS_TEST_SEED to repeat a failure. */
const SEED = Number(process.env['ACGS_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const TIMEOUT_MS = 60_000 + KILLS * 40_000;
const APPENDER = join(import.meta.dirname, 'journal-appender.ts');

const root = mkdtempSync(join(tmpdir(), 'acgs-ledger-kill-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const CACHE = join(root, 'cache');

function sequencerOf(directory: string) {
  return createSequencer({
    ...KILLED_SEQUENCER,
    store: createLedgerFiles(directory),
    intake: createIntakeSegments(directory),
    acquireLease: createFileLease(directory),
    onEvent: () => {},
  });
}

describe(`kill -9 of the sequencer (seed ${SEED})`, () => {
  it(`at ${KILLS} random points loses no answered record, and never gives two checkpoints of one size`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    const place = join(root, 'sequencer');
    const store = createLedgerFilesReader(place);
    const openLast = () => sequencerOf(place);
    await killSequencer({ seed: SEED, kills: KILLS, checks: 15, place, cache: CACHE, store, openLast });
  });
});

describe(`kill -9 of a node (seed ${SEED})`, () => {
  it(`at ${KILLS} random points loses no answered record on the way to the ledger`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    const random = randomFrom(SEED + 1);
    const directory = join(root, 'node');
    const ledger = join(root, 'ledger-of-node');
    const sequencer = sequencerOf(ledger);
    await sequencer.tried;
    const events: ShipperEvent[] = [];
    const answered = new Map<number, string>();
    let node = '';
    for (let kill = 0; kill < KILLS; kill += 1) {
      let reader: ReturnType<typeof createTailReader> | undefined;
      let shipper: ReturnType<typeof createShipper> | undefined;
      const follow = (): void => {
        if (reader === undefined || shipper !== undefined) return;
        const { head, frames } = reader;
        shipper = createShipper({
          journal: {
            node,
            head,
            async *frames(from) {
              for await (const { frame, bytes } of frames(from)) yield { ...frame, bytes };
            },
          },
          line: { ship: (name, records) => sequencer.append(name, records) },
          intervalMs: 5,
          nowMs: Date.now,
          onEvent: (event) => events.push(event),
        });
      };
      if (node !== '') {
        const opened = await openJournalReader(directory);
        if (!opened.ok) throw new Error(opened.refusal.message);
        reader = createTailReader({ directory, node, head: opened.value.head() });
        follow();
      }
      const seen = (line: string): void => {
        const [sequence = '', hash = ''] = line.split(' ');
        if (sequence === 'opened') return;
        answered.set(Number(sequence), hash);
        // The node tells its ledger of a record only once it is durable, as the server does.
        reader?.advance({ sequence: Number(sequence), hash });
      };
      await runAndKill([APPENDER, directory, '8', '0'], momentFrom(random, 1), { seed: SEED, cache: CACHE, seen });
      const opened = await openJournalReader(directory);
      if (!opened.ok) throw new Error(`seed ${SEED}, kill ${kill}: ${opened.refusal.message}`);
      node = opened.value.node;
      reader ??= createTailReader({ directory, node, head: opened.value.head() });
      reader.advance(opened.value.head());
      follow();
      const { sequence } = opened.value.head();
      while ((sequencer.status().positions.get(node)?.sequence ?? 0) < sequence) await sleep(5);
      await shipper?.stop();
    }
    await sequencer.close();
    expect(events.filter(({ kind }) => kind === 'journal-refused')).toEqual([]);
    const store = createLedgerFilesReader(ledger);
    await expectSound(store, `seed ${SEED}`);
    const records = new Map([...answered].map(([sequence, hash]) => [`${node} ${sequence}`, hash] as const));
    await expectAnswered(store, records, `seed ${SEED}`);
    expect(answered.size).toBeGreaterThan(KILLS * 5);
  });
});
