import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryLedgerStore } from '#adapters/ledger-memory/memory-store.ts';
import { checkLedger } from '#domain/ledger/check.ts';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { cosign } from '#domain/ledger/cosignature.ts';
import { INTAKE_PREFIX } from '#domain/ledger/intake.ts';
import { logIdentity } from '#domain/ledger/log-identity.ts';
import type { Quorum } from '#domain/ledger/policy.ts';
import { type SampleKey, sampleKey } from '#domain/ledger/sample-keys.ts';
import {
  CHECKPOINT_PATH,
  LeaseLost,
  type LedgerStore,
  LedgerUnavailable,
  type SequencerLease,
} from '#domain/ledger/store.ts';
import type { WitnessClient, WitnessReply } from '#domain/ledger/witness-client.ts';
import { inOrder } from './publish.ts';
import { someRecords } from './sample-records.ts';
import { createSequencer, type Sequencer, type SequencerEvent } from './sequencer.ts';

const key = sampleKey('log', 'log.example', 1);
const identity = logIdentity(key.signer, key.name);
const NONE: Quorum = { kind: 'none' };

const open: Sequencer[] = [];
afterEach(async () => {
  for (const sequencer of open.splice(0)) await sequencer.close();
});

/** A lease that anybody may have, to see what storage alone prevents, or that the test takes away. */
function freeLease(): SequencerLease & { lost: boolean } {
  return {
    lost: false,
    holder: 'the test',
    async check() {
      if (this.lost) throw new LeaseLost('taken away');
    },
    async release() {},
  };
}

async function start(
  store: LedgerStore,
  options: { lease?: SequencerLease; witnesses?: readonly WitnessClient[]; quorum?: Quorum; intervalMs?: number } = {},
) {
  const events: SequencerEvent[] = [];
  const sequencer = createSequencer({
    store,
    acquireLease: async () => options.lease ?? freeLease(),
    identity,
    witnessing: { witnesses: options.witnesses ?? [], quorum: options.quorum ?? NONE },
    intervalMs: options.intervalMs ?? 5,
    nowMs: Date.now,
    onEvent: (event) => events.push(event),
  });
  open.push(sequencer);
  await until(() => sequencer.status().isLeading);
  return { sequencer, events, has: (kind: SequencerEvent['kind']) => events.some((event) => event.kind === kind) };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(2);
}

async function publishedSize(store: LedgerStore): Promise<number> {
  const parsed = parseCheckpoint(((await store.read(CHECKPOINT_PATH)) ?? '').toString());
  return parsed.ok ? parsed.value.checkpoint.size : -1;
}

async function expectSound(store: LedgerStore): Promise<void> {
  const policy = { logs: [{ key: key.verifier }], witnesses: [], quorum: NONE };
  const check = await checkLedger({ store, policy, known: [], journals: new Map() });
  expect(check).toMatchObject({ kind: 'sound' });
}

function witness(sample: SampleKey, reply?: WitnessReply): WitnessClient & { asked: number } {
  return {
    asked: 0,
    key: sample.verifier,
    async cosign({ note }) {
      this.asked += 1;
      return reply ?? { kind: 'cosigned', timeSeconds: 1, signature: cosign(note.text, sample.name, sample.signer, 1) };
    },
  };
}

