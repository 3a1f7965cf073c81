import { describe, expect, it } from 'vitest';
import { LEDGER_FINDING_CODES } from '#domain/ledger/check.ts';
import { randomFrom } from '../support/random.ts';
import { runCampaign } from './campaign.ts';
import { firstFinding } from './verify.ts';
import { createWorld } from './world.ts';

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

  it('would be seen not to be found', async () => {
    const world = createWorld(randomFrom(1));
    expect(await firstFinding(world.files, world.known)).toBeUndefined();
    const objects = new Map(world.files.objects);
    objects.delete('checkpoint');
    expect(await firstFinding({ ...world.files, objects }, world.known)).toBe('checkpoint-missing in checkpoint');
  });
});
