import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeMark, MARK_BYTES, MARK_FILE } from '#domain/journal/acknowledged.ts';
import type { ChainPosition } from '#domain/journal/chain.ts';
import { FILE_MODE } from './directory.ts';

/** The acknowledged mark (see `#domain/journal/acknowledged.ts`). */
export interface MarkFile {
  /** Hands the position to the kernel. A write of 64 bytes into a cached page: some µs, less than a thread's hop. */
  set(position: ChainPosition): void;
  sync(): void;
  close(): void;
}

/** Opens or creates the mark and sets it, synced, to `position`. */
export function openMarkFile(directory: string, position: ChainPosition): MarkFile {
  // `a+` would append and `w` would empty it: an existing mark is only ever overwritten by a whole one.
  const path = join(directory, MARK_FILE);
  const fd = openOrCreate(path);
  const set = (at: ChainPosition): void => {
    const written = writeSync(fd, encodeMark(at), 0, MARK_BYTES, 0);
    if (written !== MARK_BYTES)
      throw new Error(`${written} of ${MARK_BYTES} bytes of the acknowledged mark were written`);
  };
  try {
    set(position);
    fsyncSync(fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return { set, sync: () => fsyncSync(fd), close: () => closeSync(fd) };
}

function openOrCreate(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return openSync(path, 'wx', FILE_MODE);
  }
}
