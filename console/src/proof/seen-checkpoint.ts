import { toBase64 } from './bytes.ts';
import type { Checkpoint } from './checkpoint.ts';
import { parseHash } from './tree.ts';

/** What this browser remembers of a ledger between two visits: what it saw last, to hold the next one against it. */
export interface SeenCheckpoint extends Pick<Checkpoint, 'size' | 'root'> {
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** As much of the browser's storage as is needed; it may be full, or closed to us. */
export type Remembering = Pick<Storage, 'getItem' | 'setItem'>;

export function recallCheckpoint(storage: Remembering, origin: string): SeenCheckpoint | undefined {
  try {
    const kept: unknown = JSON.parse(storage.getItem(keyOf(origin)) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return undefined;
    const { size, root, atMs } = kept as Readonly<Record<string, unknown>>; // read field by field below
    const hash = typeof root === 'string' ? parseHash(root) : undefined;
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || typeof atMs !== 'number') return undefined;
    return hash === undefined ? undefined : { size, root: hash, atMs };
  } catch {
    return undefined;
  }
}

/** Forgets nothing that contradicts: only what was verified is remembered, by the caller. */
export function rememberCheckpoint(storage: Remembering, origin: string, { size, root, atMs }: SeenCheckpoint): void {
  try {
    storage.setItem(keyOf(origin), JSON.stringify({ size, root: toBase64(root), atMs }));
  } catch {
    // A browser that keeps nothing for us checks each visit for itself alone; the page says since when it has seen the ledger.
  }
}

function keyOf(origin: string): string {
  return `acgs checkpoint ${origin}`;
}
