import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpWitnessClient } from '#adapters/witness-client/http-client.ts';
import { sampleCheckpoint } from '#adapters/witness-state/contract.ts';
import { createMemoryWitnessState } from '#adapters/witness-state/memory.ts';
import { type CheckpointNote, signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { cosign } from '#domain/ledger/cosignature.ts';
import { EMPTY_EDGE, integrate, type ReadTiles } from '#domain/ledger/integrate.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { parsePolicy } from '#domain/ledger/policy.ts';
import { proveConsistency } from '#domain/ledger/proof.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { signatureLine } from '#domain/ledger/signed-note.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { collectCosignatures, type ProveConsistency } from '#domain/ledger/witness-client.ts';
import { createWitnessService } from '#services/witness/service.ts';

const log = sampleKey('log', 'a', 1);
const witness = sampleKey('witness', 'w1', 11);
const submitted = sampleCheckpoint('a', 5);
const nothing: ProveConsistency = async () => [];
const leaves = Array.from({ length: 20 }, (_, at) => leafHash(Buffer.from(`${at}`)));
const readTiles: ReadTiles = async (tiles) => tiles.map(({ width }) => Buffer.concat(leaves.slice(0, width)));
const prove: ProveConsistency = (oldSize, size) => proveConsistency(oldSize, size, readTiles);

let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

async function serving(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it listens on a port');
  return `http://127.0.0.1:${address.port}`;
}
const client = (url: string, timeoutMs = 10_000) => createHttpWitnessClient({ url, key: witness.verifier, timeoutMs });
const answering = (status: number, body: string) =>
  serving((_request, response) => response.writeHead(status).end(body)).then((url) => client(url));
const realWitness = async (key = witness) => {
  const app = createWitnessService({
    name: key.name,
    signer: key.signer,
    logs: [log.verifier],
    state: createMemoryWitnessState(),
    nowMs: () => 1_700_000_000_000,
    onEvent: () => {},
  });
  closing.push(() => app.close());
  return app.listen({ host: '127.0.0.1', port: 0 });
};
function checkpointOf(size: number): CheckpointNote {
  const { root } = integrate(EMPTY_EDGE, leaves.slice(0, size));
  return {
    checkpoint: { origin: 'a', size, root, extensions: [] },
    note: signCheckpoint(log.name, { size, root }, log.signer),
  };
}

describe('a witness that cannot be believed has not cosigned', () => {
  it.each([
    ['says nothing', 200, ''],
    ['answers in another form', 200, 'yes\n'],
    [
      'signs under another name',
      200,
      signatureLine(cosign(submitted.note.text, sampleKey('witness', 'w2', 11).name, witness.signer, 1)),
    ],
    ['signs another text', 200, signatureLine(cosign('another', witness.name, witness.signer, 1))],
    ['says conflict without a size', 409, 'conflict\n'],
    ['says that it is elsewhere, again and again', 409, '3\n'],
    ['is overloaded', 503, 'later\n'],
    ['fails', 500, 'x'.repeat(1000)],
  ])('that %s', async (name, status, body) => {
    const reply = await (await answering(status, body)).cosign(submitted, nothing);
    // A witness that says "3" to an old size of 3 contradicts itself and us.
    expect(reply.kind).toBe(name.startsWith('says that it is elsewhere') ? 'contradicts' : 'unavailable');
  });

  it('that sends without end', async () => {
    const url = await serving((_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    expect(await client(url).cosign(submitted, nothing)).toMatchObject({ kind: 'unavailable' });
  });

  it('that sends us to somebody else', async () => {
    const other = await realWitness();
    const url = await serving((_request, response) =>
      response.writeHead(307, { location: `${other}/add-checkpoint` }).end(),
    );
    expect(await client(url).cosign(submitted, nothing)).toMatchObject({ kind: 'unavailable' });
  });

  it('that is silent for longer than is waited, or not there at all', async () => {
    const url = await serving(() => {});
    expect(await client(url, 50).cosign(submitted, nothing)).toMatchObject({ kind: 'unavailable' });
    expect(await client('http://127.0.0.1:1').cosign(submitted, nothing)).toMatchObject({ kind: 'unavailable' });
  });
});

it('a witness that refuses is told apart from one that is down', async () => {
  for (const status of [400, 403, 404, 422]) {
    expect(await (await answering(status, 'no\n')).cosign(submitted, nothing)).toEqual({
      kind: 'refused',
      what: `it answered ${status}: no`,
    });
  }
});

it('a witness that is ahead of us contradicts us: we were rolled back', async () => {
  const url = await realWitness();
  expect(await client(url).cosign(checkpointOf(9), prove)).toMatchObject({ kind: 'cosigned' });
  expect(await client(url).cosign(checkpointOf(5), prove)).toMatchObject({ kind: 'contradicts', size: 9 });
});

it('a client learns the size of its witness, and proves from there', async () => {
  const url = await realWitness();
  const first = client(`${url}/`);
  for (const size of [3, 3, 8, 20]) {
    expect(await first.cosign(checkpointOf(size), prove)).toMatchObject({
      kind: 'cosigned',
      timeSeconds: 1_700_000_000,
    });
  }
  // A log that has been started again knows nothing of its witness.
  expect(await client(url).cosign(checkpointOf(20), prove)).toMatchObject({ kind: 'cosigned' });
});

it('cosignatures are collected from those that are there, and the quorum is told', async () => {
  const second = sampleKey('witness', 'w2', 12);
  const third = sampleKey('witness', 'w3', 13);
  const policy = parsePolicy(
    Buffer.from(
      [witness, second, third]
        .map(({ verifier }) => `witness ${verifier.name} ${verifierKeyText(verifier)}\n`)
        .concat('group two 2 w1 w2 w3\nquorum two\n')
        .join(''),
    ),
  );
  if (!policy.ok) throw new Error(policy.refusal.message);
  const { quorum } = policy.value;
  const down = createHttpWitnessClient({ url: 'http://127.0.0.1:1', key: third.verifier, timeoutMs: 10_000 });
  const one = client(await realWitness());
  const other = createHttpWitnessClient({ url: await realWitness(second), key: second.verifier, timeoutMs: 10_000 });
  const enough = await collectCosignatures(checkpointOf(7), [one, other, down], quorum, prove);
  expect(enough).toMatchObject({ isQuorum: true, others: [{ key: { name: 'w3' }, reply: { kind: 'unavailable' } }] });
  expect(enough.signatures.map(({ name }) => name)).toEqual(['w1', 'w2']);
  expect(await collectCosignatures(checkpointOf(8), [one, down], quorum, prove)).toMatchObject({ isQuorum: false });
});
