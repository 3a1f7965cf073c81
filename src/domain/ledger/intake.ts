import { hash as digestOf } from 'node:crypto';
import { ok, type Result, refuse } from '#domain/result.ts';
import { ENTRY_BYTES_MAX } from './entry-bundle.ts';
import { decodeDecimal } from './text.ts';

/**
 * One batch of entries that was accepted and is not in a signed tree yet. Making this object is the commit point of an append:
 * its path is the index of its first entry, it is made only if it is not there, and batches follow each other without a gap.
 * So what is entry number n is settled once, by storage, whoever writes; every root follows from it.
 *
 *   acgs-ledger-intake-v1 <first index> <count> <SHA-256 of all after this line, hex>\n
 *   <entry>\n …
 */
export interface Intake {
  /** Index of the first entry in the tree. */
  readonly first: number;
  /** At least one. Entries are JSON on one line. */
  readonly entries: readonly Buffer[];
}

/** Entries of one batch: 4096 of about 160 bytes are what a disk syncs in a few milliseconds. */
export const INTAKE_ENTRIES_MAX = 4096;

export const INTAKE_PREFIX = 'intake/';
const FORMAT = 'acgs-ledger-intake-v1';
/** Digits of 2^53: paths sort like the numbers in them. */
const INDEX_DIGITS = 16;
const NEWLINE_BYTE = 0x0a;
/** Of the first line: format, two numbers of at most 16 digits, a hash. */
const HEAD_BYTES_MAX = 160;

export function intakePath(first: number): string {
  return `${INTAKE_PREFIX}${String(first).padStart(INDEX_DIGITS, '0')}`;
}

/** The first index in a path that `intakePath` made. */
export function intakeFirst(path: string): number | undefined {
  return /^intake\/\d{16}$/.test(path) ? Number(path.slice(INTAKE_PREFIX.length)) : undefined;
}

export function encodeIntake({ first, entries }: Intake): Buffer {
  if (entries.length === 0 || entries.length > INTAKE_ENTRIES_MAX) {
    throw new RangeError(`a batch has 1 to ${INTAKE_ENTRIES_MAX} entries, not ${entries.length}`);
  }
  const bytes = Buffer.allocUnsafe(HEAD_BYTES_MAX + entries.reduce((sum, { length }) => sum + length + 1, 0));
  let end = HEAD_BYTES_MAX;
  for (const entry of entries) {
    bytes.set(entry, end);
    end += entry.length;
    bytes[end] = NEWLINE_BYTE;
    end += 1;
  }
  // The head is put right before the body, wherever that makes it begin.
  const head = `${FORMAT} ${first} ${entries.length} ${bodySum(bytes.subarray(HEAD_BYTES_MAX))}\n`;
  const start = HEAD_BYTES_MAX - head.length;
  bytes.write(head, start, 'latin1');
  return bytes.subarray(start);
}

/** A batch on its own. */
export function parseIntake(bytes: Buffer): Result<Intake, 'intake-malformed'> {
  const batch = batchAt(bytes, 0);
  if (!batch.ok) return batch;
  return batch.value.end === bytes.length ? ok(batch.value.intake) : malformed('is followed by something else');
}

export interface IntakeRun {
  readonly batches: readonly Intake[];
  /** Index of the entry that would come next. */
  readonly next: number;
  /** Where the first byte stands that belongs to none of them. */
  readonly end: number;
}

/**
 * Batches that stand one after another and follow each other without a gap, from the one of entry `first` on. The run ends where no such batch stands:
 * at one that was being written when the writer died and was never answered, at bytes of an earlier use of the same file, or at zeroes.
 */
export function parseIntakeRun(bytes: Buffer, first: number): IntakeRun {
  const batches: Intake[] = [];
  let next = first;
  for (let end = 0; ; ) {
    const batch = batchAt(bytes, end);
    if (!batch.ok || batch.value.intake.first !== next) return { batches, next, end };
    batches.push(batch.value.intake);
    next += batch.value.intake.entries.length;
    end = batch.value.end;
  }
}

/**
 * Whether a batch of entry `next` or a later one stands anywhere from byte `end` on. A batch is begun only when the one before it is on stable storage, so behind a
 * torn one there is none: where there is, what is torn was whole once, and answered.
 */
export function hasLaterBatch(bytes: Buffer, { next, end }: Pick<IntakeRun, 'next' | 'end'>): boolean {
  for (let at = bytes.indexOf(FORMAT, end); at !== -1; at = bytes.indexOf(FORMAT, at + 1)) {
    const batch = batchAt(bytes, at);
    if (batch.ok && batch.value.intake.first >= next) return true;
  }
  return false;
}

/** The batch that begins at a byte, and where it ends. What follows is not looked at. */
function batchAt(bytes: Buffer, start: number): Result<{ intake: Intake; end: number }, 'intake-malformed'> {
  const head = bytes.subarray(start, start + HEAD_BYTES_MAX);
  const headEnd = head.indexOf(NEWLINE_BYTE);
  const [format, firstText = '', countText = '', sum] = head
    .subarray(0, Math.max(headEnd, 0))
    .toString('latin1')
    .split(' ');
  const first = decodeDecimal(firstText);
  const count = decodeDecimal(countText);
  if (format !== FORMAT || first === undefined || count === undefined) return malformed('has no head');
  if (count === 0 || count > INTAKE_ENTRIES_MAX) return malformed(`says that it has ${count} entries`);
  const bodyStart = start + headEnd + 1;
  const entries: Buffer[] = [];
  let at = bodyStart;
  while (entries.length < count) {
    const end = bytes.indexOf(NEWLINE_BYTE, at);
    if (end === -1 || end - at > ENTRY_BYTES_MAX) return malformed(`has no whole entry at byte ${at - start}`);
    entries.push(bytes.subarray(at, end));
    at = end + 1;
  }
  if (bodySum(bytes.subarray(bodyStart, at)) !== sum) return malformed('does not have the bytes that its head says');
  return ok({ intake: { first, entries }, end: at });
}

function bodySum(body: Uint8Array): string {
  return digestOf('sha256', body, 'hex');
}

function malformed(what: string) {
  return refuse('intake-malformed', `The batch ${what}.`);
}