describe('a sequencer refuses', () => {
  const records = someRecords('n1', 50);

  it.each([
    ['a gap', records.slice(11), 'records-missing'],
    ['an order that is wrong', [...records.slice(10, 12), ...records.slice(13)], 'sequence-wrong'],
    ['another journal', someRecords('n1', 20, 'other').slice(10), 'chain-broken'],
    ['an edited repetition', someRecords('n1', 3, 'other'), 'record-different'],
    ['an edited last record', someRecords('n1', 10, 'other').slice(9), 'record-different'],
  ])('%s, says what it expects, and takes nothing', async (_what, wrong, code) => {
    const { sequencer, events } = await start(createMemoryLedgerStore());
    await sequencer.append('n1', records.slice(0, 10));
    for (const covered of [0, 10]) {
      // At once, and when it is under a checkpoint.
      await until(() => sequencer.status().publishedSize >= covered);
      expect(await sequencer.append('n1', wrong)).toMatchObject({
        kind: 'refused',
        refused: { code },
        position: { sequence: 10 },
      });
    }
    expect(events).toContainEqual(expect.objectContaining({ kind: 'records-refused', node: 'n1', expected: 11 }));
    expect(sequencer.status().size).toBe(10);
    expect(await sequencer.append('n1', records.slice(10))).toMatchObject({ kind: 'accepted', fresh: 40 });
  });

  it('everything while it is not the one sequencer', async () => {
    const sequencer = createSequencer({
      store: createMemoryLedgerStore(),
      acquireLease: async () => undefined,
      identity,
      witnessing: { witnesses: [], quorum: NONE },
      intervalMs: 5,
      nowMs: Date.now,
      onEvent: () => {},
    });
    open.push(sequencer);
    await expect(sequencer.append('n1', records)).rejects.toBeInstanceOf(LedgerUnavailable);
  });
});

describe('a sequencer', () => {
  it('answers a record that comes again with the same words, and appends it once', async () => {
    const store = createMemoryLedgerStore();
    const { sequencer } = await start(store);
    const records = someRecords('n1', 300);
    const answers = await Promise.all(
      [records, records.slice(0, 5), records].map((some) => sequencer.append('n1', some)),
    );
    expect(answers.map((answer) => answer.kind === 'accepted' && answer.fresh)).toEqual([300, 0, 0]);
    await until(async () => (await publishedSize(store)) === 300);
    expect(await sequencer.append('n1', records.slice(7, 9))).toMatchObject({ kind: 'accepted', fresh: 0 });
    expect(sequencer.status().size).toBe(300);
    await expectSound(store);
  });

  it('keeps many nodes apart, and removes what it needs no more', async () => {
    const store = createMemoryLedgerStore();
    const { sequencer } = await start(store);
    const nodes = ['a', 'b', 'c'].map((node) => ({ node, records: someRecords(node, 2_000) }));
    for (let at = 0; at < 2_000; at += 100) {
      await Promise.all(nodes.map(({ node, records }) => sequencer.append(node, records.slice(at, at + 100))));
    }
    await sequencer.close();
    expect(await publishedSize(store)).toBe(6_000);
    expect(await store.list(INTAKE_PREFIX)).toEqual([]);
    expect((await store.list('tile/0/')).filter((path) => path.includes('.p/'))).toHaveLength(1);
    await expectSound(store);
  });

  it('goes on after a failure of storage, whether the write came about or not', async () => {
    for (const outage of ['lost', 'late'] as const) {
      const store = createMemoryLedgerStore();
      const { sequencer, has } = await start(store);
      const records = someRecords('n1', 100);
      await sequencer.append('n1', records.slice(0, 50));
      store.setOutage(outage);
      await expect(sequencer.append('n1', records.slice(50))).rejects.toBeInstanceOf(LedgerUnavailable);
      expect(has('leading-lost')).toBe(true);
      store.setOutage('none');
      await until(() => sequencer.status().isLeading);
      // What was answered with an outage may have been appended: shipping it again is right either way.
      expect(await sequencer.append('n1', records)).toMatchObject({ fresh: outage === 'late' ? 0 : 50 });
      await until(async () => (await publishedSize(store)) === 100);
      await expectSound(store);
    }
  });

  it('takes up where another stopped, between a batch and its checkpoint', async () => {
    const store = createMemoryLedgerStore();
    const first = await start(store, { intervalMs: 1_000_000 });
    await first.sequencer.append('n1', someRecords('n1', 700));
    // It is gone without a word: nothing is published but the empty tree.
    const second = await start(store);
    expect(second.sequencer.status()).toMatchObject({ size: 700 });
    expect(await second.sequencer.append('n1', someRecords('n1', 701))).toMatchObject({ fresh: 1 });
    await until(async () => (await publishedSize(store)) === 701);
    await expectSound(store);
    // The first wakes up, and still believes that it leads.
    await expect(first.sequencer.append('n1', someRecords('n1', 701, '').slice(700))).rejects.toBeInstanceOf(
      LedgerUnavailable,
    );
    expect(first.has('leading-lost')).toBe(true);
    await expectSound(store);
  });

  it('does not publish or append once its lease is lost', async () => {
    const store = createMemoryLedgerStore();
    const lease = freeLease();
    const { sequencer, has } = await start(store, { lease });
    await sequencer.append('n1', someRecords('n1', 10));
    await until(async () => (await publishedSize(store)) === 10);
    lease.lost = true;
    await expect(sequencer.append('n1', someRecords('n1', 20))).rejects.toBeInstanceOf(LedgerUnavailable);
    expect(has('leading-lost')).toBe(true);
    expect(await publishedSize(store)).toBe(10);
    expect(await store.list(INTAKE_PREFIX)).toEqual([]);
  });
});

