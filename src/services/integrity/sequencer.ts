import { setTimeout as sleep } from 'node:timers/promises';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import { type AdmitRefused, admit, type ShippedRecord } from '#domain/ledger/admit.ts';
import { entryBytes, type LedgerEntry } from '#domain/ledger/entry.ts';
import { type Leaf, type LogTree, supersededPrefixes } from '#domain/ledger/grow.ts';
import { INTAKE_ENTRIES_MAX } from '#domain/ledger/intake.ts';
import type { LogIdentity } from '#domain/ledger/log-identity.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import {
  type AcquireLease,
  CHECKPOINT_PATH,
  type IntakeLog,
  LeaseLost,
  type LedgerObject,
  type LedgerStore,
  LedgerUnavailable,
  type SequencerLease,
} from '#domain/ledger/store.ts';
import type { Collected } from '#domain/ledger/witness-client.ts';
import { differenceFrom } from './difference.ts';
import { createGrowingTree, type GrowingTree } from './growing-tree.ts';
import { createIntakeObjects } from './intake-objects.ts';
import { inOrder, prepareCheckpoint, type Witnessing } from './publish.ts';
import { type AcceptedBatch, recoverLog } from './recover.ts';

/** Records that wait for storage; one more is refused. At 10,000/s this is two seconds of a disk that does not answer. */
const QUEUE_RECORDS_MAX = 20_000;
/** Accepted and not under a published checkpoint: what is kept in memory, some 1 KB each, while witnesses are away. */
const PENDING_LEAVES_MAX = 200_000;
/** How long after a failure, and how often while another process leads, leading is tried again. */
const LEAD_AGAIN_MS = 500;
/** How often accepted entries are taken into the tree and what is full by them is stored: little at a time, so that no answer waits for much. */
const GROW_EVERY_MS = 100;

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
  /** As of the published checkpoint. */
  tree: LogTree;
  readonly growing: GrowingTree;
  size: number;
  /** Accepted since, and how many of them are in `growing`. */
  batches: AcceptedBatch[];
  grown: number;
  /** Time for the next checkpoint. */
  isDue: boolean;
  published: Buffer | undefined;
  /** A checkpoint that is being put in the place of `published`. */
  publishing: Buffer | undefined;
  /** What was published, with cosignatures that came later. */
  completed: { readonly of: Buffer; readonly checkpoint: LedgerObject } | undefined;
}

/**
 * Appends records of many nodes to one log, in the order in which they come.
 *
 *   append ──▶ queue ──▶ one batch in the intake (the commit point) ──▶ answered
 *                        ten times a second: into the tree; tiles that are full are stored
 *                        every interval: signature, cosignatures ──▶ the partial tiles ──▶ checkpoint, by compare and swap
 *
 * Why a process that was the sequencer, and does not know that it no longer is, does no harm. On one machine there is none: the kernel's lock ends
 * with its holder. In object storage its next batch is an object at an index that the new one has used: making it fails. Unless that object was
 * removed: then a checkpoint beyond the index was published before, and the look at the checkpoint that follows every batch, before it is answered,
 * finds another than its own. The lease and its fencing token keep it from getting even that far.
 */
