import { extensionFault } from '#domain/policy/engine/fault.ts';
import { type Long, longOfBigint } from '#domain/policy/engine/long.ts';

/** A decimal with four digits after the point, as a 64-bit count of ten-thousandths. */
export class DecimalValue {
  readonly kind = 'decimal';
  readonly tenThousandths: Long;

  constructor(tenThousandths: Long) {
    this.tenThousandths = tenThousandths;
  }
}

const FRACTION_DIGITS_MAX = 4;

// Any Unicode digit is well-formed to Cedar, and one that is not ASCII then overflows: only the message tells.
const FORM = /^(-?)(\p{Nd}+)\.(\p{Nd}+)$/u;
const ASCII_DIGITS = /^[0-9]+$/;

/** @throws {Fault} for what is not a decimal. */
export function parseDecimal(text: string): DecimalValue {
  const [, sign, whole = '', fraction = ''] =
    FORM.exec(text) ?? refuse(`\`${text}\` is not a well-formed decimal value`);
  // Cedar's order of complaints: the whole part's size, the fraction's length (in bytes), its digits, the sum.
  const scaled = ASCII_DIGITS.test(whole) ? longOfBigint(BigInt(`${sign}${whole}`) * 10_000n) : undefined;
  if (scaled === undefined) return refuseOverflow();
  if (new TextEncoder().encode(fraction).length > FRACTION_DIGITS_MAX)
    return refuse(`too many digits after the decimal in \`${text}\``);
  if (!ASCII_DIGITS.test(fraction)) return refuseOverflow();
  const parts = BigInt(fraction.padEnd(FRACTION_DIGITS_MAX, '0'));
  const total = longOfBigint(sign === '-' ? BigInt(scaled) - parts : BigInt(scaled) + parts);
  return total === undefined ? refuseOverflow() : new DecimalValue(total);
}

function refuseOverflow(): never {
  return refuse('overflow when converting to decimal');
}

function refuse(message: string): never {
  return extensionFault('decimal', message);
}
