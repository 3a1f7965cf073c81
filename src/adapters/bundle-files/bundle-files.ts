import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ok, type Result } from '#domain/result.ts';
import { readTar, writeTar } from './tar.ts';

/** For their owner only: records hold commands and paths. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/**
 * Writes a bundle as a tar where the path ends in `.tar`, else as a folder.
 * @throws when there is something already: evidence is never written over
 */
export async function writeBundle(path: string, files: ReadonlyMap<string, Uint8Array>, nowMs: number): Promise<void> {
  if (path.endsWith('.tar')) {
    await writeFile(path, writeTar(files, Math.floor(nowMs / 1000)), { mode: FILE_MODE, flag: 'wx' });
    return;
  }
  await mkdir(path, { mode: FOLDER_MODE });
  for (const [name, bytes] of files) {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true, mode: FOLDER_MODE });
    await writeFile(file, bytes, { mode: FILE_MODE, flag: 'wx' });
  }
}

/** @throws when it cannot be read */
export async function readBundle(path: string): Promise<Result<ReadonlyMap<string, Uint8Array>, 'tar-malformed'>> {
  if (!(await stat(path)).isDirectory()) return readTar(await readFile(path));
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(relative(path, file), await readFile(file));
  }
  return ok(files);
}
