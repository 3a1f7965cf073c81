import { timingSafeEqual } from 'node:crypto';

/** Whether a text is the one that was expected, in a time that does not tell how far it is right. Their lengths are no secret. */
export function isSameSecret(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
