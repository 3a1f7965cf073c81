import { extensionFault } from '#domain/policy/engine/fault.ts';
import { add, divide, type Long, longOfBigint, subtract } from '#domain/policy/engine/long.ts';

/** An instant: milliseconds since the Unix epoch, 64 bits. */
export class DateTimeValue {
  readonly kind = 'datetime';
  readonly ms: Long;

  constructor(ms: Long) {
    this.ms = ms;
  }
}

/** A signed span of time in milliseconds, 64 bits. */
export class DurationValue {
  readonly kind = 'duration';
  readonly ms: Long;

  constructor(ms: Long) {
    this.ms = ms;
  }
}

const DAY_MS = 86_400_000;

const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})/;
const TIME = /^T([0-9]{2}):([0-9]{2}):([0-9]{2})/;
const FRACTION_AND_OFFSET = /^(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2}))$/;

/** @throws {Fault} for what is not a date or an instant; form is complained about before meaning, both from left to right. */
export function parseDateTime(text: string): DateTimeValue {
  const date = DATE.exec(text) ?? refuseDateTime('invalid date pattern');
  if (date[0].length === text.length) return new DateTimeValue(dayStartMs(date));
  const afterDate = text.slice(date[0].length);
  const time = TIME.exec(afterDate) ?? refuseDateTime('invalid hour/minute/second pattern');
  const rest =
    FRACTION_AND_OFFSET.exec(afterDate.slice(time[0].length)) ??
    refuseDateTime('invalid millisecond and/or offset pattern');

  const dayMs = dayStartMs(date);
  const [hours, minutes, seconds] = [Number(time[1]), Number(time[2]), Number(time[3])];
  if (hours > 23 || minutes > 59 || seconds > 59)
    return refuseDateTime(`invalid hour/minute/second: ${time[0].slice(1)}`);
  const [offsetHours, offsetMinutes] = [Number(rest[3] ?? 0), Number(rest[4] ?? 0)];
  if (offsetHours > 23 || offsetMinutes > 59)
    return refuseDateTime(`invalid offset range: ${offsetHours}${offsetMinutes}`);
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000 * (rest[2] === '-' ? -1 : 1);
  return new DateTimeValue(dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000 + Number(rest[1] ?? 0) - offsetMs);
}

function dayStartMs(date: RegExpExecArray): number {
  const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
  // `Date.UTC` takes years below 100 for 19xx; setting the year does not.
  const instant = new Date(0);
  instant.setUTCFullYear(year, month - 1, day);
  if (instant.getUTCMonth() !== month - 1 || instant.getUTCDate() !== day)
    return refuseDateTime(`invalid date: ${date[0]}`);
  return instant.getTime();
}

const DURATION = /^(-?)(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/;

/** @throws {Fault} for what is not a duration or does not fit 64 bits. */
export function parseDuration(text: string): DurationValue {
  const parts = text === '' || text === '-' ? null : DURATION.exec(text);
  if (parts === null) return extensionFault('duration', 'invalid duration pattern');
  const count = (index: number) => BigInt(parts[index] ?? 0);
  const magnitude = ((count(2) * 24n + count(3)) * 60n + count(4)) * 60_000n + count(5) * 1000n + count(6);
  const ms = longOfBigint(parts[1] === '-' ? -magnitude : magnitude);
  return ms === undefined
    ? extensionFault('duration', 'Duration overflows internal representation')
    : new DurationValue(ms);
}

export function offset(instant: DateTimeValue, by: DurationValue): DateTimeValue {
  const ms = add(instant.ms, by.ms);
  return ms === undefined
    ? extensionFault('offset', `overflows when adding an offset: ${instantText(instant)}+(${by.ms}ms)`)
    : new DateTimeValue(ms);
}

export function durationSince(later: DateTimeValue, earlier: DateTimeValue): DurationValue {
  const ms = subtract(later.ms, earlier.ms);
  return ms === undefined
    ? extensionFault(
        'durationSince',
        `overflows when computing the duration between ${instantText(later)} and ${instantText(earlier)}`,
      )
    : new DurationValue(ms);
}

/** Midnight (UTC) of its day. */
export function toDate(instant: DateTimeValue): DateTimeValue {
  const ms = subtract(instant.ms, sinceMidnightMs(instant));
  return ms === undefined
    ? extensionFault('toDate', `overflows when computing the date of ${instantText(instant)}`)
    : new DateTimeValue(ms);
}

/** Time passed since midnight (UTC). */
export function toTime(instant: DateTimeValue): DurationValue {
  return new DurationValue(sinceMidnightMs(instant));
}

function sinceMidnightMs({ ms }: DateTimeValue): number {
  const remainder = Number(BigInt.asIntN(64, BigInt(ms) % BigInt(DAY_MS)));
  return remainder < 0 ? remainder + DAY_MS : remainder;
}

export const toSeconds = ({ ms }: DurationValue): Long => divide(ms, 1000);
export const toMinutes = ({ ms }: DurationValue): Long => divide(ms, 60_000);
export const toHours = ({ ms }: DurationValue): Long => divide(ms, 3_600_000);
export const toDays = ({ ms }: DurationValue): Long => divide(ms, DAY_MS);

function instantText({ ms }: DateTimeValue): string {
  return `datetime("1970-01-01").offset(duration("${ms}ms"))`;
}

function refuseDateTime(message: string): never {
  return extensionFault('datetime', message);
}
