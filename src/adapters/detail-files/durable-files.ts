import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** For their owner only. */
const FILE_MODE = 0o600;

/** Puts a whole file in its place, or leaves the old one: never a part of it, whatever happens meanwhile. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.new`;
  await writeThrough(temporary, 'wx', (file) => file.writeFile(content));
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Appends, on stable storage when it resolves. */
export async function appendFile(path: string, content: string): Promise<void> {
  await writeThrough(path, 'a', (file) => file.writeFile(content));
}

/** Overwrites what a file holds now; the file system may have put it elsewhere before. */
export async function overwriteFile(path: string, content: Uint8Array): Promise<void> {
  await writeThrough(path, 'r+', async (file) => {
    await file.write(content, 0, content.length, 0);
  });
}

async function writeThrough(path: string, flags: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, FILE_MODE);
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
