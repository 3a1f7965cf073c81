import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { cosign } from '#domain/ledger/cosignature.ts';
import { naiveConsistency, naiveRoot } from '#domain/ledger/naive-tree.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { type Bytes, toBase64 } from '../../console/src/proof/bytes.ts';
import { isSignedByItsLog, parseCheckpoint } from '../../console/src/proof/checkpoint.ts';
import { isConsistent } from '../../console/src/proof/consistency.ts';
import { recallCheckpoint, rememberCheckpoint } from '../../console/src/proof/seen-checkpoint.ts';
import { cosignedBy, parseVerifierKey } from '../../console/src/proof/signed-note.ts';

/** What the browser checks, held against the tree by the letter of RFC 6962 and against notes that the ledger itself has signed. */

const entries = (count: number) => Array.from({ length: count }, (_, at) => Buffer.from(`entry ${at}`));
const plain = (buffer: Buffer): Bytes => Uint8Array.from(buffer);
const tree = (count: number) => ({ size: count, root: plain(naiveRoot(entries(count))) });
const sizes = fc.integer({ min: 1, max: 70 });

function flipped(bytes: Bytes): Bytes {
  return Uint8Array.from(bytes, (byte, at) => (at === 0 ? byte ^ 1 : byte));
}

describe('the browser’s own check of a Merkle tree', () => {
  it('accepts each right proof, and none with another root, another hash, one more or one less', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, first, which) => {
        const oldSize = 1 + (first % size);
        const proof = naiveConsistency(oldSize, entries(size)).map(plain);
        const [old, now] = [tree(oldSize), tree(size)];
        expect(await isConsistent(old, now, proof)).toBe(true);
        expect(await isConsistent(old, { ...now, root: flipped(now.root) }, proof)).toBe(false);
        expect(await isConsistent({ ...old, root: flipped(old.root) }, now, proof)).toBe(false);
        expect(await isConsistent(old, now, [...proof, old.root])).toBe(false);
        if (proof.length === 0) return;
        const at = which % proof.length;
        expect(await isConsistent(old, now, proof.toSpliced(at, 1))).toBe(false);
        expect(await isConsistent(old, now, proof.with(at, flipped(proof[at] ?? now.root)))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('takes a smaller tree for no continuation of a larger one', async () => {
    expect(await isConsistent(tree(5), tree(4), [])).toBe(false);
    expect(await isConsistent({ size: 0, root: tree(1).root }, tree(4), [])).toBe(true);
  });
});

describe('the browser’s own reading of a checkpoint', () => {
  const log = sampleKey('log', 'log.example/ledger', 1);
  const witness = sampleKey('witness', 'near.example', 2);
  const head = { size: 7, root: naiveRoot(entries(7)) };
  const note = signCheckpoint(log.name, head, log.signer);
  const cosigned = noteText({
    text: note.text,
    signatures: [...note.signatures, cosign(note.text, witness.name, witness.signer, 1_800_000_000)],
  });
  const keyOf = async (key: typeof log) => {
    const parsed = await parseVerifierKey(verifierKeyText(key.verifier));
    if (parsed === undefined) throw new Error('a key of the ledger is sound');
    return parsed;
  };

  it('refuses what is none', () => {
    for (const text of [
      '',
      'log\n',
      cosigned.slice(0, -1),
      cosigned.replace('\n7\n', '\n07\n'),
      // An empty line after the root: an extension that says nothing (C2SP tlog-checkpoint).
      cosigned.replace('\n\n', '\n\n\n'),
      cosigned.replace('— ', '- '),
    ])
      expect(parseCheckpoint(text)).toBeUndefined();
  });

  it('knows the log’s signature, and that of nobody else for it', async () => {
    const checkpoint = parseCheckpoint(cosigned);
    if (checkpoint === undefined) throw new Error('it is a checkpoint');
    expect([checkpoint.origin, checkpoint.size, toBase64(checkpoint.root)]).toEqual([
      log.name,
      7,
      head.root.toString('base64'),
    ]);
    expect(await isSignedByItsLog(checkpoint, await keyOf(log))).toBe(true);
    expect(await isSignedByItsLog(checkpoint, await keyOf(witness))).toBe(false);
    expect(await isSignedByItsLog(checkpoint, await keyOf(sampleKey('log', 'log.example/ledger', 3)))).toBe(false);
    const larger = parseCheckpoint(cosigned.replace('\n7\n', '\n8\n'));
    expect(larger === undefined || (await isSignedByItsLog(larger, await keyOf(log)))).toBe(false);
  });

  it('knows when a witness cosigned, and not for another text', async () => {
    const checkpoint = parseCheckpoint(cosigned);
    if (checkpoint === undefined) throw new Error('it is a checkpoint');
    const { note: signed } = checkpoint;
    expect(await cosignedBy(signed, await keyOf(witness))).toEqual({ signed: 'right', timeSeconds: 1_800_000_000 });
    expect(await cosignedBy(signed, await keyOf(sampleKey('witness', 'far.example', 4)))).toEqual({ signed: 'absent' });
    const other = { ...signed, text: `${signed.text}more\n` };
    expect(await cosignedBy(other, await keyOf(witness))).toEqual({ signed: 'wrong' });
  });

  it('refuses a key whose id is not its own', async () => {
    const text = verifierKeyText(log.verifier);
    expect(await parseVerifierKey(text.replace('+', '+0').replace(/\+0(.{7})./, '+0$1'))).toBeUndefined();
    expect(await parseVerifierKey('log.example')).toBeUndefined();
  });
});

describe('what the browser remembers', () => {
  const storage = () => {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => kept.set(key, text),
    };
  };

  it('is the last checkpoint of each log', () => {
    const [own, seen] = [storage(), { ...tree(3), atMs: 9 }];
    expect(recallCheckpoint(own, 'log')).toBeUndefined();
    rememberCheckpoint(own, 'log', seen);
    expect(recallCheckpoint(own, 'log')).toEqual(seen);
    expect(recallCheckpoint(own, 'other')).toBeUndefined();
  });

  it('is nothing where it was damaged, or where the browser keeps nothing', () => {
    for (const text of ['{', 'null', '7', '{"size":1.5,"root":"","atMs":1}', '{"size":1,"root":"AA==","atMs":1}'])
      expect(recallCheckpoint({ ...storage(), getItem: () => text }, 'log')).toBeUndefined();
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new Error('full');
      },
    };
    expect(() => rememberCheckpoint(full, 'log', { ...tree(1), atMs: 1 })).not.toThrow();
  });
});
