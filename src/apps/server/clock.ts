import { createClockReader } from '#adapters/system-clock/read-clock.ts';
import type { ClockReading } from '#domain/amendment/governance-clock.ts';

/** The clocks that decisions are dated by and deadlines are held to. */
export interface ServerClock {
  /** Unix milliseconds. */
  nowMs(): number;
  read(): ClockReading;
}

const read = createClockReader();

export const SYSTEM_CLOCK: ServerClock = { nowMs: () => Date.now(), read };
