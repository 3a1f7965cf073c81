import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCheckpoint, signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { cosign } from '#domain/ledger/cosignature.ts';
import { entryLeafHash, type LedgerEntry } from '#domain/ledger/entry.ts';
import { EMPTY_EDGE, integrate, type ReadTiles } from '#domain/ledger/integrate.ts';
import { parsePolicy } from '#domain/ledger/policy.ts';
import { proveConsistency, proveInclusion } from '#domain/ledger/proof.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import { decodeHash, decodeUtf8 } from '#domain/ledger/text.ts';
import { tlogProofText, verifyTlogProof } from '#domain/ledger/tlog-proof.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { verifyCheckpoint } from '#domain/ledger/verify-checkpoint.ts';
import { isConsistent, isIncluded } from '#domain/ledger/verify-proof.ts';
import { between, pick, type Random } from '../support/random.ts';
import { mutateText } from './mutate-text.ts';

/** One question that both verifiers get: the words for the second, and what the first says. */
export interface Case {
  readonly what: string;
  readonly words: readonly string[];
  readonly isVerified: boolean;
}

const log = sampleKey('log', 'acgs.example/ledger', 1);
const witnesses = ['w1.example', 'w2.example', 'ä.example'].map((name, at) => sampleKey('witness', name, 11 + at));
const stranger = sampleKey('witness', 'stranger', 99);
const TREE_SIZE_MAX = 300;
const entryOf = (index: number): LedgerEntry => ({
  node: 'node-1',
  sequence: index + 1,
  hash: index.toString(16).padStart(64, '0'),
});
const leaves = Array.from({ length: TREE_SIZE_MAX }, (_, index) => entryLeafHash(entryOf(index)));

const policyBytes = (quorum: string) =>
  Buffer.from(
    [
      '# whom to believe',
      `log ${verifierKeyText(log.verifier)} https://acgs.example/`,
      ...witnesses.map(({ verifier }, at) => `witness w${at + 1} ${verifierKeyText(verifier)}`),
      'group two 2 w1 w2 w3',
      `quorum ${quorum}`,
      '',
    ].join('\n'),
  );

