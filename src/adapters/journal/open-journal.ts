import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lock, lockDirectory } from '#adapters/directory-lock.ts';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import { type DamageCode, damageRefusal } from '#domain/journal/damage.ts';
import { type Journal, JournalUnavailable } from '#domain/journal/journal.ts';
import { type Recovery, recover } from '#domain/journal/recover.ts';
import { NODE_ID_PATTERN } from '#domain/journal/segment.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { journalBytes, makeDirectory } from './directory.ts';
import { openMarkFile } from './mark-file.ts';
import { readRecords } from './reader.ts';
import { createSegmentFile, openSegmentFile, type SegmentFile } from './segment-file.ts';
import { createSegmentIndex, type SegmentIndex } from './segment-index.ts';
import { createWriter, type WriterLimits } from './writer.ts';

/** Segments are read whole when a journal is opened: this is the memory that takes. */
const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;
/** At 3,000 appends/s this is more than a second of a disk that does not answer. */
const QUEUE_RECORDS_MAX = 4096;
const QUEUE_BYTES_MAX = 64 * 1024 * 1024;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

export interface JournalOptions extends Partial<WriterLimits> {
  /** Made when it is not there. One node's journal, and nothing else. */
  readonly directory: string;
  /** The node's id; by default the one that the journal was begun with, or a new UUID. */
  readonly node?: string;
  /** Called with how long each write with its sync took, in milliseconds. */
  readonly onSynced?: (durationMs: number) => void;
}

export interface OpenedJournal extends Journal {
  /** For a reader in another process. */
  readonly directory: string;
  /** What was found: records, and the bytes of an unfinished write that were cut off (none of them was acknowledged). */
  readonly recovered: { readonly records: number; readonly tornBytes: number };
  /** Records that wait for the disk. */
  waiting(): number;
}

export type OpenRefusalCode = DamageCode | 'journal-locked' | 'node-id-invalid';

/**
 * Opens a node's journal for writing, after checking every byte of it. Refuses a damaged one, changing nothing, and one that
 * another process writes.
 * @throws {JournalUnavailable} when the directory or its files cannot be read or written
 */
export async function openJournal(options: JournalOptions): Promise<Result<OpenedJournal, OpenRefusalCode>> {
  const { directory, node } = options;
  if (node !== undefined && !NODE_ID_PATTERN.test(node)) {
    return refuse('node-id-invalid', `not a node id: ${JSON.stringify(node)} (letters, digits and ._:- , at most 64)`);
  }
  try {
    await makeDirectory(directory);
    const locked = await lockDirectory(directory);
    if (!locked.ok) return refuse('journal-locked', `the journal is in use: ${locked.refusal.message}`);
    try {
      const opened = await openLocked(options, locked.value);
      if (!opened.ok) locked.value.release();
      return opened;
    } catch (error) {
      locked.value.release();
      throw error;
    }
  } catch (cause) {
    throw new JournalUnavailable(`the journal in ${directory} cannot be opened`, { cause });
  }
}

async function openLocked(options: JournalOptions, lock: Lock): Promise<Result<OpenedJournal, OpenRefusalCode>> {
  const { directory } = options;
  const index = createSegmentIndex();
  const recovery = await recoverIndexed(directory, index);
  if (recovery.kind === 'damaged') return { ok: false, refusal: damageRefusal(recovery.damage) };
  const known = recovery.kind === 'recovered' ? recovery.node : undefined;
  const node = known ?? options.node ?? randomUUID();
  if (options.node !== undefined && options.node !== node) {
    return refuse('node-different', `the journal is of node ${node}, not of ${options.node}`, directory);
  }
  if (recovery.unborn !== undefined) await rm(join(directory, recovery.unborn));
  const limits = {
    segmentBytesMax: options.segmentBytesMax ?? SEGMENT_BYTES_MAX,
    queueRecordsMax: options.queueRecordsMax ?? QUEUE_RECORDS_MAX,
    queueBytesMax: options.queueBytesMax ?? QUEUE_BYTES_MAX,
    batchBytesMax: options.batchBytesMax ?? BATCH_BYTES_MAX,
  };
  const { position, segment, mark } = await begin({ directory, node, recovery, index }, limits.segmentBytesMax);
  const writer = createWriter({
    ...{ directory, node, position, segment, mark, index, limits },
    ...(options.onSynced === undefined ? {} : { onSynced: options.onSynced }),
  });
  const tornBytes = recovery.kind === 'recovered' ? recovery.tornBytes : 0;
  let closing: Promise<void> | undefined;
  return ok({
    node,
    directory,
    recovered: { records: position.sequence, tornBytes },
    append: writer.append,
    appendAll: writer.appendAll,
    waiting: writer.waiting,
    head() {
      const { sequence, hash } = writer.head();
      return { sequence, hash: hash.toString('hex') };
    },
    read: (fromSequence) => readRecords({ directory, node, index }, fromSequence, writer.head()),
    get writable() {
      return writer.writable;
    },
    close() {
      closing ??= writer.close().finally(() => lock.release());
      return closing;
    },
  });
}

/** Recovers, and notes in `index` where the records are. */
export async function recoverIndexed(directory: string, index: SegmentIndex): Promise<Recovery> {
  let current: string | undefined;
  const recovery = await recover(await journalBytes(directory), (file, frame, offset) => {
    if (file !== current) index.begin(file, frame.sequence);
    current = file;
    index.add(frame.sequence, offset);
    return undefined;
  });
  // A segment without a record was not visited, and the next record goes there.
  const last = recovery.kind === 'recovered' ? recovery.segments.at(-1) : undefined;
  if (last !== undefined && last.file !== current) index.begin(last.file, last.end.sequence + 1);
  return recovery;
}

interface Begun {
  readonly position: ChainPosition;
  readonly segment: SegmentFile;
  readonly mark: ReturnType<typeof openMarkFile>;
}

/** Makes durable what was found, in this order: log, then mark, so that the mark is never ahead. A first segment comes after both. */
async function begin(
  found: {
    readonly directory: string;
    readonly node: string;
    readonly recovery: Exclude<Recovery, { kind: 'damaged' }>;
    readonly index: SegmentIndex;
  },
  bytesMax: number,
): Promise<Begun> {
  const { directory, node, recovery, index } = found;
  if (recovery.kind === 'empty') {
    const position = genesisPosition(node);
    const mark = openMarkFile(directory, position);
    const segment = await createSegmentFile(directory, { number: 1, node, after: position }, bytesMax);
    index.begin(segment.file, 1);
    return { position, segment, mark };
  }
  const last = recovery.segments.at(-1);
  if (last === undefined) throw new Error('a recovered journal has a segment');
  const segment = await openSegmentFile(directory, last.number, { soundBytes: last.soundBytes, bytesMax });
  return { position: recovery.position, segment, mark: openMarkFile(directory, recovery.position) };
}
