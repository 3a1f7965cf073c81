import { describe, expect, it } from 'vitest';
import { LEDGER_FINDING_CODES } from '#domain/ledger/check.ts';
import { EMPTY_LOG } from '#domain/ledger/grow.ts';
import { randomFrom } from '../support/random.ts';
import { runCampaign } from './campaign.ts';
import { firstFinding } from './verify.ts';
import { checkpointBytes, createWorld, growFiles, leafOf } from './world.ts';

/** Mutations in each test run; `npm run test:tamper` makes 100,000. */
const MUTATIONS = 1_600;
const UNTOUCHED = 160;
const SEED = Number(process.env['ACGS_TAMPER_SEED'] ?? Date.now() % 2 ** 31);

describe('a tampered log', () => {
  it(`is found ${MUTATIONS} times of ${MUTATIONS}, and ${UNTOUCHED} sound ones raise nothing (seed ${SEED})`, {
    timeout: 300_000,
  }, async () => {
    const { mutated, untouched, findings, failures } = await runCampaign({
      seed: SEED,
      mutations: MUTATIONS,
      untouched: UNTOUCHED,
    });
    expect(failures, `npm run test:tamper -- --seed ${SEED} --mutations ${MUTATIONS}`).toEqual([]);
    expect(untouched).toBe(UNTOUCHED);
    expect(Object.values(mutated)).toEqual(Array(8).fill(MUTATIONS / 8));
    // No one check may carry the others: each way of looking has found something.
    const used = LEDGER_FINDING_CODES.filter((code) => (findings[code] ?? 0) > 0);
    expect(used.length, JSON.stringify(findings)).toBeGreaterThanOrEqual(10);
  });

  it('is found in what follows from the entries and is not signed: positions, and tiles two levels up', async () => {
    const leaves = Array.from({ length: 4_200 }, (_, at) =>
      leafOf({ node: 'node-1', sequence: at + 1, hash: at.toString(16).padStart(64, '0') }),
    );
    const { tree, objects } = growFiles(EMPTY_LOG, new Map(), leaves);
    const head = { size: leaves.length, root: tree.root };
    const all = new Map(objects).set('checkpoint', checkpointBytes(head));
    const found = async (path: string, change: (bytes: Buffer) => Buffer) => {
      const changed = new Map(all).set(path, change(Buffer.from(all.get(path) ?? '')));
      return firstFinding({ objects: changed, journals: new Map() }, []);
    };
    expect(await found('checkpoint', (bytes) => bytes)).toBeUndefined();
    const positions = 'positions/0000000000004096';
    expect(await found(positions, (bytes) => bytes.subarray(1))).toBe(`positions-different in ${positions}`);
    expect(await found('tile/1/000.p/16', (bytes) => bytes.fill(1, 500))).toBe('tile-different in tile/1/000.p/16');
    const forged = { size: head.size, root: leaves[0]?.hash ?? tree.root };
    expect(await found('checkpoint', () => checkpointBytes(forged))).toBe('root-different in checkpoint');
    const seen = { size: 4_000, root: tree.root };
    expect(await firstFinding({ objects: all, journals: new Map() }, [seen])).toBe('forked in checkpoint');
    expect(await firstFinding({ objects: all, journals: new Map() }, [{ ...seen, size: 4_201 }])).toBe(
      'rolled-back in checkpoint',
    );
  });

  it('would be seen not to be found', async () => {
    const world = createWorld(randomFrom(1));
    expect(await firstFinding(world.files, world.known)).toBeUndefined();
    const objects = new Map(world.files.objects);
    objects.delete('checkpoint');
    expect(await firstFinding({ ...world.files, objects }, world.known)).toBe('checkpoint-missing in checkpoint');
  });
});
