import { verifyTLogInclusion } from '@sigstore/verify/dist/tlog/index.js';
import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { cosign } from '#domain/ledger/cosignature.ts';
import { entryBytes, type LedgerEntry } from '#domain/ledger/entry.ts';
import { EMPTY_EDGE, integrate, type ReadTiles } from '#domain/ledger/integrate.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { proveInclusion } from '#domain/ledger/proof.ts';
import { type SampleKey, sampleKey } from '#domain/ledger/sample-keys.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import { tilePath } from '#domain/ledger/tile.ts';

/**
 * npm's own verifier of provenance reads our ledger. `verifyTLogInclusion` of @sigstore/verify is what it runs over an entry of
 * Rekor: it verifies the signature of the checkpoint under the log's key and name, hashes the entry as a leaf, and follows the
 * inclusion proof to the checkpoint's root. The package's `Verifier` calls it, and then wants the entry to be one of Rekor's
 * kinds, which ours is not; so it is called here by itself, from the file that it is in.
 */
type Entry = Parameters<typeof verifyTLogInclusion>[0];
type Authority = Parameters<typeof verifyTLogInclusion>[1][number];

const log = sampleKey('log', 'acgs.example/ledger', 1);
const witness = sampleKey('witness', 'w1.example', 11);
const SIZE = 700;
const entryOf = (index: number): LedgerEntry => ({
  node: 'node-1',
  sequence: index + 1,
  hash: index.toString(16).padStart(64, '0'),
});
const bytes = Array.from({ length: SIZE }, (_, index) => entryBytes(entryOf(index)));
const leaves = bytes.map(leafHash);

function authority({ name, signer, verifier }: SampleKey): Authority {
  return {
    // Rekor's second version names a log by the id of its note key, of which the first four bytes stand in each signature.
    logID: Buffer.from(verifier.id, 'hex'),
    baseURL: `https://${name}`,
    publicKey: signer.publicKey.key,
    validFor: { start: new Date(0), end: new Date(2 ** 42) },
  };
}

/** One of our proofs in the shape in which sigstore has one of Rekor's. */
async function rekorEntry(index: number, size: number): Promise<Entry> {
  const tree = integrate(EMPTY_EDGE, leaves.slice(0, size));
  const stored = new Map(tree.tiles.map(({ id, bytes: tile }) => [tilePath(id), tile]));
  const readTiles: ReadTiles = async (ids) => ids.map((id) => stored.get(tilePath(id)) ?? Buffer.alloc(0));
  const { text, signatures } = signCheckpoint(log.name, { size, root: tree.root }, log.signer);
  const cosigned = { text, signatures: [...signatures, cosign(text, witness.name, witness.signer, 1_700_000_000)] };
  return {
    logIndex: String(index),
    logId: { keyId: Buffer.from(log.verifier.id, 'hex') },
    kindVersion: { kind: 'acgs-ledger-entry', version: '1' },
    integratedTime: '0',
    inclusionPromise: undefined,
    inclusionProof: {
      logIndex: String(index),
      treeSize: String(size),
      rootHash: tree.root,
      hashes: [...(await proveInclusion(index, size, readTiles))],
      checkpoint: { envelope: noteText(cosigned) },
    },
    canonicalizedBody: bytes[index] ?? Buffer.alloc(0),
  };
}

function proofOf({ inclusionProof }: Entry) {
  if (inclusionProof?.checkpoint === undefined) throw new Error('the entry has a proof');
  return { ...inclusionProof, checkpoint: inclusionProof.checkpoint };
}

describe("npm's sigstore", () => {
  it('verifies our inclusion proofs: at the edges of tiles, in trees of one entry and of three tiles', async () => {
    for (const [index, size] of [
      [0, 1],
      [0, 2],
      [1, 2],
      [2, 3],
      [255, 256],
      [256, 257],
      [0, 512],
      [511, 513],
      [699, 700],
    ] as const) {
      const entry = await rekorEntry(index, size);
      expect(() => verifyTLogInclusion(entry, [authority(log)]), `${index} of ${size}`).not.toThrow();
    }
  });

  it('refuses another entry, another index, a changed, missing or additional hash, another tree, another key', async () => {
    const entry = await rekorEntry(300, SIZE);
    const proof = proofOf(entry);
    const [first, ...rest] = proof.hashes;
    if (first === undefined) throw new Error('the proof has hashes');
    const wrong: readonly (readonly [string, Entry])[] = [
      ['another entry', { ...entry, canonicalizedBody: bytes[301] ?? Buffer.alloc(0) }],
      ['another index', { ...entry, inclusionProof: { ...proof, logIndex: '301' } }],
      ['a changed hash', { ...entry, inclusionProof: { ...proof, hashes: [leafHash(first), ...rest] } }],
      ['a missing hash', { ...entry, inclusionProof: { ...proof, hashes: rest } }],
      ['an additional hash', { ...entry, inclusionProof: { ...proof, hashes: [first, ...proof.hashes] } }],
      [
        'another tree',
        { ...entry, inclusionProof: { ...proof, checkpoint: proofOf(await rekorEntry(300, 699)).checkpoint } },
      ],
    ];
    for (const [what, changed] of wrong) {
      expect(() => verifyTLogInclusion(changed, [authority(log)]), what).toThrow();
    }
    const other = { ...authority(log), publicKey: witness.signer.publicKey.key };
    expect(() => verifyTLogInclusion(entry, [other])).toThrow('invalid checkpoint signature');
    expect(() => verifyTLogInclusion(entry, [])).toThrow('invalid checkpoint signature');
  });
});
