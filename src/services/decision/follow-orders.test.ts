import { afterEach, describe, expect, it } from 'vitest';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { createMemoryRegistry } from '#adapters/constitution-registry/memory-registry.ts';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { found } from '#domain/constitution/founding.ts';
import { type Governing, refOf } from '#domain/constitution/governance.ts';
import { loadVerified } from '#domain/constitution/load-verified.ts';
import type { KeptConstitution, Mark } from '#domain/constitution/registry.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import type { JournalEntry } from '#domain/journal/journal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import { type ConstitutionLink, LinkUnavailable } from '#domain/rollout/link.ts';
import { type NodeReport, type Order, orderDigest } from '#domain/rollout/order.ts';
import type { RollOutId } from '#domain/rollout/roll-out.ts';
import { type FollowEvent, followOrders } from '#services/decision/follow-orders.ts';
import { createSideBySide } from '#services/decision/side-by-side.ts';
import { ada, amend, eve, sampleConstitution, signed, signersOf } from '../../../tests/support/lineage.ts';

const first = sampleConstitution();
const second = amend(first, { title: 'The second' });
const one = signed(first, ada);
const two = signed(second, ada);
const markOf = ({ number, digest }: Constitution): Mark => ({ number, digest });
const input: PolicyInput = {
  action: { kind: 'shell', workspaceRoots: ['/w'] },
  effects: [],
  principal: { kind: 'agent', id: 'codex' as AgentId, agent: 'codex', teams: [] },
  labels: [],
  timeMs: 0,
};

const canary: Order = {
  inForce: markOf(first),
  candidate: {
    rollOut: 'r' as RollOutId,
    mark: markOf(second),
    stage: 'canary',
    cohort: { salt: 'r', canaryPercent: 100, canaryRepositories: [] },
    objectives: first.rollOut.objectives,
  },
};

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A node that decides by number 1, and a service that the test plays: what it orders, what it keeps, and whether it answers. */
async function startNode(kept: readonly (Mark & KeptConstitution)[] = [two]) {
  const registry = createMemoryRegistry();
  const founded = await found(one, signersOf(1, ada), { registry, parseBundle });
  if (!founded.ok) throw new Error(founded.refusal.message);
  const journal = createMemoryJournal('node');
  const service = { order: { inForce: markOf(first) } as Order, isAway: false, reports: [] as NodeReport[] };
  const clock = { elapsedMs: 0 };
  const events: FollowEvent[] = [];
  const load = async (constitution: Constitution): Promise<Governing> => ({
    constitution,
    ref: refOf(constitution),
    // Number 2 denies everything, as its place in these tests is to be the bad one.
    evaluate: () => ({
      verdict: { kind: constitution.number === 1 ? 'allow' : 'deny' },
      reasons: [{ policy: 'p' as PolicyId, reason: 'r', effect: 'e' }],
    }),
  });
  const sides = createSideBySide({ inForce: await load(first) }, { isStale: () => false, elapsedMs: () => 0 });
  const confirmations: number[] = [];
  const link: ConstitutionLink = {
    async follow(_node, report) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (service.isAway) throw new LinkUnavailable('away');
      service.reports.push(report);
      return { digest: orderDigest(service.order), order: service.order };
    },
    read: async (digest) => kept.find((bundle) => bundle.digest === digest),
    founders: async () => signersOf(1, ada),
  };
  const node = followOrders({
    node: 'node',
    boot: 'boot',
    link,
    registry,
    parseBundle,
    sides,
    journal,
    load,
    async verifyInForce() {
      const verified = await loadVerified({ registry, parseBundle });
      if (!verified.ok) return verified;
      const { constitution } = verified.value.inForce;
      await registry.raiseHighWater(markOf(constitution));
      sides.place({ inForce: await load(constitution) });
      return verified;
    },
    verified: () => ({ atMs: 1, refusal: undefined }),
    confirmed: { atMs: () => confirmations.at(-1), now: async () => void confirmations.push(confirmations.length) },
    isStale: () => false,
    onStricter: () => undefined,
    onEvent: (event) => events.push(event),
    elapsedMs: () => clock.elapsedMs,
    sleep: () => new Promise((resolve) => setTimeout(resolve, 1)),
    nowMs: () => 5,
  });
  closing.push(() => node.close());
  const decide = () => sides.governance.governing({ principalId: 'codex', workspaceRoots: [] }).evaluate(input);
  const orders = async () => {
    const entries: JournalEntry[] = [];
    for await (const { entry } of journal.read(1)) entries.push(entry);
    return entries.flatMap((entry) => (entry.kind === 'order-taken' ? [entry.order] : []));
  };
  return { service, sides, registry, journal, events, clock, confirmations, decide, orders };
}

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5_000 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(done()).toBe(true);
}

