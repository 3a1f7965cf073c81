import type { JournalRecord } from '#domain/journal/journal.ts';
import { type LedgerEntry, parseLedgerEntry } from './entry.ts';
import { encodeBundle, parseBundle } from './entry-bundle.ts';
import { EMPTY_EDGE, integrate, rootOfEdge, type TreeEdge } from './integrate.ts';
import { HASH_BYTES, leafHash } from './merkle.ts';
import type { LedgerPolicy } from './policy.ts';
import { advance, encodePositions, POSITIONS_EVERY, positionsPath } from './positions.ts';
import { CHECKPOINT_PATH, type LedgerStoreReader } from './store.ts';
import { decodeUtf8 } from './text.ts';
import { bundlePath, parseTilePath, TILE_WIDTH, type Tile, tileIn, tilePath } from './tile.ts';
import { type VerifiedCheckpoint, verifyCheckpoint } from './verify-checkpoint.ts';
import type { TreeHead } from './verify-proof.ts';

/** What can be wrong with a ledger. Part of the public interface. */
export const LEDGER_FINDING_CODES = [
  'checkpoint-missing',
  'checkpoint-refused', // malformed, not signed by the log, or not cosigned by a quorum
  'rolled-back', // smaller than a tree that somebody has seen
  'forked', // not the continuation of a tree that somebody has seen
  'bundle-missing',
  'bundle-malformed',
  'entry-malformed',
  'sequence-wrong', // a node's record is missing, repeated or out of order
  'tile-missing',
  'tile-different',
  'root-different', // the entries are not those that the checkpoint was signed for
  'positions-different',
  'record-different', // a node's journal has another record at this place
  'journal-behind', // a node's journal ends before what the ledger has of it
] as const;
export type LedgerFindingCode = (typeof LEDGER_FINDING_CODES)[number];

/** The first difference between what is there and what has to be. */
export interface LedgerFinding {
  readonly code: LedgerFindingCode;
  /** An object of the ledger, or `journal of <node>`. */
  readonly where: string;
  /** What was expected and what was found, in words. */
  readonly what: string;
}

export type LedgerCheck =
  | { readonly kind: 'different'; readonly finding: LedgerFinding }
  | {
      readonly kind: 'sound';
      readonly checkpoint: VerifiedCheckpoint;
      readonly nodes: readonly {
        readonly node: string;
        /** Its last record that is in the ledger. */
        readonly sequence: number;
        readonly isJournalCompared: boolean;
      }[];
    };

export interface LedgerCheckInput {
  readonly store: LedgerStoreReader;
  readonly policy: LedgerPolicy;
  /** Trees of this log that somebody has seen: a witness, an auditor, an earlier check. */
  readonly known: readonly TreeHead[];
  /** Of the nodes whose journals are at hand, every record from the first. They have been checked by themselves. */
  readonly journals: ReadonlyMap<string, AsyncIterable<Pick<JournalRecord, 'sequence' | 'hash'>>>;
}

/**
 * Recomputes a ledger from its entries, and compares: every tile, the root, the signatures, the order of every node's records, the
 * journals that are at hand, and the trees that somebody has seen before. Reads one bundle at a time.
 */
export async function checkLedger(input: LedgerCheckInput): Promise<LedgerCheck> {
  const opened = await openCheckpoint(input);
  if ('code' in opened) return { kind: 'different', finding: opened };
  const walk = createWalk(input);
  try {
    const finding = await walkTree(input, opened.checkpoint, walk);
    if (finding !== undefined) return { kind: 'different', finding };
  } finally {
    await walk.close();
  }
  const nodes = [...walk.positions].map(([node, { sequence }]) => ({
    node,
    sequence,
    isJournalCompared: input.journals.has(node),
  }));
  return { kind: 'sound', checkpoint: opened, nodes };
}

async function openCheckpoint({ store, policy, known }: LedgerCheckInput): Promise<VerifiedCheckpoint | LedgerFinding> {
  const bytes = await store.read(CHECKPOINT_PATH);
  if (bytes === undefined) return found('checkpoint-missing', CHECKPOINT_PATH, 'there is no checkpoint');
  const verified = verifyCheckpoint(decodeUtf8(bytes) ?? '', policy);
  if (!verified.ok) return found('checkpoint-refused', CHECKPOINT_PATH, verified.refusal.message);
  const { size } = verified.value.checkpoint;
  const largest = Math.max(0, ...known.map((head) => head.size));
  if (size < largest) {
    return found('rolled-back', CHECKPOINT_PATH, `it has ${size} entries, and ${largest} have been seen`);
  }
  return verified.value;
}

