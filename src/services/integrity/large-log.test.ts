import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import type { ShippedRecord } from '#domain/ledger/admit.ts';
import { logIdentity } from '#domain/ledger/log-identity.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import type { LedgerStore } from '#domain/ledger/store.ts';
import { recordAfter } from './sample-records.ts';
import { createSequencer } from './sequencer.ts';

const LEAVES = 1_000_000;
const RECORDS = 1_000;
/** When memory is looked at: after as many leaves as keep the engine's own caches from counting, and at the end. */
const WARM_LEAVES = 200_000;
/** Bytes that may stay for each further entry: half a hash. */
const BYTES_PER_ENTRY_MAX = 16;

/** Stores what may be read again, and only counts full tiles and bundles: they are not, and are no memory of the sequencer's. */
function countingStore() {
  const objects = new Map<string, Buffer>();
  let full = 0;
  const isKept = (path: string): boolean => !/^tile\/.*\d$/.test(path) || path.includes('.p/');
  const put = (path: string, bytes: Buffer): void => {
    if (isKept(path)) objects.set(path, bytes);
    else full += 1;
  };
  const store: LedgerStore = {
    read: async (path) => objects.get(path),
    list: async (prefix) => [...objects.keys()].filter((path) => path.startsWith(prefix)),
    async create({ path, bytes }) {
      if (objects.has(path)) return false;
      put(path, bytes);
      return true;
    },
    async ensure(wanted) {
      // Positions are one small object every 4,096 entries: not kept either.
      for (const { path, bytes } of wanted) if (!path.startsWith('positions/')) put(path, bytes);
    },
    async replace({ path, bytes }) {
      objects.set(path, bytes);
      return true;
    },
    async remove(paths) {
      for (const path of paths) objects.delete(path);
    },
  };
  return { store, full: () => full, kept: () => objects.size };
}

/** Bytes that are reachable: buffers are given back some time after the collection that found them, so the least of several looks. */
async function bytesKept(collect: () => void): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 5; look += 1) {
    collect();
    await sleep(20);
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

it(`a sequencer keeps no more after ${LEAVES} entries than after ${WARM_LEAVES}`, { timeout: 600_000 }, async () => {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void; // V8's own, as the flag gives it
  const { store, full, kept } = countingStore();
  const key = sampleKey('log', 'log.example', 1);
  const sequencer = createSequencer({
    store,
    acquireLease: async () => ({ holder: 'the test', check: async () => {}, release: async () => {} }),
    identity: logIdentity(key.signer, key.name),
    witnessing: { witnesses: [], quorum: { kind: 'none' } },
    intervalMs: 20,
    nowMs: Date.now,
    onEvent(event) {
      if (event.kind === 'leading-lost') throw event.error;
    },
  });
  await sequencer.tried;
  let position: ChainPosition = genesisPosition('n1');
  let warmBytes = 0;
  let mostKept = 0;
  for (let size = 0; size < LEAVES; size += RECORDS) {
    const records: ShippedRecord[] = [];
    while (records.length < RECORDS) records.push(recordAfter(records.at(-1) ?? position));
    const answer = await sequencer.append('n1', records);
    if (answer.kind === 'refused') throw new Error(answer.refused.what);
    position = answer.position;
    if (size % 50_000 !== 0) continue;
    while (sequencer.status().publishedSize < sequencer.status().size) await sleep(5);
    mostKept = Math.max(mostKept, kept());
    if (size === WARM_LEAVES) warmBytes = await bytesKept(collect);
  }
  while (sequencer.status().publishedSize < LEAVES) await sleep(5);
  const endBytes = await bytesKept(collect);
  await sequencer.close();
  // Every leaf tile and bundle was made: 3,906 of each, 15 tiles above them.
  expect(full()).toBe(3_906 * 2 + 15);
  expect(mostKept).toBeLessThan(100);
  // One hash kept for each entry would be 32 bytes. What the process itself comes to hold meanwhile (compiled code, coverage)
  // stays far below half of that.
  expect((endBytes - warmBytes) / (LEAVES - WARM_LEAVES)).toBeLessThan(BYTES_PER_ENTRY_MAX);
});