describe('a node that follows orders', () => {
  it.each<[string, (Mark & KeptConstitution)[], string]>([
    ['of which there is no bundle', [], 'lineage-missing'],
    ['that is signed by a stranger', [signed(second, eve)], 'signature-foreign'],
    ['whose envelope is missing', [{ ...two, envelope: undefined }], 'envelope-malformed'],
    [
      'that is another one than was ordered',
      [{ ...signed(amend(first, { title: 'x' }), ada), digest: two.digest }],
      'lineage-digest',
    ],
    ['that is no constitution', [{ ...two, bytes: Buffer.from('{}') }], 'bundle-malformed'],
  ])('refuses a constitution %s, tells why, and goes on as before', async (_name, kept, code) => {
    const { service, sides, events, registry, decide } = await startNode(kept);
    service.order = { inForce: markOf(second) };
    await until(() => service.reports.some(({ refusal }) => refusal === code));
    expect(events).toContainEqual(expect.objectContaining({ kind: 'order-refused' }));
    expect(sides.sides().inForce.ref.number).toBe(1);
    expect(decide().verdict.kind).toBe('allow');
    expect(await registry.inForce()).toEqual(markOf(first));
    expect(service.reports.at(-1)?.order).not.toBe(orderDigest(service.order));
  });

  it('refuses to go back below the highest that was in force, and takes nothing before it is written down', async () => {
    const { service, events, sides, journal } = await startNode();
    service.order = { inForce: markOf(second) };
    await until(() => sides.sides().inForce.ref.number === 2);
    service.order = { inForce: markOf(first) };
    await until(() => service.reports.at(-1)?.refusal === 'high-water-below');
    expect(sides.sides().inForce.ref.number).toBe(2);
    journal.setWritable(false);
    service.order = { ...canary, inForce: markOf(second) };
    await until(() => events.some(({ kind }) => kind === 'failed'));
    expect(sides.sides().candidate).toBeUndefined();
  });

  it('takes a canary and acknowledges it, then goes back with the next order', async () => {
    const { service, decide, orders, confirmations, registry } = await startNode();
    service.order = canary;
    await until(() => service.reports.at(-1)?.order === orderDigest(canary));
    expect(decide().verdict.kind).toBe('deny');
    // The mark is not raised by what is only tried: the way back is open.
    expect(await registry.highWater()).toEqual(markOf(first));
    service.order = { inForce: markOf(first) };
    await until(() => service.reports.at(-1)?.order === orderDigest(service.order));
    expect(decide().verdict.kind).toBe('allow');
    expect((await orders()).map(({ candidate }) => candidate?.stage).slice(-2)).toEqual(['canary', undefined]);
    expect(confirmations.length).toBeGreaterThan(0);
  });

  it('goes on under the last verified constitution while the service is away, unconfirmed', async () => {
    const { service, decide, confirmations, events } = await startNode();
    await until(() => confirmations.length > 0);
    service.isAway = true;
    await until(() => events.some(({ kind }) => kind === 'service-lost'));
    const before = confirmations.length;
    expect(decide().verdict.kind).toBe('allow');
    service.isAway = false;
    await until(() => confirmations.length > before);
    expect(events.filter(({ kind }) => kind === 'service-found')).toHaveLength(1);
  });

  it('judges a canary by its own counts when it is cut off, and tells the service when that is back', async () => {
    const { service, decide, sides, clock } = await startNode();
    service.order = canary;
    await until(() => sides.sides().candidate !== undefined);
    service.isAway = true;
    clock.elapsedMs += 60_000;
    for (let n = 0; n < 200; n += 1) decide();
    await until(() => sides.sides().candidate === undefined);
    expect(decide().verdict.kind).toBe('allow');
    service.isAway = false;
    await until(() => service.reports.at(-1)?.withdrawn !== undefined);
    expect(service.reports.at(-1)).toMatchObject({
      withdrawn: { rollOut: 'r', measured: { objective: 'deny-rate', isBroken: true } },
    });
  });
});
