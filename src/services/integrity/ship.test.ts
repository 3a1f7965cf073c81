import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import { admit } from '#domain/ledger/admit.ts';
import { LedgerUnavailable } from '#domain/ledger/store.ts';
import type { NodeWord } from './nodes.ts';
import { someRecords } from './sample-records.ts';
import { createShipper, type LedgerLine, type ShippedFrame, type ShipperEvent } from './ship.ts';

const NODE = 'n1';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const frames: readonly ShippedFrame[] = someRecords(NODE, 3_000).map((record) => ({
  ...record,
  bytes: Buffer.alloc(100),
}));

/** A journal in memory whose head the test moves. */
function journalOf(all: readonly ShippedFrame[], length: number) {
  const state = { length };
  return {
    state,
    node: NODE,
    head() {
      const last = all[state.length - 1] ?? { sequence: 0, hash: genesisPosition(NODE).hash };
      return { sequence: last.sequence, hash: last.hash.toString('hex') };
    },
    async *frames(from: number) {
      yield* all.slice(from - 1, state.length);
    },
  };
}

/** What a ledger decides about records, without the ledger. */
function ledger() {
  const state = {
    position: genesisPosition(NODE) as ChainPosition,
    isDown: false,
    words: [] as NodeWord[],
    sizes: [] as number[],
  };
  const line: LedgerLine = {
    async ship(node, records, word) {
      if (state.isDown) throw new LedgerUnavailable('down');
      state.words.push(word);
      if (records.length === 0) return { kind: 'accepted', position: state.position, fresh: 0 };
      state.sizes.push(records.length);
      const admission = admit(node, state.position, records);
      if (admission.kind === 'refused') return { kind: 'refused', refused: admission, position: state.position };
      if (admission.kind === 'fresh') state.position = admission.position;
      return { kind: 'accepted', position: state.position, fresh: 0 };
    },
  };
  return { state, line };
}

function ship(journal: ReturnType<typeof journalOf>, line: LedgerLine) {
  const events: ShipperEvent[] = [];
  const shipper = createShipper({
    journal,
    line,
    intervalMs: 2,
    nowMs: Date.now,
    onEvent: (event) => events.push(event),
  });
  stops.push(() => shipper.stop());
  return { shipper, events };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2);
}

describe('a shipper', () => {
  it('reports a journal that the ledger has more of, once: it was rolled back', async () => {
    const { state, line } = ledger();
    state.position = { sequence: 10, hash: frames[9]?.hash ?? Buffer.alloc(32) };
    const { events } = ship(journalOf(frames, 7), line);
    await until(() => events.length > 0);
    await sleep(50);
    expect(events).toEqual([expect.objectContaining({ kind: 'journal-refused', code: 'journal-behind', sequence: 7 })]);
  });

  it.each([
    ['of the same length', 10, 10, 'record-different'],
    ['that goes on otherwise', 10, 20, 'chain-broken'],
  ])('reports another journal %s', async (_what, there, here, code) => {
    const { state, line } = ledger();
    const other = someRecords(NODE, 30, 'other');
    state.position = { sequence: there, hash: other[there - 1]?.hash ?? Buffer.alloc(32) };
    const { events } = ship(journalOf(frames, here), line);
    await until(() => events.length > 0);
    expect(events[0]).toMatchObject({ kind: 'journal-refused', code });
    expect(state.position.sequence).toBe(there);
  });

  it('tells of an outage once, and ships everything when it is over', async () => {
    const { state, line } = ledger();
    state.isDown = true;
    const { events } = ship(journalOf(frames, 100), line);
    await until(() => events.length > 0);
    await sleep(30);
    state.isDown = false;
    await until(() => state.position.sequence === 100);
    await until(() => events.length > 1);
    expect(events.map(({ kind }) => kind)).toEqual(['ledger-down', 'ledger-up']);
  });

  it('ships in batches, follows the head, and goes on from where the ledger is', async () => {
    const { state, line } = ledger();
    const journal = journalOf(frames, 2_500);
    const first = ship(journal, line);
    await until(() => state.position.sequence === 2_500);
    expect(state.sizes).toEqual([1_024, 1_024, 452]);
    journal.state.length = 2_600;
    await until(() => state.position.sequence === 2_600);
    await first.shipper.stop();
    journal.state.length = 2_601;
    ship(journal, line);
    await until(() => state.position.sequence === 2_601);
    expect(state.sizes.slice(3)).toEqual([100, 1]);
  });

  it('ships the rest when it is stopped, and says that the node leaves', async () => {
    const { state, line } = ledger();
    const journal = journalOf(frames, 10);
    const { shipper } = ship(journal, line);
    await until(() => state.position.sequence === 10);
    journal.state.length = 3_000;
    await shipper.stop();
    expect(state.position.sequence).toBe(3_000);
    expect(state.words.at(-1)).toEqual({ headSequence: 3_000, hasLeft: true });
    stops.length = 0;
  });

  it('can be stopped while the ledger is down', async () => {
    const { state, line } = ledger();
    state.isDown = true;
    const { shipper } = ship(journalOf(frames, 10), line);
    await shipper.stop();
    expect(state.position.sequence).toBe(0);
  });
});
