import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ok, type Result, refuse } from '#domain/result.ts';

const LOCK_FILE = 'lock';
const PID_FILE = 'writer.pid';
/** SQLITE_BUSY and SQLITE_LOCKED (sqlite.org/rescode.html). */
const BUSY_CODES = [5, 6];

export interface Lock {
  release(): void;
}

/**
 * Keeps every other writer out, as long as this process lives. A pid in a file cannot do that safely: the pid may be taken
 * again, means nothing in another container, and two processes that find it stale can both take it over. The kernel's own
 * file lock ends with its holder however that dies, and the SQLite inside Node is what can take one: the exclusive
 * transaction on the empty file `lock` is that lock, nothing is ever written through it. `writer.pid` only tells people who.
 */
export async function lockDirectory(directory: string): Promise<Result<Lock, 'directory-locked'>> {
  const pidFile = join(directory, PID_FILE);
  const database = new DatabaseSync(join(directory, LOCK_FILE), { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    const pid = await readFile(pidFile, 'utf8').catch(() => 'unknown');
    return refuse('directory-locked', `another process (pid ${pid.trim()}) writes in ${directory}`);
  }
  try {
    await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    database.close();
    throw error;
  }
  return ok({
    release: () => {
      if (database.isOpen) database.close();
    },
  });
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && BUSY_CODES.some((code) => code === error.errcode);
}
