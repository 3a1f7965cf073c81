import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Replaces a file as a whole, for its owner only: after a crash there is the old one or the new one, and after this has returned the new one. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = besides(path);
  try {
    await writeSynced(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a folder with its files as a whole. One that is there already stays as it is. */
export async function writeFolderDurably(
  path: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = besides(path);
  await makeFolder(temporary);
  try {
    for (const [name, content] of Object.entries(files)) await writeSynced(join(temporary, name), content);
    await syncFolder(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another has made it meanwhile, or long ago; never a half one, as it comes into being by a rename too.
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error;
  }
  await syncFolder(dirname(path));
}

/** Undefined when there is none. @throws when it is larger than `bytesMax`. */
export async function readIfThere(path: string, bytesMax: number): Promise<Buffer | undefined> {
  try {
    const { size } = await stat(path);
    if (size > bytesMax) throw new Error(`${path} has ${size} bytes; at most ${bytesMax} are read`);
    return await readFile(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Hidden, so that what a crash left is not taken for a whole one; in the same folder, so that renaming it is atomic. */
function besides(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.new`);
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: FOLDER_MODE });
}

/** Without this a new name may be lost with the power although the file's bytes were synced. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
