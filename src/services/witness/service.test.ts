import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryWitnessState, type MemoryWitnessState } from '#adapters/witness-state/memory.ts';
import { ADD_CHECKPOINT_BYTES_MAX, addCheckpointText } from '#domain/ledger/add-checkpoint.ts';
import { signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { cosignatureTime } from '#domain/ledger/cosignature.ts';
import { EMPTY_EDGE, integrate, type ReadTiles } from '#domain/ledger/integrate.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { proveConsistency } from '#domain/ledger/proof.ts';
import { type SampleKey, sampleKey } from '#domain/ledger/sample-keys.ts';
import { parseSignatureLines } from '#domain/ledger/signed-note.ts';
import { type WitnessState, WitnessStateUnavailable } from '#domain/ledger/witness.ts';
import { createWitnessService, type WitnessEvent } from './service.ts';

const log = sampleKey('log', 'acgs.example/ledger', 1);
const witness = sampleKey('witness', 'w1.example', 11);
const TIME_SECONDS = 1_700_000_000;
const leaves = Array.from({ length: 50 }, (_, at) => leafHash(Buffer.from(`${at}`)));
const readTiles: ReadTiles = async (tiles) => tiles.map(({ width }) => Buffer.concat(leaves.slice(0, width)));

let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
});

async function started(state: WitnessState = createMemoryWitnessState()) {
  const events: WitnessEvent[] = [];
  const app = createWitnessService({
    name: witness.name,
    signer: witness.signer,
    logs: [log.verifier],
    state,
    nowMs: () => TIME_SECONDS * 1000 + 999,
    onEvent: (event) => events.push(event),
  });
  closing.push(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const post = async (body: string | Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };
  return { url, events, post };
}

function noteOf(size: number, key: SampleKey = log, of: readonly Buffer[] = leaves) {
  return signCheckpoint(key.name, { size, root: integrate(EMPTY_EDGE, of.slice(0, size)).root }, key.signer);
}
const asked = async (from: number, to: number, key: SampleKey = log) =>
  addCheckpointText(from, from <= to ? await proveConsistency(from, to, readTiles) : [], noteOf(to, key));

describe('POST /add-checkpoint refuses', () => {
  it('what is no request, with 400', async () => {
    const { post } = await started();
    for (const body of ['', 'old 0\n', Buffer.from([0xff, 0xfe]), (await asked(0, 5)).replace('old 0', 'old 00')]) {
      expect(await post(body), String(body)).toMatchObject({ status: 400 });
    }
    expect(await post(await asked(6, 5))).toMatchObject({ status: 400 });
  });

  it('what is too large, with 413, whatever it claims to be', async () => {
    const { post, url } = await started();
    expect(await post('x'.repeat(ADD_CHECKPOINT_BYTES_MAX + 1))).toMatchObject({ status: 413 });
    const response = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body: `[${' '.repeat(ADD_CHECKPOINT_BYTES_MAX)}]`,
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(413);
  });

  it('an unknown log with 404 and one that did not sign with 403', async () => {
    const { post, events } = await started();
    expect(await post(await asked(0, 5, sampleKey('log', 'stranger', 2)))).toMatchObject({ status: 404 });
    expect(await post(await asked(0, 5, sampleKey('log', log.name, 2)))).toMatchObject({ status: 403 });
    expect(events.map((event) => event.kind === 'refused' && event.why)).toEqual(['log-unknown', 'signature-invalid']);
  });

  it('a stale size with 409 and its own size, and a bad proof with 422', async () => {
    const { post } = await started();
    expect(await post(await asked(3, 5))).toEqual({ status: 409, type: 'text/x.tlog.size', text: '0\n' });
    expect((await post(await asked(0, 7))).status).toBe(200);
    expect(await post(await asked(0, 9))).toEqual({ status: 409, type: 'text/x.tlog.size', text: '7\n' });
    expect(await post(addCheckpointText(7, [], noteOf(9)))).toMatchObject({ status: 422 });
  });

  it('a fork of the size that it cosigned with 409, and puts it aside', async () => {
    const state = createMemoryWitnessState();
    const { post } = await started(state);
    expect((await post(await asked(0, 7))).status).toBe(200);
    const fork = noteOf(7, log, leaves.with(0, leafHash(Buffer.from('another'))));
    expect(await post(addCheckpointText(7, [], fork))).toMatchObject({ status: 409, text: '7\n' });
    expect(state.evidence.map(({ note }) => note)).toEqual([fork]);
  });

  it('everything while its state cannot be kept, with 503 and without a signature', async () => {
    const state: MemoryWitnessState = createMemoryWitnessState();
    const failing: WitnessState = {
      ...state,
      keep: async () => {
        throw new WitnessStateUnavailable('no space left');
      },
    };
    const { post, events } = await started(failing);
    expect(await post(await asked(0, 7))).toEqual({
      status: 503,
      type: 'text/plain; charset=utf-8',
      text: 'the witness cannot keep its state\n',
    });
    expect(events).toMatchObject([{ kind: 'failed' }]);
  });

  it('any other path and method with 404', async () => {
    const { url } = await started();
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/add-checkpoint`)).status).toBe(404);
  });
});

describe('POST /add-checkpoint cosigns', () => {
  it('with a line that verifies at its time, again and again, whatever type the body is said to have', async () => {
    const { url, post, events } = await started();
    for (const [from, to] of [
      [0, 5],
      [5, 5],
      [5, 33],
    ] as const) {
      const { status, text } = await post(await asked(from, to));
      expect(status).toBe(200);
      const [line] = parsed(text);
      expect(line && cosignatureTime(noteOf(to).text, line, witness.verifier)).toBe(TIME_SECONDS);
    }
    const response = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body: await asked(33, 40),
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(200);
    expect(events.map(({ kind }) => kind)).toEqual(Array(4).fill('cosigned'));
  });

  it('one of many requests that come at once from the same size, and tells the others where it is', async () => {
    const slow = createMemoryWitnessState();
    const state: WitnessState = {
      ...slow,
      // A disk that takes its time: the others would all have been checked against the old size by then.
      keep: async (submitted) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await slow.keep(submitted);
      },
    };
    const { post } = await started(state);
    const sizes = Array.from({ length: 12 }, (_, at) => at + 10);
    const answers = await Promise.all(sizes.map(async (size) => post(await asked(0, size))));
    const cosigned = sizes.filter((_, at) => answers[at]?.status === 200);
    expect(cosigned).toHaveLength(1);
    expect(answers.filter(({ status, text }) => status === 409 && text === `${cosigned[0]}\n`)).toHaveLength(11);
  });

  it('no more at once than it can answer in time', async () => {
    const gate = Promise.withResolvers<void>();
    const inMemory = createMemoryWitnessState();
    const { post } = await started({ ...inMemory, keep: () => gate.promise });
    const bodies = await Promise.all(Array.from({ length: 80 }, (_, at) => asked(0, at % 50)));
    const refused = Promise.withResolvers<void>();
    let refusedCount = 0;
    const answers = bodies.map(async (body) => {
      const { status } = await post(body);
      if (status === 503) refusedCount += 1;
      if (refusedCount === 16) refused.resolve();
      return status;
    });
    // 64 wait for the first, which waits for the disk; only then are the others known to have been too many.
    await refused.promise;
    gate.resolve();
    expect((await Promise.all(answers)).filter((status) => status === 503)).toHaveLength(16);
  });
});

function parsed(text: string) {
  const lines = parseSignatureLines(text);
  if (!lines.ok) throw new Error(lines.refusal.message);
  return lines.value;
}
