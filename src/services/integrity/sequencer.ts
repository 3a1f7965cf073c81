import { setTimeout as sleep } from 'node:timers/promises';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import { type AdmitRefused, admit, type ShippedRecord } from '#domain/ledger/admit.ts';
import { entryBytes, type LedgerEntry } from '#domain/ledger/entry.ts';
import { type Leaf, type LogTree, supersededPrefixes } from '#domain/ledger/grow.ts';
import { encodeIntake, INTAKE_ENTRIES_MAX, intakePath } from '#domain/ledger/intake.ts';
import { locate } from '#domain/ledger/locate.ts';
import type { LogIdentity } from '#domain/ledger/log-identity.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import {
  type AcquireLease,
  CHECKPOINT_PATH,
  LeaseLost,
  LedgerConflict,
  type LedgerStore,
  LedgerUnavailable,
  type SequencerLease,
} from '#domain/ledger/store.ts';
import type { Collected } from '#domain/ledger/witness-client.ts';
import { prepareCheckpoint, type Witnessing } from './publish.ts';
import { type AcceptedBatch, recoverLog } from './recover.ts';

/** Records that wait for storage; one more is refused. At 10,000/s this is two seconds of a disk that does not answer. */
const QUEUE_RECORDS_MAX = 20_000;
/** Accepted and not under a published checkpoint: what is kept in memory, some 1 KB each, while witnesses are away. */
const PENDING_LEAVES_MAX = 200_000;
/** How long after a failure, and how often while another process leads, leading is tried again. */
const LEAD_AGAIN_MS = 500;

export type AppendAnswer =
  /** All of it is in the ledger: `position` is the node's last record there, and the next one is expected after it. */
  | { readonly kind: 'accepted'; readonly position: ChainPosition; readonly fresh: number }
  /** Nothing of it was taken. */
  | { readonly kind: 'refused'; readonly refused: AdmitRefused; readonly position: ChainPosition };

export type SequencerEvent =
  | { readonly kind: 'leading'; readonly holder: string; readonly size: number; readonly recovered: number }
  /** This process no longer leads, for this reason; it tries again by itself. */
  | { readonly kind: 'leading-lost'; readonly error: unknown }
  | {
      readonly kind: 'records-refused';
      readonly node: string;
      readonly refused: AdmitRefused;
      readonly expected: number;
    }
  /** The checkpoint of this size is not published yet: too few witnesses have cosigned it. */
  | { readonly kind: 'quorum-missed'; readonly size: number }
  /** One that was asked did not cosign. `contradicts` means a rollback or a fork: an incident. */
  | {
      readonly kind: 'not-cosigned';
      readonly size: number;
      readonly witness: string;
      readonly reply: Collected['others'][number]['reply'];
    }
  | { readonly kind: 'published'; readonly size: number; readonly oldestMs: number };

export interface SequencerStatus {
  readonly isLeading: boolean;
  /** Entries accepted, and of them those under the published checkpoint. */
  readonly size: number;
  readonly publishedSize: number;
  /** When the oldest entry that is not yet under a checkpoint was accepted; undefined when all are. */
  readonly pendingSinceMs: number | undefined;
  readonly positions: ReadonlyMap<string, ChainPosition>;
}

export interface Sequencer {
  /** Resolves once it is on stable storage; no records ask for the position only. @throws {LedgerUnavailable} when that is not known: the caller ships it again */
  append(node: string, records: readonly ShippedRecord[]): Promise<AppendAnswer>;
  status(): SequencerStatus;
  /** Resolves when leading has been tried once, with whatever success. */
  readonly tried: Promise<void>;
  /** Publishes what was accepted, and gives the lease back. */
  close(): Promise<void>;
}

