import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpLedgerLine } from '#adapters/ledger-line/http-line.ts';
import { createMemoryLedgerStore } from '#adapters/ledger-memory/memory-store.ts';
import { createPrometheusTelemetry } from '#adapters/telemetry/prometheus.ts';
import { createAccess } from '#domain/access/access.ts';
import { governedBy, refOf } from '#domain/constitution/governance.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import { tokenHash } from '#domain/identity/token.ts';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import { encodeFrame } from '#domain/journal/frame.ts';
import type { ShippedRecord } from '#domain/ledger/admit.ts';
import { entryLeafHash } from '#domain/ledger/entry.ts';
import { logIdentity } from '#domain/ledger/log-identity.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { LedgerUnavailable } from '#domain/ledger/store.ts';
import { verifyTlogProof } from '#domain/ledger/tlog-proof.ts';
import { isConsistent } from '#domain/ledger/verify-proof.ts';
import { createEdge } from '#services/edge.ts';
import { readAccessPolicies } from '../../../tests/support/access.ts';
import { constitution } from '../../../tests/support/decision-service.ts';
import { createNodes } from './nodes.ts';
import { createSequencer } from './sequencer.ts';
import { registerIntegrityService } from './service.ts';
import { createLedgerWatch } from './watch.ts';

const key = sampleKey('log', 'log.example', 1);
const witness = sampleKey('witness', 'near.example', 2);
const identity = logIdentity(key.signer, key.name);
const PRINCIPALS: Readonly<Record<string, Principal>> = {
  'token-n1': { kind: 'agent', id: 'n1' as AgentId, agent: 'acgs-node', teams: [] },
  'token-codex': { kind: 'agent', id: 'codex' as AgentId, agent: 'codex', teams: [] },
  'token-n1-codex': { kind: 'agent', id: 'n1' as AgentId, agent: 'codex', teams: [] },
  'token-auditor': { kind: 'person', id: 'au' as PersonId, roles: ['auditor'] },
  'token-operator': { kind: 'person', id: 'op' as PersonId, roles: ['operator'] },
};

const closes: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

/** The real service on a ledger in memory. */
async function start() {
  const store = createMemoryLedgerStore();
  const clock = { nowMs: 1_800_000_000_000 };
  const nowMs = () => clock.nowMs;
  const sequencer = createSequencer({
    store,
    acquireLease: async () => ({ holder: 'the test', check: async () => {}, release: async () => {} }),
    identity,
    witnessing: { witnesses: [], quorum: { kind: 'none' } },
    intervalMs: 5,
    nowMs,
    onEvent: () => {},
  });
  const governance = governedBy({
    constitution,
    ref: refOf(constitution),
    evaluate: () => ({ verdict: { kind: 'deny' }, reasons: [] }),
  });
  const telemetry = createPrometheusTelemetry({
    governance,
    constitutionAgeSeconds: () => 0,
    inFlight: () => 0,
    journalSequence: () => 0,
    journalWritable: () => true,
    indexLagRecords: () => 0,
    approvalWaiters: () => 0,
  });
  const tokens = new Map(
    Object.entries(PRINCIPALS).map(([token, principal]) => [
      tokenHash(token),
      { principal, sha256: tokenHash(token), createdMs: 0, expiresMs: Number.MAX_SAFE_INTEGER },
    ]),
  );
  const edge = await createEdge({
    governance,
    access: createAccess({ ...(await readAccessPolicies()), approverRoles: () => [] }),
    tokens: { current: () => tokens, load: async () => tokens },
    metrics: telemetry.metrics,
    constitutionMetrics: telemetry.constitutionMetrics,
    telemetry,
    readiness: () => ({ isReady: true, facts: {} }),
    nowMs,
    newId: () => 'id',
    inFlightMax: 100,
    version: '0',
    logger: false,
  });
  const watch = createLedgerWatch('n1', nowMs);
  registerIntegrityService(edge.app, {
    identity,
    store,
    sequencer,
    nodes: createNodes(nowMs),
    watch,
    policy: {
      witnesses: [
        { name: 'near', key: witness.verifier, url: 'http://near.example' },
        { name: 'far', key: sampleKey('witness', 'far.example', 3).verifier },
      ],
      quorum: { kind: 'witness', name: 'near', key: witness.verifier },
    },
    nowMs,
  });
  const url = await edge.app.listen({ host: '127.0.0.1', port: 0 });
  closes.push(async () => {
    await edge.app.close();
    await sequencer.close();
  });
  const get = async (path: string, token?: string) => {
    const response = await fetch(
      url + path,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    );
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes, json: () => JSON.parse(bytes.toString()) };
  };
  const post = (path: string, token: string, body: Buffer<ArrayBuffer>, type = 'application/octet-stream') =>
    fetch(url + path, { method: 'POST', body, headers: { 'content-type': type, authorization: `Bearer ${token}` } });
  const line = createHttpLedgerLine({ url, token: async () => 'token-n1' });
  const published = async (size: number): Promise<void> => {
    while (sequencer.status().publishedSize < size) await sleep(5);
  };
  return { clock, store, sequencer, watch, url, get, post, line, published };
}

