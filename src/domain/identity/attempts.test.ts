import { describe, expect, it } from 'vitest';
import { createAttempts } from '#domain/identity/attempts.ts';

const limits = { failuresMax: 3, windowMs: 100, lockMs: 1000 };

describe('attempts', () => {
  it('lock out with the failure that is one too many, for a time, and then begin anew', () => {
    const attempts = createAttempts(limits);
    expect([attempts.fail('a', 0), attempts.fail('a', 1), attempts.fail('a', 2)]).toEqual([undefined, undefined, 1002]);
    expect([attempts.lockedUntilMs('a', 1001), attempts.lockedUntilMs('b', 3)]).toEqual([1002, undefined]);
    expect(attempts.lockedUntilMs('a', 1002)).toBeUndefined();
    expect(attempts.fail('a', 1002)).toBeUndefined();
  });

  it('do not add up over a longer time than the window, nor over a success', () => {
    const attempts = createAttempts(limits);
    expect([0, 60, 120, 180, 240].map((nowMs) => attempts.fail('a', nowMs))).toEqual(Array(5).fill(undefined));
    attempts.fail('b', 0);
    attempts.fail('b', 0);
    attempts.clear('b');
    expect([attempts.fail('b', 0), attempts.fail('b', 0), attempts.fail('b', 0)]).toEqual([undefined, undefined, 1000]);
  });

  it('remember no more than so many, and forget those who failed longest ago', () => {
    const attempts = createAttempts({ ...limits, failuresMax: 1 });
    for (let n = 0; n <= 50_000; n += 1) attempts.fail(String(n), 0);
    expect(attempts.lockedUntilMs('0', 1)).toBeUndefined();
    expect(attempts.lockedUntilMs('1', 1)).toBe(1000);
    expect(attempts.lockedUntilMs('50000', 1)).toBe(1000);
  });
});