interface Waiting {
  readonly node: string;
  readonly records: readonly ShippedRecord[];
  readonly resolve: (answer: AppendAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** What a process knows while it is the sequencer. Given up as a whole when anything fails, and read anew from storage. */
interface Leading {
  readonly lease: SequencerLease;
  readonly positions: Map<string, ChainPosition>;
  tree: LogTree;
  size: number;
  batches: AcceptedBatch[];
  published: Buffer | undefined;
  /** A checkpoint that is being put in the place of `published`. */
  publishing: Buffer | undefined;
}

/**
 * Appends records of many nodes to one log, in the order in which they come.
 *
 *   append ──▶ queue ──▶ one intake object a batch, made if absent (the commit point) ──▶ answered
 *                        every interval: tree, signature, cosignatures ──▶ tiles ──▶ checkpoint, by compare and swap
 *
 * Why a process that was the sequencer, and does not know that it no longer is, does no harm. Its next batch is an object at
 * an index that the new one has used: making it fails. Unless that object was removed: then a checkpoint beyond the index was
 * published before, and the look at the checkpoint that follows every batch, before it is answered, finds another than its
 * own. The lease and its fencing token keep it from getting even that far.
 */
export function createSequencer(deps: {
  readonly store: LedgerStore;
  readonly acquireLease: AcquireLease;
  readonly identity: LogIdentity;
  readonly witnessing: Witnessing;
  /** Between two checkpoints, in milliseconds, while there is something to sign. */
  readonly intervalMs: number;
  readonly nowMs: () => number;
  readonly onEvent: (event: SequencerEvent) => void;
}): Sequencer {
  const { store, acquireLease, identity, witnessing, intervalMs, nowMs, onEvent } = deps;
  const closing = new AbortController();
  let leading: Leading | undefined;
  let isLossTold = false;
  let queue: Waiting[] = [];
  let queuedRecords = 0;
  let flushing: Promise<void> | undefined;

  let markTried: () => void = () => undefined;
  const tried = new Promise<void>((resolve) => {
    markTried = resolve;
  });
  const running = run();

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const at = leading;
      if (at === undefined) await lead().finally(markTried);
      else await publish(at).catch((error: unknown) => lose(at, error));
      const waitMs = leading === undefined ? LEAD_AGAIN_MS : intervalMs;
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  async function lead(): Promise<void> {
    let lease: SequencerLease | undefined;
    try {
      lease = await acquireLease();
      if (lease === undefined) return;
      const log = await recoverLog(store, identity, nowMs());
      await store.remove(log.coveredPaths);
      const size = log.tree.edge.size + log.batches.reduce((sum, { leaves }) => sum + leaves.length, 0);
      const { tree, published, positions } = log;
      leading = { lease, tree, published, positions, size, batches: [...log.batches], publishing: undefined };
      isLossTold = false;
      onEvent({ kind: 'leading', holder: lease.holder, size, recovered: size - tree.edge.size });
    } catch (error) {
      await lease?.release().catch(() => undefined);
      tellLoss(error);
    }
  }

  /** Once for each outage: it is tried again twice a second. */
  function tellLoss(error: unknown): void {
    if (!isLossTold) onEvent({ kind: 'leading-lost', error });
    isLossTold = true;
  }

  async function lose(lost: Leading, error: unknown): Promise<void> {
    if (leading !== lost) return;
    leading = undefined;
    tellLoss(error);
    await lost.lease.release().catch(() => undefined);
  }

  async function flush(): Promise<void> {
    // Requests that arrived in one turn of the event loop share a batch.
    await new Promise<void>((turn) => setImmediate(turn));
    while (queue.length > 0) {
      const at = leading;
      const taken = takeWaiting();
      try {
        if (at === undefined) throw new LedgerUnavailable('this process is not the sequencer');
        await appendAll(at, taken);
      } catch (error) {
        if (at !== undefined) await lose(at, error);
        const unavailable = new LedgerUnavailable('the records could not be put on stable storage', { cause: error });
        for (const { reject } of taken) reject(unavailable);
      }
    }
    flushing = undefined;
  }

  function takeWaiting(): readonly Waiting[] {
    let records = 0;
    let count = 0;
    for (const waiting of queue) {
      if (count > 0 && records + waiting.records.length > INTAKE_ENTRIES_MAX) break;
      records += waiting.records.length;
      count += 1;
    }
    const taken = queue.slice(0, count);
    queue = queue.slice(count);
    queuedRecords -= records;
    return taken;
  }

  async function appendAll(at: Leading, taken: readonly Waiting[]): Promise<void> {
    const moved = new Map<string, ChainPosition>();
    const positionOf = (node: string): ChainPosition =>
      moved.get(node) ?? at.positions.get(node) ?? genesisPosition(node);
    const entries: LedgerEntry[] = [];
    const admitted = taken.map((waiting) => {
      const { node, records } = waiting;
      const admission = admit(node, positionOf(node), records);
      if (admission.kind === 'fresh') {
        entries.push(...admission.entries);
        moved.set(node, admission.position);
      }
      return { waiting, admission, position: positionOf(node) };
    });
    if (entries.length > 0) await commit(at, entries.map(leafOf));
    for (const [node, position] of moved) at.positions.set(node, position);
    for (const { waiting, admission, position } of admitted) {
      const { node, resolve } = waiting;
      if (admission.kind === 'fresh') resolve({ kind: 'accepted', position, fresh: admission.entries.length });
      else {
        const refused = admission.kind === 'refused' ? admission : await difference(at, node, admission.last);
        if (refused === undefined) resolve({ kind: 'accepted', position, fresh: 0 });
        else {
          onEvent({ kind: 'records-refused', node, refused, expected: position.sequence + 1 });
          resolve({ kind: 'refused', refused, position });
        }
      }
    }
  }

  async function commit(at: Leading, leaves: readonly Leaf[]): Promise<void> {
    const first = at.size;
    const bytes = encodeIntake({ first, entries: leaves.map((leaf) => leaf.bytes) });
    await at.lease.check();
    if (!(await store.create({ path: intakePath(first), bytes }))) {
      throw new LedgerConflict(`another sequencer has written entry ${first}`);
    }
    await look(at);
    at.size += leaves.length;
    at.batches.push({ first, leaves, acceptedMs: nowMs() });
  }

  /** See `createSequencer`. */
  async function look(at: Leading): Promise<void> {
    // Both are asked for before and after the read: a checkpoint may be published meanwhile, by ourselves.
    const before = [at.published, at.publishing];
    const seen = await store.read(CHECKPOINT_PATH);
    const own = [...before, at.published, at.publishing];
    if (own.some((bytes) => (bytes === undefined ? seen === undefined : seen?.equals(bytes) === true))) return;
    throw new LeaseLost('another sequencer has published a checkpoint');
  }

  /** What is wrong with a record that was shipped again, when the ledger has another in its place. */
  async function difference(at: Leading, node: string, last: ShippedRecord): Promise<AdmitRefused | undefined> {
    const hash = last.hash.toString('hex');
    const isIt = ({ entry }: { readonly entry: LedgerEntry }): boolean =>
      entry.node === node && entry.sequence === last.sequence;
    const pending = at.batches.flatMap(({ leaves }) => leaves).find(isIt);
    const found = pending ?? (await locate({ node, sequence: last.sequence }, at.tree.edge.size, store.read));
    if (found?.entry.hash === hash) return undefined;
    const what = 'the ledger has another record at this place';
    return { kind: 'refused', code: 'record-different', sequence: last.sequence, what };
  }

  async function publish(at: Leading): Promise<void> {
    const batches = [...at.batches];
    const [oldest] = batches;
    if (oldest === undefined && at.published !== undefined) return;
    const leaves = batches.flatMap((batch) => batch.leaves);
    const next = await prepareCheckpoint({ tree: at.tree, identity, witnessing, read: store.read }, leaves);
    const { size } = next.tree.edge;
    for (const { key, reply } of next.others) onEvent({ kind: 'not-cosigned', size, witness: key.name, reply });
    if (!next.isQuorum) return onEvent({ kind: 'quorum-missed', size });
    await at.lease.check();
    await store.ensure(next.objects);
    await at.lease.check();
    at.publishing = next.checkpoint.bytes;
    if (!(await store.replace(next.checkpoint, at.published))) {
      throw new LeaseLost('another sequencer has published a checkpoint');
    }
    const before = at.tree.edge;
    at.published = next.checkpoint.bytes;
    at.publishing = undefined;
    at.tree = next.tree;
    at.batches = at.batches.slice(batches.length);
    onEvent({ kind: 'published', size, oldestMs: oldest === undefined ? 0 : nowMs() - oldest.acceptedMs });
    const prefixes = supersededPrefixes(before, size);
    const partial = await Promise.all(prefixes.map((prefix) => store.list(prefix)));
    await store.remove([...batches.map(({ first }) => intakePath(first)), ...partial.flat()]);
  }

  return {
    tried,
    append(node, records) {
      return new Promise((resolve, reject) => {
        if (closing.signal.aborted) return reject(new LedgerUnavailable('the ledger is closed'));
        if (leading === undefined) return reject(new LedgerUnavailable('this process is not the sequencer'));
        if (records.length === 0) {
          return resolve({
            kind: 'accepted',
            position: leading.positions.get(node) ?? genesisPosition(node),
            fresh: 0,
          });
        }
        if (queuedRecords + records.length > QUEUE_RECORDS_MAX)
          return reject(new LedgerUnavailable(`${queuedRecords} records wait for the ledger's storage already`));
        if (leading.size - leading.tree.edge.size > PENDING_LEAVES_MAX)
          return reject(new LedgerUnavailable('too many records wait for a checkpoint: are the witnesses there'));
        queue.push({ node, records, resolve, reject });
        queuedRecords += records.length;
        flushing ??= flush();
      });
    },
    status() {
      const at = leading;
      return {
        isLeading: at !== undefined,
        size: at?.size ?? 0,
        publishedSize: at?.tree.edge.size ?? 0,
        pendingSinceMs: at?.batches[0]?.acceptedMs,
        positions: at?.positions ?? new Map(),
      };
    },
    async close() {
      closing.abort();
      await running;
      await flushing;
      const at = leading;
      if (at === undefined) return;
      await publish(at).catch((error: unknown) => onEvent({ kind: 'leading-lost', error }));
      leading = undefined;
      await at.lease.release().catch(() => undefined);
    },
  };
}

function leafOf(entry: LedgerEntry): Leaf {
  const bytes = entryBytes(entry);
  return { entry, bytes, hash: leafHash(bytes) };
}
