import { describe, expect, it } from 'vitest';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { createMemoryRegistry } from '#adapters/constitution-registry/memory-registry.ts';
import { found } from '#domain/constitution/founding.ts';
import { loadVerified } from '#domain/constitution/load-verified.ts';
import { type ConstitutionRegistry, RegistryUnavailable } from '#domain/constitution/registry.ts';
import { createLineageCheck } from '#services/constitution/lineage-check.ts';
import { ada, amend, sampleConstitution, signed, signersOf } from '../../../tests/support/lineage.ts';

const first = sampleConstitution();
const second = amend(first);

async function setUp() {
  const kept = createMemoryRegistry();
  const founded = await found(signed(first, ada), signersOf(1, ada), { registry: kept, parseBundle });
  if (!founded.ok) throw new Error(founded.refusal.message);
  const state = { isDown: false, reads: 0 };
  const registry: ConstitutionRegistry = {
    ...kept,
    async founders() {
      state.reads += 1;
      if (state.isDown) throw new RegistryUnavailable('the disk is gone');
      return kept.founders();
    },
  };
  const loaded = await loadVerified({ registry, parseBundle });
  if (!loaded.ok) throw new Error(loaded.refusal.message);
  const clock = { nowMs: 1_000 };
  const counted: string[] = [];
  const inForce: number[] = [];
  const check = createLineageCheck(loaded.value, {
    registry,
    parseBundle,
    metrics: { verified: () => counted.push('verified'), refused: (code) => counted.push(code) },
    nowMs: () => clock.nowMs,
    onInForce: async (lineage) => {
      inForce.push(lineage.inForce.constitution.number);
    },
  });
  return { registry, check, clock, counted, inForce, state };
}

describe('the check of a lineage', () => {
  it('counts the start as verified, and is as old as its last success', async () => {
    const { check, clock, counted } = await setUp();
    expect(counted).toEqual(['verified']);
    clock.nowMs = 5_000;
    expect(check.last().atMs).toBe(1_000);
    expect((await check.run()).ok).toBe(true);
    expect(check.last().atMs).toBe(5_000);
    expect(check.refusal()).toBeUndefined();
  });

  it('keeps the last good one and its age when a later try is refused, and recovers', async () => {
    const { check, clock, counted, registry, inForce } = await setUp();
    const before = check.last();
    clock.nowMs = 9_000;
    await registry.putInForce({ number: 2, digest: second.digest });
    expect(await check.run()).toMatchObject({ ok: false, refusal: { code: 'lineage-missing' } });
    expect(check.last()).toBe(before);
    expect(check.refusal()?.code).toBe('lineage-missing');
    await registry.add(signed(second, ada));
    expect((await check.run()).ok).toBe(true);
    expect(check.refusal()).toBeUndefined();
    expect(check.last().lineage.inForce.constitution.number).toBe(2);
    expect(inForce).toEqual([2]);
    expect(counted).toEqual(['verified', 'lineage-missing', 'verified']);
  });

  it('takes an outage for a refusal', async () => {
    const { check, counted, state } = await setUp();
    state.isDown = true;
    expect(await check.run()).toMatchObject({ ok: false, refusal: { code: 'registry-unavailable' } });
    expect(counted).toEqual(['verified', 'registry-unavailable']);
  });

  it('tells of another one in force once, and of the same never', async () => {
    const { check, registry, inForce } = await setUp();
    await check.run();
    expect(inForce).toEqual([]);
    await registry.add(signed(second, ada));
    await registry.putInForce({ number: 2, digest: second.digest });
    await check.run();
    await check.run();
    expect(inForce).toEqual([2]);
  });

  it('runs once for all who ask meanwhile', async () => {
    const { check, state } = await setUp();
    const before = state.reads;
    await Promise.all([check.run(), check.run(), check.run()]);
    expect(state.reads).toBe(before + 1);
  });
});
