import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, divide, type Long, longOfBigint, longOfData, multiply, subtract } from '#domain/policy/engine/long.ts';

const EDGES = [0n, 1n, 2n ** 31n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n];
const big = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc
    .tuple(fc.constantFrom(...EDGES), fc.constantFrom(-1n, 1n), fc.bigInt({ min: -2n, max: 2n }))
    .map(([edge, sign, step]) => {
      const value = edge * sign + step;
      return BigInt.asIntN(64, value) === value ? value : 0n;
    }),
);
const longOf = (value: bigint): Long => longOfBigint(value) ?? 0;
/** What 64 bits hold, in the one form of each quantity. */
const expected = (value: bigint): Long | undefined => {
  if (BigInt.asIntN(64, value) !== value) return undefined;
  return value >= -(2n ** 53n) + 1n && value <= 2n ** 53n - 1n ? Number(value) : value;
};

describe('longs', () => {
  it.each([
    ['add', add, (a: bigint, b: bigint) => a + b],
    ['subtract', subtract, (a: bigint, b: bigint) => a - b],
    ['multiply', multiply, (a: bigint, b: bigint) => a * b],
  ] as const)('%s as 64-bit integers do, or overflow', (_, operation, exact) => {
    fc.assert(
      fc.property(big, big, (a, b) => {
        expect(operation(longOf(a), longOf(b))).toBe(expected(exact(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  it('divide towards zero, exactly', () => {
    fc.assert(
      fc.property(big, fc.constantFrom(1000, 60_000, 86_400_000), (value, divisor) => {
        expect(divide(longOf(value), divisor)).toBe(expected(value / BigInt(divisor)));
      }),
    );
    expect(divide(Number.MAX_SAFE_INTEGER, 1000)).toBe(9_007_199_254_740);
  });

  it('are read from data without losing a digit, and refused otherwise', () => {
    expect([1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e21, 2 ** 63, 2n ** 63n].map(longOfData)).toEqual(
      Array(6).fill(undefined),
    );
    expect(longOfData(-0)).toBe(0);
    expect(Object.is(longOfData(-0), 0)).toBe(true);
    // As JSON writes it.
    expect(longOfData(2 ** 60)).toBe(1_152_921_504_606_847_000n);
    fc.assert(
      fc.property(big, (value) => {
        expect(longOfData(value)).toBe(expected(value));
      }),
    );
  });
});