export function createSequencer(deps: {
  readonly store: LedgerStore;
  /** Objects of the store, unless there is something better. */
  readonly intake?: IntakeLog;
  readonly acquireLease: AcquireLease;
  readonly identity: LogIdentity;
  readonly witnessing: Witnessing;
  /** Between two checkpoints, in milliseconds, while there is something to sign. */
  readonly intervalMs: number;
  readonly nowMs: () => number;
  readonly onEvent: (event: SequencerEvent) => void;
}): Sequencer {
  const { store, acquireLease, identity, intervalMs, nowMs, onEvent } = deps;
  const intake = deps.intake ?? createIntakeObjects(store);
  const witnessing = { ...deps.witnessing, witnesses: deps.witnessing.witnesses.map(inOrder) };
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
      else await advance(at).catch((error: unknown) => lose(at, error));
      const waitMs = leading === undefined ? LEAD_AGAIN_MS : Math.min(intervalMs, GROW_EVERY_MS);
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  async function lead(): Promise<void> {
    let lease: SequencerLease | undefined;
    try {
      lease = await acquireLease();
      if (lease === undefined) return;
      const held = lease;
      const { tree, published, positions, batches } = await recoverLog({ store, intake }, identity, nowMs());
      await intake.forget(tree.edge.size);
      const size = tree.edge.size + batches.reduce((sum, { leaves }) => sum + leaves.length, 0);
      const growing = createGrowingTree(tree, store, () => held.check());
      leading = {
        ...{ lease, positions, tree, growing, size, published },
        ...{ batches: [...batches], grown: 0, isDue: true, publishing: undefined, completed: undefined },
      };
      isLossTold = false;
      onEvent({ kind: 'leading', holder: lease.holder, size, recovered: size - tree.edge.size });
    } catch (error) {
      await intake.close().catch(() => undefined);
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
    // What is being written is in the log before somebody else reads it.
    await intake.close().catch(() => undefined);
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
        const refused = admission.kind === 'refused' ? admission : await differs(at, node, admission.last);
        if (refused === undefined) resolve({ kind: 'accepted', position, fresh: 0 });
        else {
          onEvent({ kind: 'records-refused', node, refused, expected: position.sequence + 1 });
          resolve({ kind: 'refused', refused, position });
        }
      }
    }
  }

  function differs(at: Leading, node: string, last: ShippedRecord): Promise<AdmitRefused | undefined> {
    const pending = at.batches.flatMap(({ leaves }) => leaves);
    return differenceFrom({ node, last }, pending, at.tree.edge.size, store.read);
  }

  async function commit(at: Leading, leaves: readonly Leaf[]): Promise<void> {
    const first = at.size;
    await at.lease.check();
    await intake.append({ first, entries: leaves.map(({ bytes }) => bytes) });
    if (intake.fencedBy === 'checkpoint') await look(at);
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

  async function advance(at: Leading): Promise<void> {
    await takeIn(at);
    if (at.isDue) await publish(at);
    else await complete(at);
  }

  async function takeIn(at: Leading): Promise<void> {
    const batches = at.batches.slice(at.grown);
    await at.growing.add(batches.flatMap(({ leaves }) => leaves));
    at.grown += batches.length;
  }

  async function publish(at: Leading): Promise<void> {
    const covered = at.batches.slice(0, at.grown);
    const [oldest] = covered;
    if (oldest === undefined && at.published !== undefined) return complete(at);
    at.isDue = false;
    setTimeout(() => {
      at.isDue = true;
    }, intervalMs).unref();
    const { size, root, tree } = at.growing;
    const rest = at.growing.rest();
    const unstored = new Map(rest.map(({ path, bytes }) => [path, bytes]));
    const read = async (path: string) => unstored.get(path) ?? store.read(path);
    const next = await prepareCheckpoint({ size, root }, { identity, witnessing, read });
    void next.all.then(({ checkpoint, others }) => {
      for (const { key, reply } of others) onEvent({ kind: 'not-cosigned', size, witness: key.name, reply });
      if (!checkpoint.bytes.equals(next.checkpoint.bytes)) at.completed = { of: next.checkpoint.bytes, checkpoint };
    });
    if (!next.isQuorum) return onEvent({ kind: 'quorum-missed', size });
    await at.lease.check();
    await store.ensure(rest);
    at.growing.restStored();
    await replaceCheckpoint(at, next.checkpoint);
    const before = at.tree.edge;
    at.tree = tree;
    at.batches = at.batches.slice(covered.length);
    at.grown = 0;
    onEvent({ kind: 'published', size, oldestMs: oldest === undefined ? 0 : nowMs() - oldest.acceptedMs });
    await intake.forget(size);
    const partial = await Promise.all(supersededPrefixes(before, size).map((prefix) => store.list(prefix)));
    await store.remove(partial.flat());
  }

  /** Cosignatures that came after the quorum are added to the published checkpoint, while it is the last one. */
  async function complete(at: Leading): Promise<void> {
    const { completed } = at;
    at.completed = undefined;
    if (completed !== undefined && at.published?.equals(completed.of) === true)
      await replaceCheckpoint(at, completed.checkpoint);
  }

  async function replaceCheckpoint(at: Leading, checkpoint: LedgerObject): Promise<void> {
    await at.lease.check();
    at.publishing = checkpoint.bytes;
    if (!(await store.replace(checkpoint, at.published))) {
      throw new LeaseLost('another sequencer has published a checkpoint');
    }
    at.published = checkpoint.bytes;
    at.publishing = undefined;
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
      await takeIn(at)
        .then(() => publish(at))
        .catch((error: unknown) => onEvent({ kind: 'leading-lost', error }));
      leading = undefined;
      await intake.close().catch(() => undefined);
      await at.lease.release().catch(() => undefined);
    },
  };
}

function leafOf(entry: LedgerEntry): Leaf {
  const bytes = entryBytes(entry);
  return { entry, bytes, hash: leafHash(bytes) };
}
