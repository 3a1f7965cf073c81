/**
 * Cedar's Long: a 64-bit signed integer. A number where |n| < 2^53 and a bigint beyond, canonically: the same quantity
 * has one form, so that `===` and `Set` compare longs, and arithmetic that stays small never touches bigints.
 */
export type Long = number | bigint;

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/** The canonical form, or nothing when it does not fit 64 bits. */
export function longOfBigint(value: bigint): Long | undefined {
  if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  return value >= LONG_MIN && value <= LONG_MAX ? value : undefined;
}

/** From this size on, JavaScript writes a number with an exponent, which Cedar takes for a fraction. */
const PLAIN_DIGITS_BELOW = 1e21;

/**
 * A long from data. A number beyond 2^53 counts as the digits that JSON would carry, as it does for cedar-wasm.
 * Nothing for fractions and for what does not fit.
 */
export function longOfData(value: number | bigint): Long | undefined {
  if (typeof value === 'bigint') return longOfBigint(value);
  // `+ 0` turns -0 into 0.
  if (Number.isSafeInteger(value)) return value + 0;
  if (!Number.isInteger(value) || Math.abs(value) >= PLAIN_DIGITS_BELOW) return undefined;
  return longOfBigint(BigInt(String(value)));
}

// A sum, difference or product of two safe integers that rounds to a safe integer is exact:
// rounding is monotonic, so an exact result of 2^53 or more never rounds below it.

/** Nothing on overflow, as for the two below. */
export function add(left: Long, right: Long): Long | undefined {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return longOfBigint(BigInt(left) + BigInt(right));
}

export function subtract(left: Long, right: Long): Long | undefined {
  if (typeof left === 'number' && typeof right === 'number') {
    const difference = left - right;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return longOfBigint(BigInt(left) - BigInt(right));
}

export function multiply(left: Long, right: Long): Long | undefined {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right;
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return longOfBigint(BigInt(left) * BigInt(right));
}

/** Quotient rounded towards zero. */
export function divide(value: Long, divisor: number): Long {
  // The remainder is exact where the quotient of two doubles would round.
  if (typeof value === 'number') return (value - (value % divisor)) / divisor + 0;
  return longOfBigint(value / BigInt(divisor)) ?? 0;
}
