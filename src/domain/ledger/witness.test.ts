import { describe, expect, it } from 'vitest';
import { addCheckpointText, parseAddCheckpoint } from './add-checkpoint.ts';
import { signCheckpoint } from './checkpoint.ts';
import { EMPTY_EDGE, integrate, type ReadTiles } from './integrate.ts';
import { EMPTY_ROOT, leafHash } from './merkle.ts';
import { proveConsistency } from './proof.ts';
import { sampleKey } from './sample-keys.ts';
import { answerAddCheckpoint } from './witness.ts';

const log = sampleKey('log', 'acgs.example/ledger', 1);
const other = sampleKey('log', 'acgs.example/ledger', 2);
const leaves = Array.from({ length: 20 }, (_, at) => leafHash(Buffer.from(`${at}`)));
const readTiles: ReadTiles = async (tiles) => tiles.map(({ width }) => Buffer.concat(leaves.slice(0, width)));
const head = (size: number, of = leaves) => ({ size, root: integrate(EMPTY_EDGE, of.slice(0, size)).root });
const forkedLeaves = leaves.with(2, leafHash(Buffer.from('another')));

async function request(
  oldSize: number,
  size: number,
  more: { readonly key?: typeof log; readonly tree?: readonly Buffer[]; readonly proof?: readonly Buffer[] } = {},
) {
  const proof = more.proof ?? (oldSize <= size ? await proveConsistency(oldSize, size, readTiles) : []);
  const key = more.key ?? log;
  const text = addCheckpointText(
    oldSize,
    proof,
    signCheckpoint(key.name, head(size, [...(more.tree ?? leaves)]), key.signer),
  );
  const parsed = parseAddCheckpoint(text);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.value;
}
const answer = async (asked: ReturnType<typeof request>, latest?: number) =>
  answerAddCheckpoint(await asked, [log.verifier], latest === undefined ? undefined : head(latest));

describe('a witness refuses', () => {
  it('a log that it does not know, and a known one that did not sign', async () => {
    const stranger = sampleKey('log', 'stranger', 3);
    expect(await answer(request(0, 5, { key: stranger }))).toEqual({ kind: 'log-unknown' });
    expect(await answer(request(0, 5, { key: other }))).toEqual({ kind: 'signature-invalid' });
  });

  it('an old size beyond the new one, before it tells its own size', async () => {
    expect(await answer(request(6, 5), 7)).toEqual({ kind: 'old-size-too-large' });
  });

  it('a size that is not the one it is at: too small, too large, and a rollback', async () => {
    expect(await answer(request(3, 9), 7)).toEqual({ kind: 'size-stale', size: 7 });
    expect(await answer(request(8, 9), 7)).toEqual({ kind: 'size-stale', size: 7 });
    expect(await answer(request(5, 9))).toEqual({ kind: 'size-stale', size: 0 });
    expect(await answer(request(0, 5), 7)).toEqual({ kind: 'size-stale', size: 7 });
    expect(await answer(request(0, 0), 7)).toEqual({ kind: 'size-stale', size: 7 });
  });

  it('another tree of the size that it has cosigned', async () => {
    expect(await answer(request(7, 7, { tree: forkedLeaves }), 7)).toEqual({ kind: 'root-different', size: 7 });
  });

  it('a larger tree that does not contain the one that it has cosigned, with whatever proof', async () => {
    const inForked: ReadTiles = async (tiles) => tiles.map(({ width }) => Buffer.concat(forkedLeaves.slice(0, width)));
    const proof = await proveConsistency(7, 9, inForked);
    expect(await answer(request(7, 9, { tree: forkedLeaves, proof }), 7)).toEqual({ kind: 'proof-invalid' });
    expect(await answer(request(7, 9, { tree: forkedLeaves }), 7)).toEqual({ kind: 'proof-invalid' });
    expect(await answer(request(7, 9, { proof: [] }), 7)).toEqual({ kind: 'proof-invalid' });
  });

  it('a proof where there is nothing to prove', async () => {
    expect(await answer(request(0, 5, { proof: [EMPTY_ROOT] }))).toEqual({ kind: 'proof-invalid' });
    expect(await answer(request(0, 5, { proof: [EMPTY_ROOT] }), 0)).toEqual({ kind: 'proof-invalid' });
    expect(await answer(request(7, 7, { proof: [EMPTY_ROOT] }), 7)).toEqual({ kind: 'proof-invalid' });
  });
});

describe('a witness cosigns', () => {
  it('the first checkpoint of a log, an empty one too, every one that grows, and the same again', async () => {
    expect(await answer(request(0, 5))).toEqual({ kind: 'cosign' });
    expect(await answer(request(0, 0))).toEqual({ kind: 'cosign' });
    expect(await answer(request(0, 5), 0)).toEqual({ kind: 'cosign' });
    for (const [from, to] of [
      [1, 2],
      [4, 8],
      [7, 20],
      [20, 20],
    ] as const) {
      expect(await answer(request(from, to), from)).toEqual({ kind: 'cosign' });
    }
  });
});

describe('a request is refused', () => {
  const note = signCheckpoint(log.name, head(9), log.signer);
  const line = EMPTY_ROOT.toString('base64');
  const good = addCheckpointText(7, [EMPTY_ROOT], note);

  it.each([
    ['with nothing', ''],
    ['without an old size', good.replace('old 7\n', '')],
    ['with a leading zero', good.replace('old 7', 'old 07')],
    ['with a negative size', good.replace('old 7', 'old -7')],
    ['with two blanks', good.replace('old 7', 'old  7')],
    ['with a line that is no hash', good.replace(line, line.slice(4))],
    ['with 64 hashes', good.replace(`${line}\n`, `${line}\n`.repeat(64))],
    ['with a carriage return', good.replace('old 7\n', 'old 7\r\n')],
  ])('%s', (_name, text) => {
    expect(parseAddCheckpoint(text)).toMatchObject({ ok: false, refusal: { code: 'request-malformed' } });
  });

  it('whose checkpoint is no checkpoint', () => {
    expect(parseAddCheckpoint(good.slice(0, -1))).toMatchObject({ refusal: { code: 'note-malformed' } });
    expect(parseAddCheckpoint(good.replace('\n9\n', '\n09\n'))).toMatchObject({
      refusal: { code: 'checkpoint-malformed' },
    });
  });

  it('and 63 hashes are not too many', () => {
    expect(parseAddCheckpoint(good.replace(`${line}\n`, `${line}\n`.repeat(63)))).toMatchObject({ ok: true });
  });
});
