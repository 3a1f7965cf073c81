import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClockReading,
  followClock,
  type GovernanceClock,
  readClock,
  UNSET_CLOCK,
} from '#domain/amendment/governance-clock.ts';

const DAY = 86_400_000;
const first: ClockReading = { wallMs: 1_000 * DAY, uptimeMs: 5_000, bootId: 'a' };

/** One thing that happens to a machine: time passes, its wall clock is set, it is started again. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('passes' as const), ms: fc.nat(10 * DAY) }),
  fc.record({ kind: fc.constant('is-set' as const), byMs: fc.integer({ min: -2_000 * DAY, max: 2_000 * DAY }) }),
);

function read(before: GovernanceClock, reading: ClockReading) {
  return readClock(before, reading);
}

describe('the clock that deadlines are held to', () => {
  it('within one boot counts what passed, however the wall clock is set meanwhile', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
        let reading = first;
        let passedMs = 0;
        let clock = read(UNSET_CLOCK, reading);
        for (const one of happenings) {
          if (one.kind === 'passes') {
            passedMs += one.ms;
            reading = { ...reading, wallMs: reading.wallMs + one.ms, uptimeMs: reading.uptimeMs + one.ms };
          } else reading = { ...reading, wallMs: reading.wallMs + one.byMs };
          clock = read(clock, reading);
          expect(clock.last.timeMs - first.wallMs).toBe(passedMs);
        }
      }),
    );
  });

  it('never goes back, whatever it is told', () => {
    const reading = fc.record({
      wallMs: fc.double({ min: 0, max: 2_000 * DAY, noNaN: true }),
      uptimeMs: fc.double({ min: 0, max: 100 * DAY, noNaN: true }),
      bootId: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(reading, { minLength: 2, maxLength: 30 }), (readings) => {
        let clock: GovernanceClock = UNSET_CLOCK;
        let lastMs = 0;
        for (const one of readings) {
          const next = read(clock, one);
          expect(next.last.timeMs).toBeGreaterThanOrEqual(lastMs);
          expect(Number.isInteger(next.last.timeMs)).toBe(true);
          lastMs = next.last.timeMs;
          clock = next;
        }
      }),
    );
  });

  it('counts the sleep of a machine, which its uptime counts', () => {
    const before = read(UNSET_CLOCK, first);
    const woken = { ...first, wallMs: first.wallMs + 9 * DAY, uptimeMs: first.uptimeMs + 9 * DAY };
    expect(read(before, woken).last.timeMs).toBe(first.wallMs + 9 * DAY);
  });

  it('goes by the wall clock after a boot', () => {
    const before = read(UNSET_CLOCK, first);
    const booted = read(before, { wallMs: first.wallMs + 3 * DAY, uptimeMs: 10, bootId: 'b' });
    expect(booted).toMatchObject({ isAdrift: false, last: { timeMs: first.wallMs + 3 * DAY } });
  });

  it('is adrift after a boot with an empty battery, and catches up when the wall clock is right again', () => {
    const before = read(UNSET_CLOCK, first);
    const booted = read(before, { wallMs: 0, uptimeMs: 10, bootId: 'b' });
    expect(booted).toMatchObject({ isAdrift: true, last: { timeMs: first.wallMs } });
    const later = read(booted, { wallMs: 1_000, uptimeMs: 1_010, bootId: 'b' });
    expect(later).toMatchObject({ isAdrift: true, last: { timeMs: first.wallMs + 1_000 } });
    const synchronised = read(later, { wallMs: first.wallMs + 2 * DAY, uptimeMs: 2_010, bootId: 'b' });
    expect(synchronised).toMatchObject({ isAdrift: false, last: { timeMs: first.wallMs + 2 * DAY } });
    const setAgain = read(synchronised, { wallMs: first.wallMs + 90 * DAY, uptimeMs: 3_010, bootId: 'b' });
    expect(setAgain.last.timeMs).toBe(first.wallMs + 2 * DAY + 1_000);
  });

  it('refuses a recorded time that its reading does not give', () => {
    const before = read(UNSET_CLOCK, first);
    const reading = { ...first, uptimeMs: first.uptimeMs + 1_000 };
    expect(followClock(before, { timeMs: first.wallMs + 1_000, reading }).ok).toBe(true);
    expect(followClock(before, { timeMs: first.wallMs + 1_001, reading })).toMatchObject({
      ok: false,
      refusal: { code: 'moment-wrong' },
    });
  });
});