describe('two sequencers at once, with no lease between them', () => {
  it('make one log: every record once, one root a size', async () => {
    const store = createMemoryLedgerStore();
    const checkpoints = new Map<number, string>();
    const watched: LedgerStore = {
      ...store,
      async replace(object, expected) {
        const isReplaced = await store.replace(object, expected);
        const parsed = parseCheckpoint(object.bytes.toString());
        if (!parsed.ok) throw new Error('a checkpoint is one');
        const { size, root } = parsed.value.checkpoint;
        // Whether it was published or not: what was signed counts.
        expect(checkpoints.get(size) ?? root.toString('hex')).toBe(root.toString('hex'));
        checkpoints.set(size, root.toString('hex'));
        return isReplaced;
      },
    };
    const both = [await start(watched, { intervalMs: 1 }), await start(watched, { intervalMs: 1 })];
    const ship = async (node: string, at: number): Promise<void> => {
      const records = someRecords(node, 300);
      let position = 0;
      for (let turn = 0; position < 300; turn += 1) {
        const { sequencer } = both[(at + turn) % 2] ?? both[0] ?? (await start(watched));
        const answer = await sequencer.append(node, records.slice(position, position + 7)).catch(() => undefined);
        if (answer?.kind === 'accepted') ({ sequence: position } = answer.position);
        else await sleep(3);
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(ship));
    await until(async () => (await publishedSize(store)) === 1_200);
    expect(both.some(({ has }) => has('leading-lost'))).toBe(true);
    await expectSound(store);
  }, 60_000);
});

describe('witnesses', () => {
  const [one, two] = [sampleKey('witness', 'w1', 11), sampleKey('witness', 'w2', 12)];
  const quorumOf = (...members: readonly SampleKey[]): Quorum => ({
    kind: 'group',
    name: 'all',
    threshold: members.length,
    members: members.map(({ name, verifier }) => ({ kind: 'witness', name, key: verifier })),
  });

  it('keep a checkpoint back until enough have cosigned, and appends go on', async () => {
    const store = createMemoryLedgerStore();
    const witnesses = [witness(one), witness(two, { kind: 'unavailable', what: 'down' })];
    const { sequencer, has } = await start(store, { witnesses, quorum: quorumOf(one, two) });
    await sequencer.append('n1', someRecords('n1', 10));
    await until(() => has('quorum-missed') && has('not-cosigned'));
    expect(await store.read(CHECKPOINT_PATH)).toBeUndefined();
    expect(await store.list('tile/')).toEqual([]);
    expect(sequencer.status()).toMatchObject({ size: 10, publishedSize: 0 });
    await sequencer.close();
    await start(store, { witnesses: [witness(one), witness(two)], quorum: quorumOf(one, two) });
    await until(async () => (await publishedSize(store)) === 10);
    const note = parseCheckpoint(((await store.read(CHECKPOINT_PATH)) ?? '').toString());
    expect(note.ok && note.value.note.signatures.map(({ name }) => name)).toEqual(['log.example', 'w1', 'w2']);
  });
});

describe('a witness that is slow', () => {
  const [one, two] = [sampleKey('witness', 'w1', 11), sampleKey('witness', 'w2', 12)];
  const anyOf: Quorum = {
    kind: 'group',
    name: 'any',
    threshold: 1,
    members: [one, two].map(({ name, verifier }) => ({ kind: 'witness', name, key: verifier })),
  };
  const cosigners = async (store: LedgerStore): Promise<readonly string[]> => {
    const note = parseCheckpoint(((await store.read(CHECKPOINT_PATH)) ?? '').toString());
    return note.ok ? note.value.note.signatures.map(({ name }) => name) : [];
  };

  it('does not keep back a checkpoint that has its quorum; what it cosigns later is added to it', async () => {
    const store = createMemoryLedgerStore();
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const prompt = witness(one);
    const slow = {
      ...witness(two),
      cosign: async (...words: Parameters<WitnessClient['cosign']>) => asked.then(() => witness(two).cosign(...words)),
    };
    const { sequencer } = await start(store, { witnesses: [slow, prompt], quorum: anyOf });
    // The empty tree: published while one witness has not answered, nor can.
    await until(async () => (await cosigners(store)).includes('w1'));
    expect(await cosigners(store)).toEqual(['log.example', 'w1']);
    answer();
    await until(async () => (await cosigners(store)).includes('w2'));
    expect(await cosigners(store)).toEqual(['log.example', 'w2', 'w1']);
    expect(await publishedSize(store)).toBe(0);
    await sequencer.append('n1', someRecords('n1', 10));
    await until(async () => (await publishedSize(store)) === 10);
    await until(async () => (await cosigners(store)).length === 3);
    await expectSound(store);
  });

  it('is asked for one checkpoint at a time, and for no more than two', async () => {
    const under: number[] = [];
    let running = 0;
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const ordered = inOrder({
      key: one.verifier,
      async cosign() {
        running += 1;
        under.push(running);
        await asked;
        running -= 1;
        return { kind: 'unavailable', what: 'the test' };
      },
    });
    const note = parseCheckpoint(
      'log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u2014 log.example AAAAAAA=\n',
    );
    if (!note.ok) throw new Error(note.refusal.message);
    const replies = [1, 2, 3].map(() => ordered.cosign(note.value, async () => []));
    expect(await replies[2]).toMatchObject({ kind: 'unavailable', what: expect.stringContaining('two checkpoints') });
    expect(under).toEqual([1]);
    answer();
    await Promise.all(replies);
    expect(under).toEqual([1, 1]);
  });
});

describe('what is stored and cannot be right', () => {
  it.each([
    ['a checkpoint of another log', CHECKPOINT_PATH, Buffer.from('nonsense')],
    ['a tile with other hashes', 'tile/0/000.p/10', Buffer.alloc(320)],
    ['a bundle with other entries', 'tile/entries/000.p/10', Buffer.from('000100'.repeat(10), 'hex')],
  ])('%s keeps a sequencer from leading, and nothing is changed', async (_what, path, bytes) => {
    const store = createMemoryLedgerStore();
    const { sequencer } = await start(store);
    await sequencer.append('n1', someRecords('n1', 10));
    await sequencer.close();
    await store.remove([path]);
    await store.create({ path, bytes });
    const before = await store.list('');
    const events: SequencerEvent[] = [];
    const next = createSequencer({
      store,
      acquireLease: async () => freeLease(),
      identity,
      witnessing: { witnesses: [], quorum: NONE },
      intervalMs: 5,
      nowMs: Date.now,
      onEvent: (event) => events.push(event),
    });
    open.push(next);
    await until(() => events.length > 0);
    expect(events[0]).toMatchObject({ kind: 'leading-lost', error: { name: 'LedgerDamaged' } });
    await expect(next.append('n1', someRecords('n1', 11))).rejects.toBeInstanceOf(LedgerUnavailable);
    expect(await store.list('')).toEqual(before);
  });
});