/** Where a walk over the entries has got to. */
interface Walk {
  edge: TreeEdge;
  readonly positions: Map<string, { readonly sequence: number; readonly hash: Buffer }>;
  readonly journals: Map<string, AsyncIterator<Pick<JournalRecord, 'sequence' | 'hash'>>>;
  close(): Promise<void>;
}

function createWalk({ journals }: LedgerCheckInput): Walk {
  const iterators = new Map([...journals].map(([node, records]) => [node, records[Symbol.asyncIterator]()] as const));
  return {
    edge: EMPTY_EDGE,
    positions: new Map(),
    journals: iterators,
    async close() {
      for (const iterator of iterators.values()) await iterator.return?.();
    },
  };
}

async function walkTree(input: LedgerCheckInput, head: TreeHead, walk: Walk): Promise<LedgerFinding | undefined> {
  for (let index = 0; index * TILE_WIDTH < head.size; index += 1) {
    const entries = await readEntries(input.store, head.size, index);
    if ('code' in entries) return entries;
    const finding = (await takeIn(input, entries, index, walk)) ?? (await checkPositions(input.store, walk));
    if (finding !== undefined) return finding;
  }
  const partial = walk.edge.levels.flatMap((hashes, level): readonly Tile[] => {
    const id = tileIn(head.size, level, Math.floor(head.size / TILE_WIDTH ** (level + 1)));
    return id === undefined ? [] : [{ id, bytes: Buffer.concat(hashes) }];
  });
  const finding = await checkTiles(input.store, partial);
  if (finding !== undefined) return finding;
  const root = rootOfEdge(walk.edge);
  if (!root.equals(head.root)) {
    return found('root-different', CHECKPOINT_PATH, `the entries have the root ${root.toString('base64')}`);
  }
  return forkedFrom(input.known, walk.edge) ?? checkOtherTiles(input.store, head.size);
}

/** The entries of one bundle, or what is wrong with it. */
async function readEntries(
  store: LedgerStoreReader,
  size: number,
  index: number,
): Promise<readonly Buffer[] | LedgerFinding> {
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  const path = bundlePath({ index, width });
  const read = await readWidest(store, path, bundlePath({ index, width: TILE_WIDTH }));
  if (read === undefined) return found('bundle-missing', path, 'it is not there');
  const bundle = parseBundle(read.bytes);
  if (!bundle.ok) return found('bundle-malformed', read.path, bundle.refusal.message);
  const expected = read.path === path ? width : TILE_WIDTH;
  if (bundle.value.length !== expected) {
    return found('bundle-malformed', read.path, `it has ${bundle.value.length} entries, expected ${expected}`);
  }
  return bundle.value.slice(0, width);
}

