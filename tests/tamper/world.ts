import { SAMPLE_ENTRIES } from '#adapters/journal/sample-entries.ts';
import { encodeMark } from '#domain/journal/acknowledged.ts';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import { encodeFrame, sealFrame } from '#domain/journal/frame.ts';
import { encodeSegmentHead, segmentFileName } from '#domain/journal/segment.ts';
import { signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { cosign } from '#domain/ledger/cosignature.ts';
import { entryBytes, type LedgerEntry } from '#domain/ledger/entry.ts';
import { EMPTY_LOG, grow, type Leaf, type LogTree, supersededPrefixes } from '#domain/ledger/grow.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { type LedgerPolicy, parsePolicy } from '#domain/ledger/policy.ts';
import { type SampleKey, sampleKey } from '#domain/ledger/sample-keys.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import { CHECKPOINT_PATH } from '#domain/ledger/store.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import type { TreeHead } from '#domain/ledger/verify-proof.ts';
import { between, pick, type Random } from '../support/random.ts';

export const LOG = sampleKey('log', 'acgs.example/ledger', 1);
export const WITNESSES = [sampleKey('witness', 'w1.example', 11), sampleKey('witness', 'w2.example', 12)];
/** Both have to cosign. A third whose line is optional could be struck out without any loss, and so without being missed. */
export const POLICY: LedgerPolicy = policyOf();

/** A node's journal as it lies on its disk. */
export interface JournalFiles {
  readonly segments: ReadonlyMap<string, Buffer>;
  readonly mark: Buffer;
}

/** Everything that a tamperer can reach. */
export interface Files {
  readonly objects: ReadonlyMap<string, Buffer>;
  readonly journals: ReadonlyMap<string, JournalFiles>;
}

/** What one record is made of, to make a journal of it again. */
export interface SourceRecord {
  readonly payload: string;
  /** Begins a new segment. */
  readonly isFirst: boolean;
}

/** A log as it came about, with everything that was ever true of it. */
export interface World {
  readonly files: Files;
  /** As the files were when earlier checkpoints were signed, the oldest first; the present is not among them. */
  readonly past: readonly Files[];
  /** What an auditor outside has seen: trees of this log, the last one too. */
  readonly known: readonly TreeHead[];
  readonly sources: ReadonlyMap<string, readonly SourceRecord[]>;
  readonly leaves: readonly Leaf[];
}

const OUTCOME = SAMPLE_ENTRIES.find((entry) => entry.kind === 'outcome');

/** A log of some nodes that grew batch by batch, each batch with its checkpoint: mostly small, some with several tiles. */
export function createWorld(random: Random): World {
  const records = pick(random, [between(random, 1, 40), between(random, 1, 40), between(random, 200, 600)]);
  const nodes = Array.from({ length: between(random, 1, 4) }, (_, at) => `node-${at + 1}`);
  const sources = new Map<string, SourceRecord[]>();
  const leaves: Leaf[] = [];
  const positions = new Map<string, ChainPosition>();
  const stops = new Set([
    records,
    ...Array.from({ length: between(random, 0, 5) }, () => between(random, 1, records + 1)),
  ]);
  let tree: LogTree = EMPTY_LOG;
  let objects: ReadonlyMap<string, Buffer> = new Map();
  const snapshots: Files[] = [];
  const known: TreeHead[] = [];
  for (let count = 1; count <= records; count += 1) {
    const node = pick(random, nodes);
    const own = sources.get(node) ?? [];
    const payload = payloadOf(random, count);
    own.push({ payload, isFirst: own.length === 0 || random() < 0.02 });
    sources.set(node, own);
    const { position } = encodeFrame(positions.get(node) ?? genesisPosition(node), payload);
    positions.set(node, position);
    leaves.push(leafOf({ node, sequence: position.sequence, hash: position.hash.toString('hex') }));
    if (!stops.has(count)) continue;
    const grown = growFiles(tree, objects, leaves.slice(tree.edge.size));
    ({ tree, objects } = grown);
    const head = { size: tree.edge.size, root: tree.root };
    objects = new Map(objects).set(CHECKPOINT_PATH, checkpointBytes(head));
    snapshots.push({ objects, journals: journalsOf(sources) });
    known.push(head);
  }
  const files = snapshots.at(-1);
  if (files === undefined) throw new Error('a log has at least one checkpoint');
  return { files, past: snapshots.slice(0, -1), known, sources, leaves };
}

export function leafOf(entry: LedgerEntry): Leaf {
  const bytes = entryBytes(entry);
  return { entry, bytes, hash: leafHash(bytes) };
}

/** The objects of a log that has grown by these leaves, without those that are superseded. */
export function growFiles(tree: LogTree, objects: ReadonlyMap<string, Buffer>, leaves: readonly Leaf[]) {
  const growth = grow(tree, leaves);
  const prefixes = supersededPrefixes(tree.edge, growth.tree.edge.size);
  const kept = [...objects].filter(([path]) => !prefixes.some((prefix) => path.startsWith(prefix)));
  const grown = new Map([...kept, ...[...growth.objects.values()].map(({ path, bytes }) => [path, bytes] as const)]);
  return { tree: growth.tree, objects: grown };
}

export function checkpointBytes(
  head: TreeHead,
  log: SampleKey = LOG,
  witnesses: readonly SampleKey[] = WITNESSES,
): Buffer {
  const note = signCheckpoint(LOG.name, head, log.signer);
  const lines = witnesses.map(({ name, signer }) => cosign(note.text, name, signer, 1_700_000_000 + head.size));
  return Buffer.from(noteText({ text: note.text, signatures: [...note.signatures, ...lines] }));
}

/** A journal that holds these records, all of them acknowledged. */
export function journalOf(node: string, sources: readonly SourceRecord[]): JournalFiles {
  const segments = new Map<string, Buffer>();
  let position = genesisPosition(node);
  let parts: Buffer[] = [];
  const finish = () => {
    if (parts.length > 0) segments.set(segmentFileName(segments.size + 1), Buffer.concat(parts));
  };
  for (const { payload, isFirst } of sources) {
    if (isFirst) {
      finish();
      parts = [encodeSegmentHead({ number: segments.size + 1, node, after: position })];
    }
    const frame = encodeFrame(position, payload);
    sealFrame(frame.bytes, position.sequence);
    parts.push(frame.bytes);
    position = frame.position;
  }
  finish();
  return { segments, mark: encodeMark(position) };
}

export function payloadOf(random: Random, number: number): string {
  if (OUTCOME?.kind !== 'outcome') throw new Error('one of the samples is an outcome');
  const outcome = { ...OUTCOME.outcome, timeMs: number, durationMs: between(random, 0, 1_000_000) };
  return JSON.stringify({ kind: 'outcome', outcome });
}

function journalsOf(sources: ReadonlyMap<string, readonly SourceRecord[]>): ReadonlyMap<string, JournalFiles> {
  return new Map([...sources].map(([node, records]) => [node, journalOf(node, records)]));
}

function policyOf(): LedgerPolicy {
  const lines = [
    `log ${verifierKeyText(LOG.verifier)}`,
    ...WITNESSES.map(({ name, verifier }) => `witness ${name} ${verifierKeyText(verifier)}`),
    `group both all ${WITNESSES.map(({ name }) => name).join(' ')}`,
    'quorum both',
    '',
  ];
  const policy = parsePolicy(Buffer.from(lines.join('\n')));
  if (!policy.ok) throw new Error(policy.refusal.message);
  return policy.value;
}
