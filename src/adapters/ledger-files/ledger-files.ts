import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDirectory } from '#adapters/directory-lock.ts';
import {
  type AcquireLease,
  LeaseLost,
  LedgerConflict,
  type LedgerStore,
  type LedgerStoreReader,
  LedgerUnavailable,
} from '#domain/ledger/store.ts';
import { createObjectFiles, TEMPORARY_DIRECTORY } from './object-files.ts';

/** Beside the objects, and no object itself. */
const LOCK_DIRECTORY = '.sequencer';

/** The files of a ledger, for whoever only reads. Takes no lock. */
export function createLedgerFilesReader(directory: string): LedgerStoreReader {
  const files = createObjectFiles(directory);
  return {
    read: (path) => orUnavailable(directory, () => files.read(path)),
    list: async (prefix) => (await orUnavailable(directory, () => files.list(prefix))).filter(isObject),
  };
}

/**
 * A ledger in the files of one machine's directory. A file system has no conditional replace, so `replace` reads, compares
 * and renames, one at a time; that nobody else does so meanwhile is what the lease of this directory is for.
 */
export function createLedgerFiles(directory: string): LedgerStore {
  const files = createObjectFiles(directory);
  const reader = createLedgerFilesReader(directory);
  let replacing: Promise<unknown> = Promise.resolve();
  const attempt = <T>(act: () => Promise<T>): Promise<T> => orUnavailable(directory, act);
  return {
    ...reader,
    create: (object) => attempt(() => files.create(object)),
    ensure: (objects) => attempt(() => files.ensure(objects)),
    remove: (paths) => attempt(() => files.remove(paths)),
    replace(object, expected) {
      const replaced = replacing.then(() =>
        attempt(async () => {
          const there = await files.read(object.path);
          const isExpected = expected === undefined ? there === undefined : there?.equals(expected) === true;
          if (isExpected) await files.put(object);
          return isExpected;
        }),
      );
      replacing = replaced.catch(() => undefined);
      return replaced;
    },
  };
}

/**
 * The right to write to a directory: the kernel's file lock, which ends with its holder however that dies. One machine's
 * processes only; where machines share storage, the lease is PostgreSQL's.
 */
export function createFileLease(directory: string): AcquireLease {
  return async () => {
    const locked = await orUnavailable(directory, async () => {
      await mkdir(join(directory, LOCK_DIRECTORY), { recursive: true, mode: 0o700 });
      return lockDirectory(join(directory, LOCK_DIRECTORY));
    });
    if (!locked.ok) return undefined;
    // What a holder that was killed was writing has no name, and nobody else writes now.
    await orUnavailable(directory, () => empty(join(directory, TEMPORARY_DIRECTORY)));
    let isHeld = true;
    return {
      holder: `process ${process.pid}`,
      async check() {
        if (!isHeld) throw new LeaseLost('the lock on the ledger was given back');
      },
      async release() {
        if (isHeld) locked.value.release();
        isHeld = false;
      },
    };
  };
}

async function empty(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const name of await readdir(directory)) await rm(join(directory, name), { force: true });
}

function isObject(path: string): boolean {
  return !path.startsWith('.');
}

async function orUnavailable<T>(directory: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof LedgerConflict) throw cause;
    throw new LedgerUnavailable(`the ledger in ${directory} cannot be read or written`, { cause });
  }
}