type Frame = ShippedRecord & { readonly bytes: Buffer };
function frames(count: number): readonly Frame[] {
  let position: ChainPosition = genesisPosition('n1');
  return Array.from({ length: count }, (_, at) => {
    const { bytes, position: after } = encodeFrame(position, `{"record":${at}}`);
    const frame = { ...after, previousHash: position.hash, bytes };
    position = after;
    return frame;
  });
}
const word = (headSequence: number) => ({ headSequence, hasLeft: false });
const bodyOf = (some: readonly Frame[]) => Buffer.concat(some.map(({ bytes }) => bytes));

describe('shipping over HTTP is refused', () => {
  const path = '/v1/ledger/nodes/n1/records?head=3';

  it('without a token, with another’s, and with one of a coding agent', async () => {
    const { post } = await start();
    expect((await post(path, 'nobody', bodyOf(frames(3)))).status).toBe(401);
    for (const token of ['token-codex', 'token-n1-codex', 'token-operator']) {
      expect((await post(path, token, bodyOf(frames(3)))).status).toBe(403);
    }
    expect((await post('/v1/ledger/nodes/n2/records?head=3', 'token-n1', bodyOf(frames(3)))).status).toBe(403);
  });

  it('for what is no frames, no node, no head', async () => {
    const { post } = await start();
    expect((await post(path, 'token-n1', bodyOf(frames(3)).subarray(1))).status).toBe(400);
    expect((await post(path, 'token-n1', Buffer.from('{}'), 'application/json')).status).toBe(415);
    expect((await post(path, 'token-n1', Buffer.from('x'), 'text/plain')).status).toBe(415);
    expect((await post('/v1/ledger/nodes/n1/records', 'token-n1', bodyOf(frames(3)))).status).toBe(400);
    expect((await post('/v1/ledger/nodes/..%2f/records?head=1', 'token-n1', bodyOf(frames(3)))).status).toBe(400);
  });

  it('with an edited record on the way: its checksum, then its hash, then the chain gives it away', async () => {
    const { post, line } = await start();
    const [first, second, third] = frames(3) as [Frame, Frame, Frame];
    const edited = Buffer.from(second.bytes);
    edited[edited.length - 2] = (edited.at(-2) ?? 0) ^ 1;
    expect((await post(path, 'token-n1', Buffer.concat([first.bytes, edited, third.bytes]))).status).toBe(400);
    // With a checksum of its own it is another record, and the next one does not build on it.
    const forged = encodeFrame(first, '{"record":"other"}');
    const shipped = [first, { ...second, bytes: forged.bytes }, third];
    expect(await line.ship('n1', shipped, word(3))).toMatchObject({
      kind: 'refused',
      refused: { code: 'chain-broken', sequence: 3 },
      position: { sequence: 0 },
    });
  });

  it('with the place that is expected, so that the node goes on from there', async () => {
    const { post, line } = await start();
    const all = frames(10);
    await line.ship('n1', all.slice(0, 4), word(10));
    const refused = await post(path, 'token-n1', bodyOf(all.slice(6)));
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      code: 'records-missing',
      type: 'urn:acgs:problem:records-missing',
      sequence: 7,
      position: { sequence: 4, hash: all[3]?.hash.toString('hex') },
    });
  });

  it('as an outage while nobody sequences', async () => {
    const { line, sequencer } = await start();
    await sequencer.close();
    await expect(line.ship('n1', frames(1), word(1))).rejects.toBeInstanceOf(LedgerUnavailable);
  });
});

