import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MARK_FILE } from '#domain/journal/acknowledged.ts';
import type { JournalBytes } from '#domain/journal/recover.ts';
import { segmentNumber } from '#domain/journal/segment.ts';

/** Records hold commands and paths: for their owner only. */
export const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

export async function makeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
}

/** Without this a new file's name may be lost with the power although its bytes were synced. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The journal's files as they are now. The mark is read before the segments: the log can only be further than it says. */
export async function journalBytes(directory: string): Promise<JournalBytes> {
  const mark = await readIfThere(join(directory, MARK_FILE));
  const names = await readdir(directory);
  return {
    segmentFiles: names.filter((name) => segmentNumber(name) !== undefined).toSorted(),
    mark,
    readSegment: (file) => readFile(join(directory, file)),
  };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
