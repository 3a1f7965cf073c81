import { sha256Hex } from '#domain/json.ts';
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
const NEWLINE = Buffer.from('\n');

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
  const body = Buffer.concat(entries.flatMap((entry) => [entry, NEWLINE]));
  return Buffer.concat([Buffer.from(`${FORMAT} ${first} ${entries.length} ${sha256Hex(body)}\n`), body]);
}

export function parseIntake(bytes: Buffer): Result<Intake, 'intake-malformed'> {
  const malformed = (what: string) => refuse('intake-malformed', `The batch ${what}.`);
  const headEnd = bytes.indexOf(NEWLINE);
  const [format, firstText = '', countText = '', sum] = bytes
    .subarray(0, Math.max(headEnd, 0))
    .toString('latin1')
    .split(' ');
  const first = decodeDecimal(firstText);
  const count = decodeDecimal(countText);
  if (format !== FORMAT || first === undefined || count === undefined) return malformed('has no head');
  const body = bytes.subarray(headEnd + 1);
  if (sha256Hex(body) !== sum) return malformed('does not have the bytes that its head says');
  const entries: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(NEWLINE, at);
    if (end === -1 || end - at > ENTRY_BYTES_MAX) return malformed(`has no whole entry at byte ${at}`);
    entries.push(body.subarray(at, end));
    at = end + 1;
  }
  return entries.length === count && count > 0
    ? ok({ first, entries })
    : malformed('does not have as many entries as its head says');
}
