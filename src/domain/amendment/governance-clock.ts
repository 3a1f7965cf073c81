import { ok, type Result, refuse } from '#domain/result.ts';

/**
 * What a machine's clocks say at one moment. `uptimeMs` counts from the machine's start, goes on while it sleeps, and nobody sets
 * it (Linux: `CLOCK_BOOTTIME`); it can be compared within one `bootId` only.
 */
export interface ClockReading {
  /** Unix milliseconds, as the wall clock has them: it can be set, and it can be wrong. */
  readonly wallMs: number;
  readonly uptimeMs: number;
  readonly bootId: string;
}

/** A moment by the clock that deadlines are held to, with the reading that it follows from. */
export interface Moment {
  /** Unix milliseconds; whole. */
  readonly timeMs: number;
  readonly reading: ClockReading;
}

/**
 * The clock that votes, suspensions and appeals are held to: a fold over readings, so that whoever has the readings has the time.
 *
 * - Within one boot it goes as the uptime goes. A wall clock that is set forward ends no vote early, one that is set back
 *   extends none, and a machine that slept has slept through that time here too.
 * - After a boot there is only the wall clock, and it is taken as it is, unless it lies before a moment that has been already.
 *   Then the clock is adrift: it goes on from that last moment until the wall clock has caught up (a battery that was empty, and
 *   a time server that was not reached yet), and from there by the wall clock.
 *
 * So it never goes back. What it cannot know is whether a wall clock that is ahead right after a boot tells of an outage or is wrong.
 */
export type GovernanceClock =
  | { readonly kind: 'unset' }
  | {
      readonly kind: 'set';
      readonly last: Moment;
      readonly bootId: string;
      /** Time minus uptime, for the boot. */
      readonly offsetMs: number;
      readonly isAdrift: boolean;
    };

export const UNSET_CLOCK: GovernanceClock = { kind: 'unset' };

/** The clock after a reading. */
export function readClock(clock: GovernanceClock, reading: ClockReading): GovernanceClock & { readonly kind: 'set' } {
  const wallMs = Math.floor(reading.wallMs);
  if (clock.kind === 'unset') return setTo(wallMs, reading, false);
  const lastMs = clock.last.timeMs;
  // An uptime that went back is another boot, whatever its id says (a container that was moved).
  const isSameBoot = clock.bootId === reading.bootId && reading.uptimeMs >= clock.last.reading.uptimeMs;
  if (isSameBoot && !clock.isAdrift) {
    const timeMs = Math.max(lastMs, Math.floor(reading.uptimeMs + clock.offsetMs));
    return { ...clock, last: { timeMs, reading } };
  }
  const goneMs = isSameBoot ? Math.floor(reading.uptimeMs + clock.offsetMs) : lastMs;
  const floorMs = Math.max(lastMs, goneMs);
  return setTo(Math.max(floorMs, wallMs), reading, wallMs < floorMs);
}

/** Whether a recorded moment is what its reading gives, after all before it. */
export function followClock(clock: GovernanceClock, at: Moment): Result<GovernanceClock, 'moment-wrong'> {
  const read = readClock(clock, at.reading);
  if (read.last.timeMs === at.timeMs) return ok(read);
  return refuse(
    'moment-wrong',
    `The time ${at.timeMs} does not follow from its clock reading: ${read.last.timeMs} does.`,
  );
}

function setTo(timeMs: number, reading: ClockReading, isAdrift: boolean): GovernanceClock & { readonly kind: 'set' } {
  const { bootId, uptimeMs } = reading;
  return { kind: 'set', last: { timeMs, reading }, bootId, offsetMs: timeMs - uptimeMs, isAdrift };
}
