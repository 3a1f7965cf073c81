import { afterEach, describe, expect, it } from 'vitest';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { createMemoryRegistry } from '#adapters/constitution-registry/memory-registry.ts';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { NOTHING_STRICTER } from '#domain/amendment/stricter.ts';
import { found } from '#domain/constitution/founding.ts';
import { loadVerified } from '#domain/constitution/load-verified.ts';
import { DEFAULT_SECTIONS } from '#domain/constitution/sections.ts';
import type { JournalEntry } from '#domain/journal/journal.ts';
import { NO_COUNTS, type RollOutCounts } from '#domain/rollout/counts.ts';
import { type NodeReport, orderOf } from '#domain/rollout/order.ts';
import type { RollOutEvent } from '#domain/rollout/roll-out.ts';
import type { KeptRollOut } from '#domain/rollout/roll-out-store.ts';
import { createNodes } from '#services/constitution/nodes.ts';
import { createRollOuts, recallRollOut } from '#services/constitution/roll-outs.ts';
import { ada, amend, eve, sampleConstitution, signed, signersOf } from '../../../tests/support/lineage.ts';

const { rollOut: plan } = DEFAULT_SECTIONS;
const first = sampleConstitution({ rollOut: { ...plan, shadowMinutes: 1, canaryMinutes: 1 } });
const second = amend(first, { title: 'The second' });
const rival = amend(first, { title: 'A rival' });
const third = amend(second, { title: 'The third' });
const stranger = amend(first, { title: 'By a stranger' });
const mark = { number: first.number, digest: first.digest };

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function startService() {
  const registry = createMemoryRegistry();
  const founded = await found(signed(first, ada), signersOf(1, ada), { registry, parseBundle });
  if (!founded.ok) throw new Error(founded.refusal.message);
  for (const one of [signed(second, ada), signed(rival, ada), signed(third, ada), signed(stranger, eve)]) {
    await registry.add(one);
  }
  const verified = await loadVerified({ registry, parseBundle });
  if (!verified.ok) throw new Error(verified.refusal.message);
  const journal = createMemoryJournal('service');
  const clock = { nowMs: 1_000_000, elapsedMs: 0 };
  const nodes = createNodes(orderOf(mark, undefined), { nowMs: () => clock.nowMs });
  const kept: { latest?: KeptRollOut } = {};
  const errors: unknown[] = [];
  const rollOuts = createRollOuts(
    { lineage: verified.value, rollOut: undefined, events: [] },
    {
      registry,
      parseBundle,
      journal,
      nodes,
      store: {
        load: async () => kept.latest,
        async save(next) {
          kept.latest = next;
        },
      },
      stricter: () => NOTHING_STRICTER,
      async verifyInForce() {
        const now = await loadVerified({ registry, parseBundle });
        if (now.ok) await rollOuts.inForceChanged(now.value);
      },
      onEvent: () => undefined,
      onError: (error) => errors.push(error),
      nowMs: () => clock.nowMs,
      elapsedMs: () => clock.elapsedMs,
      newId: () => `roll-out-${clock.nowMs++}`,
    },
  );
  closing.push(() => rollOuts.close());
  /** A node that does what it is told, and tells what it has counted. */
  async function report(counts: RollOutCounts = NO_COUNTS, more: Partial<NodeReport> = {}) {
    const order = nodes.ordered().digest;
    const told = { boot: 'b', order, inForce: mark, verifiedMs: 1, isStale: false, counts, flips: [], ...more };
    await nodes.follow('node-1', told, 0);
  }
  const events = async () => {
    const entries: JournalEntry[] = [];
    for await (const { entry } of journal.read(1)) entries.push(entry);
    return entries.flatMap((entry): readonly RollOutEvent[] => (entry.kind === 'roll-out' ? [entry.event] : []));
  };
  return { registry, journal, clock, nodes, rollOuts, report, events, kept };
}

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 600 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(done()).toBe(true);
}

const pairs = (compared: number, denyGained: number): RollOutCounts => ({
  ...NO_COUNTS,
  pairs: { ...NO_COUNTS.pairs, compared, denyGained },
});