describe('the ledger over HTTP', () => {
  it('takes records once, proves each, and shows that it only grows', async () => {
    const { line, get, published } = await start();
    const all = frames(600);
    expect(await line.ship('n1', [], word(0))).toMatchObject({ kind: 'accepted', position: { sequence: 0 } });
    expect(await line.ship('n1', all.slice(0, 300), word(600))).toMatchObject({ kind: 'accepted', fresh: 300 });
    await published(300);
    const before = (await get('/v1/ledger/proof?node=n1&sequence=1', 'token-operator')).json();
    expect(await line.ship('n1', all.slice(200), word(600))).toMatchObject({ fresh: 300, position: { sequence: 600 } });
    await published(600);
    const policy = { logs: [{ key: key.verifier }], witnesses: [], quorum: { kind: 'none' } } as const;
    for (const sequence of [1, 256, 257, 600]) {
      const { entry, index, proof } = (
        await get(`/v1/ledger/proof?node=n1&sequence=${sequence}`, 'token-operator')
      ).json();
      expect(entry).toEqual({ node: 'n1', sequence, hash: all[sequence - 1]?.hash.toString('hex') });
      expect(index).toBe(sequence - 1);
      expect(verifyTlogProof(proof, entryLeafHash(entry), policy)).toMatchObject({ ok: true });
      expect(verifyTlogProof(proof, entryLeafHash({ ...entry, sequence: 601 }), policy).ok).toBe(false);
    }
    const after = (await get('/v1/ledger/proof?node=n1&sequence=1', 'token-operator')).json();
    const consistency = (await get('/v1/ledger/consistency?from=300', 'token-operator')).json();
    const heads = [before, after].map(({ proof, entry }) => {
      const verified = verifyTlogProof(proof, entryLeafHash(entry), policy);
      if (!verified.ok) throw new Error(verified.refusal.message);
      return verified.value.checkpoint;
    });
    const hashes = consistency.hashes.map((hash: string) => Buffer.from(hash, 'base64'));
    expect(heads.map(({ size }) => size)).toEqual([300, 600]);
    expect(isConsistent(heads[0] as (typeof heads)[0], heads[1] as (typeof heads)[0], hashes)).toBe(true);
  });

  it('tells an entry that is not there from one that is not proved yet, and a size that there never was', async () => {
    const { line, get, published } = await start();
    await line.ship('n1', frames(10), word(10));
    await published(10);
    const read = async (path: string) => (await get(path, 'token-codex')).json();
    expect(await read('/v1/ledger/proof?node=n1&sequence=11')).toMatchObject({
      status: 404,
      code: 'ledger-entry-unknown',
    });
    expect(await read('/v1/ledger/proof?node=n2&sequence=1')).toMatchObject({ status: 404 });
    expect(await read('/v1/ledger/consistency?from=11')).toMatchObject({ status: 404, code: 'ledger-size-unknown' });
    expect(await read('/v1/ledger/consistency?from=5&to=4')).toMatchObject({ status: 404 });
    expect((await get('/v1/ledger/proof?node=n1&sequence=0', 'token-codex')).status).toBe(400);
    expect((await get('/v1/ledger/proof?node=n1&sequence=1')).status).toBe(401);
  });

  it('serves the log as tlog-tiles says, to anybody, and nothing else of its storage', async () => {
    const { line, get, published } = await start();
    await line.ship('n1', frames(300), word(300));
    await published(300);
    const checkpoint = await get('/checkpoint');
    expect(checkpoint.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(checkpoint.bytes.toString()).toMatch(/^log\.example\n300\n/);
    const tile = await get('/tile/0/000');
    expect(tile.headers.get('cache-control')).toContain('immutable');
    expect(tile.bytes).toHaveLength(256 * 32);
    expect((await get('/tile/entries/001.p/44')).status).toBe(200);
    expect((await get('/tile/0/001.p/44')).bytes).toHaveLength(44 * 32);
    for (const path of [
      '/tile/0/1',
      '/tile/0/000.p/0',
      '/tile/..%2fcheckpoint',
      '/tile/entries/%2e%2e%2f%2e%2e%2fcheckpoint',
      '/tile/',
      '/tile/0/002',
      '/intake/0000000000000000',
    ]) {
      expect((await get(path)).status, path).not.toBe(200);
    }
  });

  it('knows which nodes are silent, and which are while somebody sees their agents act', async () => {
    const { line, get, post, clock } = await start();
    await line.ship('n1', frames(10), word(12));
    const state = async () => (await get('/v1/ledger', 'token-operator')).json().nodes[0];
    expect(await state()).toMatchObject({ node: 'n1', sequence: 10, missing: 2, state: 'current' });
    clock.nowMs += 20_000;
    await line.ship('n1', [], word(12));
    expect(await state()).toMatchObject({ state: 'behind' });
    clock.nowMs += 61_000;
    expect(await state()).toMatchObject({ state: 'silent' });
    expect(
      (await post('/v1/ledger/nodes/n1/activity', 'token-codex', Buffer.from('{}'), 'application/json')).status,
    ).toBe(200);
    expect(await state()).toMatchObject({ state: 'silent-while-active' });
    await line.ship('n1', [], { headSequence: 12, hasLeft: true });
    expect(await state()).toMatchObject({ state: 'left' });
    // What was told of and is missing is an incident once it stays away; the same record in the ledger is not.
    await line.tellOf('n1', 14);
    await line.tellOf('n2', 3);
    clock.nowMs += 16_000;
    expect(await state()).toMatchObject({ state: 'silent-while-active', missing: 4 });
    await line.ship('n1', frames(14), { headSequence: 14, hasLeft: true });
    expect(await state()).toMatchObject({ state: 'left', missing: 0 });
    expect((await get('/v1/ledger', 'token-operator')).json().nodes[1]).toMatchObject({ node: 'n2', missing: 3 });
    expect(
      (await post('/v1/ledger/nodes/n1/activity?sequence=0', 'token-codex', Buffer.from('{}'), 'application/json'))
        .status,
    ).toBe(400);
  });
});

describe('the word that a node acted', () => {
  const tell = (post: Awaited<ReturnType<typeof start>>['post'], node: string, token?: string, query = '') =>
    post(`/v1/ledger/nodes/${node}/activity${query}`, token ?? '', Buffer.from('{}'), 'application/json');

  it('is taken from nobody unknown, of no record that cannot be, and of few nodes that nobody has heard of', async () => {
    const { get, post, clock } = await start();
    expect((await tell(post, 'n1', 'token-nobody')).status).toBe(401);
    expect((await tell(post, 'n1', 'token-auditor')).status).toBe(403);
    for (const query of ['?sequence=0', '?sequence=-1', '?sequence=1e40', '?sequence=x', '?by=op']) {
      expect((await tell(post, 'n1', 'token-codex', query)).status, query).toBe(400);
    }
    expect((await tell(post, '..%2fn1', 'token-codex')).status).toBe(400);
    const nodes = async () => (await get('/v1/ledger', 'token-operator')).json().nodes;
    expect(await nodes()).toEqual([]);
    for (let made = 0; made < 8; made += 1)
      expect((await tell(post, `made-up-${made}`, 'token-codex', '?sequence=1')).status).toBe(200);
    const refused = await tell(post, 'made-up-8', 'token-codex', '?sequence=1');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'nodes-unknown-too-many' });
    clock.nowMs += 31_000;
    expect(await nodes()).toHaveLength(8);
  });

  it('makes an alarm that says whose word it is, and ends when the word is no longer believed', async () => {
    const { line, get, post, clock } = await start();
    await line.ship('n1', frames(10), { headSequence: 10, hasLeft: true });
    const node = async () => (await get('/v1/ledger', 'token-operator')).json().nodes[0];
    expect((await tell(post, 'n1', 'token-codex', '?sequence=9000000')).status).toBe(200);
    expect(await node()).toMatchObject({ state: 'left', toldBy: [] });
    clock.nowMs += 16_000;
    expect(await node()).toMatchObject({ state: 'silent-while-active', toldBy: ['codex'] });
    // Whoever joins in does not hide who was first.
    expect((await tell(post, 'n1', 'token-operator', '?sequence=9000001')).status).toBe(200);
    expect(await node()).toMatchObject({ state: 'silent-while-active', toldBy: ['codex', 'op'] });
    clock.nowMs += 3_600_001;
    expect(await node()).toMatchObject({ state: 'left', toldBy: [] });
  });
});