/** Checks the entries of one bundle and grows the recomputed tree by them. */
async function takeIn(
  input: LedgerCheckInput,
  entries: readonly Buffer[],
  index: number,
  walk: Walk,
): Promise<LedgerFinding | undefined> {
  const start = index * TILE_WIDTH;
  for (const [at, bytes] of entries.entries()) {
    const entry = parseLedgerEntry(bytes);
    const where = `entry ${start + at}`;
    if (!entry.ok) return found('entry-malformed', where, entry.refusal.message);
    const finding = await follow(entry.value, where, walk);
    if (finding !== undefined) return finding;
  }
  const hashes = entries.map(leafHash);
  for (const [from, to] of stretches(input.known, start, start + entries.length)) {
    const grown = integrate(walk.edge, hashes.slice(from - start, to - start));
    walk.edge = grown.edge;
    const full = grown.tiles.filter(({ id }) => id.width === TILE_WIDTH);
    const finding = (await checkTiles(input.store, full)) ?? forkedFrom(input.known, walk.edge);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

/** One entry must be the next record of its node, and the one that the node's journal has there. */
async function follow(entry: LedgerEntry, where: string, walk: Walk): Promise<LedgerFinding | undefined> {
  const { node, sequence, hash } = entry;
  const before = walk.positions.get(node)?.sequence ?? 0;
  if (sequence !== before + 1) {
    return found('sequence-wrong', where, `record ${sequence} of ${node} follows record ${before}`);
  }
  advance(walk.positions, entry);
  const journal = walk.journals.get(node);
  if (journal === undefined) return undefined;
  const next = await journal.next();
  if (next.done === true) {
    return found('journal-behind', `journal of ${node}`, `it ends before record ${sequence}, which the ledger has`);
  }
  if (next.value.sequence !== sequence || next.value.hash !== hash) {
    return found('record-different', `journal of ${node}`, `record ${sequence} is not the one that the ledger has`);
  }
  return undefined;
}

/** The stretches of a bundle between the sizes at which the tree is compared with one that was seen. */
function stretches(known: readonly TreeHead[], start: number, end: number): readonly (readonly [number, number])[] {
  const stops = known.map(({ size }) => size).filter((size) => size > start && size < end);
  const bounds = [start, ...[...new Set(stops)].toSorted((a, b) => a - b), end];
  return bounds.slice(1).map((bound, at) => [bounds[at] ?? start, bound] as const);
}

function forkedFrom(known: readonly TreeHead[], edge: TreeEdge): LedgerFinding | undefined {
  const here = known.filter(({ size }) => size === edge.size);
  if (here.length === 0) return undefined;
  const root = rootOfEdge(edge);
  return here.every((head) => head.root.equals(root))
    ? undefined
    : found('forked', CHECKPOINT_PATH, `at ${edge.size} entries another tree has been seen`);
}

async function checkTiles(store: LedgerStoreReader, tiles: readonly Tile[]): Promise<LedgerFinding | undefined> {
  for (const { id, bytes } of tiles) {
    const path = tilePath(id);
    const read = await readWidest(store, path, tilePath({ ...id, width: TILE_WIDTH }));
    if (read === undefined) return found('tile-missing', path, 'it is not there');
    const isSame = read.path === path ? read.bytes.equals(bytes) : read.bytes.subarray(0, bytes.length).equals(bytes);
    if (!isSame) return found('tile-different', read.path, firstDifference(bytes, read.bytes, id.level, id.index));
  }
  return undefined;
}

function firstDifference(expected: Buffer, actual: Buffer, level: number, index: number): string {
  let at = 0;
  const isSame = (from: number) =>
    actual.subarray(from, from + HASH_BYTES).equals(expected.subarray(from, from + HASH_BYTES));
  while (at < expected.length && isSame(at)) at += HASH_BYTES;
  if (at >= expected.length) return `it has ${actual.length} bytes, expected ${expected.length}`;
  const place = index * TILE_WIDTH + at / HASH_BYTES;
  return level === 0
    ? `entry ${place} does not have the hash that stands here`
    : `hash ${place} of its level is another`;
}

async function checkPositions(store: LedgerStoreReader, { edge, positions }: Walk): Promise<LedgerFinding | undefined> {
  if (edge.size === 0 || edge.size % POSITIONS_EVERY !== 0) return undefined;
  const path = positionsPath(edge.size);
  const bytes = await store.read(path);
  if (bytes?.equals(encodePositions(edge.size, positions)) === true) return undefined;
  return found(
    'positions-different',
    path,
    bytes === undefined ? 'it is not there' : 'it does not follow from the entries',
  );
}

/** Partial tiles of earlier trees may still be there; what they say must be what the fuller ones say. */
async function checkOtherTiles(store: LedgerStoreReader, size: number): Promise<LedgerFinding | undefined> {
  for (const path of await store.list('tile/')) {
    const parsed = parseTilePath(path);
    if (parsed === undefined) return found('tile-different', path, 'it is no path of a tile or bundle');
    const { index, width } = parsed.id;
    const level = parsed.kind === 'tile' ? parsed.id.level : 0;
    const here = tileIn(size, level, index);
    // What goes beyond the signed tree is not signed for: it is being written, or was when the writer was stopped.
    if (here === undefined || width >= here.width) continue;
    const isTile = parsed.kind === 'tile';
    const pathOf = (of: number) => (isTile ? tilePath({ level, index, width: of }) : bundlePath({ index, width: of }));
    const whole = await readWidest(store, pathOf(here.width), pathOf(TILE_WIDTH));
    const partial = await store.read(path);
    // Removed in between: it was superfluous.
    if (partial === undefined) continue;
    const expected = isTile ? whole?.bytes.subarray(0, width * HASH_BYTES) : beginningOf(whole?.bytes, width);
    if (expected?.equals(partial) !== true) {
      return found('tile-different', path, 'it is not the beginning of the fuller one of the same index');
    }
  }
  return undefined;
}

/** The first entries of a bundle, as the bundle that they were. */
function beginningOf(bytes: Buffer | undefined, width: number): Buffer | undefined {
  const bundle = parseBundle(bytes ?? Buffer.alloc(0));
  return bundle.ok ? encodeBundle(bundle.value.slice(0, width)) : undefined;
}

/** A partial object, or the full one that has taken its place (C2SP tlog-tiles, Partial tiles). */
async function readWidest(store: LedgerStoreReader, path: string, fullPath: string) {
  for (const one of [path, fullPath]) {
    const bytes = await store.read(one);
    if (bytes !== undefined) return { path: one, bytes };
  }
  return undefined;
}

function found(code: LedgerFindingCode, where: string, what: string): LedgerFinding {
  return { code, where, what };
}