describe('roll-outs', { timeout: 60_000 }, () => {
  it.each([
    ['that is not kept', '0'.repeat(64), 'lineage-missing'],
    ['that a stranger has signed', stranger.digest, 'signature-foreign'],
    ['that does not follow what is in force', third.digest, 'roll-out-successor'],
  ])('refuses a candidate %s', async (_name, digest, code) => {
    const { rollOuts, events, nodes } = await startService();
    expect(await rollOuts.begin(digest as typeof second.digest, 'ops')).toMatchObject({ refusal: { code } });
    expect(await events()).toEqual([]);
    expect(nodes.ordered().order).toEqual({ inForce: mark });
  });

  it('gives no order for what it could not write down', async () => {
    const { rollOuts, journal, nodes } = await startService();
    journal.setWritable(false);
    await expect(rollOuts.begin(second.digest, 'ops')).rejects.toThrow();
    expect(nodes.ordered().order).toEqual({ inForce: mark });
    expect(rollOuts.latest()).toBeUndefined();
  });

  it('answers a node that waits as soon as the order changes', async () => {
    const { rollOuts, nodes } = await startService();
    const order = nodes.ordered().digest;
    const told = { boot: 'b', order, inForce: mark, verifiedMs: 1, isStale: false, counts: NO_COUNTS, flips: [] };
    const waiting = nodes.follow('node-1', told, 25_000);
    await rollOuts.begin(second.digest, 'ops');
    expect(await waiting).toMatchObject({ value: { order: { candidate: { stage: 'shadow' } } } });
  });

  it('goes on by its plan when the stage was watched for its time, and not by a clock that is set', async () => {
    const { rollOuts, clock, report, registry } = await startService();
    await rollOuts.begin(second.digest, 'ops');
    clock.nowMs += 3_600_000;
    await report();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(rollOuts.latest()?.stage.kind).toBe('shadow');
    // A step counts a second at most: a process that was stopped has watched nothing.
    const watch = setInterval(() => {
      clock.elapsedMs += 1_000;
      void report();
    }, 20);
    closing.push(() => clearInterval(watch));
    await until(() => rollOuts.latest()?.stage.kind === 'canary');
    await until(() => rollOuts.latest()?.stage.kind === 'active');
    expect(await registry.inForce()).toEqual({ number: 2, digest: second.digest });
  });

  it('takes back what breaks an objective, by what all nodes have counted', async () => {
    const { rollOuts, nodes, report, events } = await startService();
    await rollOuts.begin(second.digest, 'ops');
    await report(pairs(200, 2));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(rollOuts.latest()?.stage.kind).toBe('shadow');
    await report(pairs(400, 200));
    await until(() => rollOuts.latest()?.stage.kind === 'rolled-back');
    expect((await events()).at(-1)).toMatchObject({
      cause: { kind: 'objective', measured: { objective: 'deny-rate' } },
    });
    expect(nodes.ordered().order).toEqual({ inForce: mark });
  });

  it('puts in force what was activated once the registry takes it', async () => {
    const { rollOuts, registry } = await startService();
    await rollOuts.begin(second.digest, 'ops');
    await rollOuts.advance('ops');
    const { putInForce } = registry;
    let tries = 0;
    registry.putInForce = async (next) => {
      tries += 1;
      if (tries === 1) throw new Error('the disk is full');
      await putInForce(next);
    };
    expect(await rollOuts.advance('ops')).toMatchObject({ value: { stage: { kind: 'active' } } });
    expect(await registry.inForce()).toEqual(mark);
    await until(() => tries > 1);
    expect(await registry.inForce()).toEqual({ number: 2, digest: second.digest });
  });

  it('counts nothing that was told of another order', async () => {
    const { rollOuts, report } = await startService();
    await rollOuts.begin(second.digest, 'ops');
    await report(pairs(400, 400), { order: 'f'.repeat(64) as NonNullable<NodeReport['order']> });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(rollOuts.latest()?.stage.kind).toBe('shadow');
  });

  it('takes back what another constitution has overtaken', async () => {
    const { rollOuts, registry } = await startService();
    await rollOuts.begin(second.digest, 'ops');
    await registry.putInForce({ number: rival.number, digest: rival.digest });
    const verified = await loadVerified({ registry, parseBundle });
    if (!verified.ok) throw new Error(verified.refusal.message);
    await rollOuts.inForceChanged(verified.value);
    await until(() => rollOuts.latest()?.stage.kind === 'rolled-back');
    expect(rollOuts.latest()?.stage).toMatchObject({ cause: { kind: 'overtaken' } });
  });

  it('is recalled from what was kept and journalled', async () => {
    const { rollOuts, events, kept } = await startService();
    await rollOuts.begin(second.digest, 'ops');
    await rollOuts.advance('ops');
    expect(kept.latest?.events).toEqual(await events());
    expect(recallRollOut(await events())).toEqual({ ok: true, value: rollOuts.latest() });
    expect(recallRollOut((await events()).slice(1))).toMatchObject({ ok: false, refusal: { code: 'roll-out-none' } });
  });
});