describe('who cosigns, and what went wrong', () => {
  it('is nothing for those who may not read the ledger', async () => {
    const { get } = await start();
    for (const path of ['/v1/ledger/witnesses', '/v1/ledger/troubles']) expect((await get(path)).status).toBe(401);
  });

  it('names a witness that has seen another tree, and counts that as a trouble; one that is down is none', async () => {
    const { watch, get, clock } = await start();
    const asked = { kind: 'not-cosigned', size: 9, witness: witness.name } as const;
    watch.see({ ...asked, reply: { kind: 'unavailable', what: 'no answer' } });
    expect((await get('/v1/ledger/troubles', 'token-operator')).json()).toEqual({ troubles: [] });
    watch.see({ ...asked, reply: { kind: 'contradicts', size: 12, what: 'it has 12 entries' } });
    expect((await get('/v1/ledger/troubles', 'token-operator')).json().troubles).toMatchObject([
      { kind: 'witness-contradicts', about: witness.name, what: 'it has 12 entries', count: 1 },
    ]);
    const { quorum, witnesses } = (await get('/v1/ledger/witnesses', 'token-operator')).json();
    expect(quorum).toBe('near');
    expect(witnesses).toMatchObject([
      { name: 'near', isAsked: true, trouble: { kind: 'contradicts', size: 9, atMs: clock.nowMs } },
      { name: 'far', isAsked: false },
    ]);
    expect(witnesses[1]).not.toHaveProperty('trouble');
  });

  it('tells a gap with its node and record, the newest first', async () => {
    const { watch, get } = await start();
    watch.see({ kind: 'leading-lost', error: new Error('no disk') });
    const refused = { kind: 'refused', code: 'records-missing', sequence: 7, what: 'record 5 was expected' } as const;
    watch.see({ kind: 'records-refused', node: 'n2', refused, expected: 5 });
    expect((await get('/v1/ledger/troubles', 'token-codex')).json().troubles).toMatchObject([
      { kind: 'journal-contradicts', about: 'n2', sequence: 7 },
      { kind: 'not-written', what: 'no disk' },
    ]);
  });
});
