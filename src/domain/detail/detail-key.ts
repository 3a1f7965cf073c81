import type { Decision } from '#domain/decision/decision.ts';
import { sha256Hex } from '#domain/json.ts';

/**
 * Names the data key that a decision's detail is encrypted with: one for each session and UTC day, so that a day can be shredded
 * although its session goes on. `YYYY-MM-DD-<session>-<principal>`, the last two as the first 16 hex digits of their SHA-256: a
 * file name tells no session.
 */
export type DetailKeyId = string & { readonly __brand: 'DetailKeyId' };

const KEY_ID = /^(\d{4}-\d{2}-\d{2})-([0-9a-f]{16})-([0-9a-f]{16})$/;

export function detailKeyId(decision: Pick<Decision, 'timeMs' | 'principal' | 'sessionId'>): DetailKeyId {
  const day = new Date(decision.timeMs).toISOString().slice(0, 10);
  const session = nameHash(decision.sessionId ?? NO_SESSION);
  return `${day}-${session}-${nameHash(decision.principal.id)}` as DetailKeyId; // minted here and parsed below, nowhere else
}

/** What decisions without a session go under; no session of an agent is called so, as an id is never empty. */
const NO_SESSION = '';

export function parseDetailKeyId(text: string): DetailKeyId | undefined {
  return KEY_ID.test(text) ? (text as DetailKeyId) : undefined; // checked just now
}

function nameHash(name: string): string {
  return sha256Hex(name).slice(0, 16);
}

/** Which details are to go: those of days that were over at a time, or those of a session. */
export type ShredSelection =
  | { readonly kind: 'before'; readonly beforeMs: number }
  | { readonly kind: 'session'; readonly sessionId: string; readonly principalId?: string };

const DAY_MS = 86_400_000;

export function isSelected(id: DetailKeyId, selection: ShredSelection): boolean {
  const [, day = '', session, principal] = KEY_ID.exec(id) ?? [];
  switch (selection.kind) {
    case 'before':
      return Date.parse(`${day}T00:00:00Z`) + DAY_MS <= selection.beforeMs;
    case 'session':
      return (
        session === nameHash(selection.sessionId) &&
        (selection.principalId === undefined || principal === nameHash(selection.principalId))
      );
  }
}
