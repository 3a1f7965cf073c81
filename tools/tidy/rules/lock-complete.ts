import { type Lock, missingOf } from '../../lock/complete.ts';
import type { Finding } from '../source.ts';

/** The lock names every platform's packages, or `npm ci` refuses it. */
export function checkLock(lock: Lock): readonly Finding[] {
  const missing = missingOf(lock);
  if (missing.length === 0) return [];
  const message = `${missing.length} optional packages are missing (${missing[0]?.name}, …), so npm ci refuses it: npm run lock`;
  return [{ path: 'package-lock.json', line: 1, rule: 'lock-complete', message }];
}