/** Makes cases, and the files that they speak of below `root`. Good material and bad, one as often as the other. */
export function createCases(root: string, random: Random) {
  const folder = mkdtempSync(join(root, 'cases-'));
  let files = 0;
  const file = (bytes: Buffer | string): string => {
    files += 1;
    const path = join(folder, String(files));
    writeFileSync(path, bytes);
    return path;
  };
  const maybe = (bytes: Buffer): Buffer => (random() < 0.6 ? mutateText(bytes, random) : bytes);

  function checkpointBytes(size: number): Buffer {
    const head = { size, root: treeOf(size).root };
    const note = signCheckpoint(log.name, head, log.signer);
    const cosigners = [...witnesses, stranger].filter(() => random() < 0.7);
    const lines = cosigners.map(({ name, signer }) => cosign(note.text, name, signer, between(random, 0, 2 ** 40)));
    return Buffer.from(noteText({ text: note.text, signatures: [...note.signatures, ...lines] }));
  }
  const policyFor = () => policyBytes(pick(random, ['none', 'w1', 'two']));
  const verified = (bytes: Buffer, policy: Buffer) => {
    const parsed = parsePolicy(policy);
    const text = decodeUtf8(bytes);
    if (!parsed.ok || text === undefined) return undefined;
    const result = verifyCheckpoint(text, parsed.value);
    return result.ok ? result.value.checkpoint : undefined;
  };

  return {
    file,
    checkpoint(): Case {
      const bytes = maybe(checkpointBytes(between(random, 0, TREE_SIZE_MAX)));
      const policy = random() < 0.3 ? maybe(policyFor()) : policyFor();
      return {
        what: 'checkpoint',
        words: ['checkpoint', file(bytes), '--policy', file(policy)],
        isVerified: verified(bytes, policy) !== undefined,
      };
    },

    async proof(): Promise<Case> {
      const size = between(random, 1, TREE_SIZE_MAX);
      const index = between(random, 0, size);
      const checkpoint = parseCheckpoint(checkpointBytes(size).toString());
      if (!checkpoint.ok) throw new Error(checkpoint.refusal.message);
      const extra = random() < 0.3 ? { extra: Buffer.from('more') } : {};
      const hashes = await proveInclusion(index, size, readTiles);
      const bytes = maybe(Buffer.from(tlogProofText({ index, hashes, checkpoint: checkpoint.value, ...extra })));
      const policy = policyFor();
      const parsed = parsePolicy(policy);
      const entry = entryOf(random() < 0.9 ? index : index + 1);
      const text = decodeUtf8(bytes);
      const isVerified =
        parsed.ok && text !== undefined && verifyTlogProof(text, entryLeafHash(entry), parsed.value).ok;
      const { node, sequence, hash } = entry;
      const words = ['--policy', file(policy), '--node', node, '--sequence', String(sequence), '--hash', hash];
      return { what: 'proof', words: ['proof', file(bytes), ...words], isVerified };
    },

    async consistency(): Promise<Case> {
      const size = between(random, 0, TREE_SIZE_MAX);
      const oldSize = between(random, 0, size + 1);
      const [old, recent] = [checkpointBytes(oldSize), checkpointBytes(size)];
      const bytes = maybe(hashLines(await proveConsistency(oldSize, size, readTiles)));
      const [first, second] = random() < 0.9 ? [old, recent] : [recent, old];
      const policy = policyBytes('none');
      const [firstHead, secondHead, hashes] = [verified(first, policy), verified(second, policy), linesOf(bytes)];
      const isVerified =
        firstHead !== undefined &&
        secondHead !== undefined &&
        hashes !== undefined &&
        isConsistent(firstHead, secondHead, hashes);
      const words = ['consistency', file(first), file(second), file(bytes), '--policy', file(policy)];
      return { what: 'consistency', words, isVerified };
    },

    /** Without signatures, so that nothing but the path decides; sizes and indexes are wrong as often as hashes. */
    async inclusion(): Promise<Case> {
      const size = between(random, 1, TREE_SIZE_MAX);
      const index = between(random, 0, size);
      const proof = [...(await proveInclusion(index, size, readTiles))];
      const hashes = pick(random, [
        proof,
        proof,
        proof.slice(1),
        [...proof, ...proof.slice(0, 1)],
        proof.toReversed(),
        proof.slice(0, -1),
      ]);
      const claimed = {
        index: pick(random, [index, index, index + 1, size]),
        size: pick(random, [size, size, size + 1, Math.max(0, size - 1)]),
      };
      const leaf = leaves[index] ?? Buffer.alloc(32);
      const { root } = treeOf(size);
      const numbers = ['--index', String(claimed.index), '--size', String(claimed.size)];
      return {
        what: 'inclusion',
        words: [
          'inclusion',
          file(hashLines(hashes)),
          '--leaf',
          leaf.toString('hex'),
          ...numbers,
          '--root',
          root.toString('hex'),
        ],
        isVerified: isIncluded(leaf, claimed.index, hashes, { size: claimed.size, root }),
      };
    },
  };
}

const readTiles: ReadTiles = async (tiles) =>
  tiles.map(({ level, index, width }) => {
    if (level === 0) return Buffer.concat(leaves.slice(index * 256, index * 256 + width));
    const { tiles: all } = integrate(EMPTY_EDGE, leaves.slice(0, width * 256));
    return all.find(({ id }) => id.level === level && id.index === index)?.bytes ?? Buffer.alloc(0);
  });

function treeOf(size: number) {
  return integrate(EMPTY_EDGE, leaves.slice(0, size));
}

function hashLines(hashes: readonly Buffer[]): Buffer {
  return Buffer.from(hashes.map((hash) => `${hash.toString('base64')}\n`).join(''));
}

/** The lines of a proof file of the second verifier; it is no format of ours, so this reading of it is the test's own. */
function linesOf(bytes: Buffer): readonly Buffer[] | undefined {
  const text = decodeUtf8(bytes);
  if (text === '') return [];
  if (text?.endsWith('\n') !== true) return undefined;
  const hashes = text.slice(0, -1).split('\n').map(decodeHash);
  return hashes.every((hash) => hash !== undefined) ? hashes : undefined;
}
