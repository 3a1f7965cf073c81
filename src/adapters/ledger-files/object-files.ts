import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LedgerConflict, type LedgerObject } from '#domain/ledger/store.ts';

/** Where an object is written before it has its name. Left-overs of a crash are of no use to anybody. */
export const TEMPORARY_DIRECTORY = '.writing';
/** Entries name nodes: for their owner only, like the journal. */
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
/** Writes under way at once: Node has four threads for files, and an append that comes meanwhile needs one at once. */
const WRITES_AT_ONCE = 2;

/** Objects as files: each is written aside, synced, given its name, and its directory is synced. Throws plain file system errors. */
export interface ObjectFiles {
  create(object: LedgerObject): Promise<boolean>;
  ensure(objects: readonly LedgerObject[]): Promise<void>;
  /** By an atomic rename. Whoever calls has made sure that nobody else replaces. */
  put(object: LedgerObject): Promise<void>;
  read(path: string): Promise<Buffer | undefined>;
  list(prefix: string): Promise<readonly string[]>;
  remove(paths: readonly string[]): Promise<void>;
}

export function createObjectFiles(root: string): ObjectFiles {
  /** Directories known to be there, and to be found after a power cut. */
  const durableDirectories = new Set<string>();
  const at = (path: string): string => join(root, path);

  async function ensureDirectory(directory: string): Promise<void> {
    if (durableDirectories.has(directory)) return;
    if (directory !== root) await ensureDirectory(dirname(directory));
    await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
    // Not the parent of the root: it is the installation's, made long before.
    if (directory !== root) await syncDirectory(dirname(directory));
    durableDirectories.add(directory);
  }

  /** The bytes on stable storage, without a name yet. */
  async function writeAside(bytes: Buffer): Promise<string> {
    const path = at(`${TEMPORARY_DIRECTORY}/${randomUUID()}`);
    const file = await open(path, 'wx', FILE_MODE);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    return path;
  }

  /** Names the object if its name is free; the name is not durable yet. `link` fails where `rename` would replace. */
  async function name({ path, bytes }: LedgerObject): Promise<boolean> {
    await ensureDirectory(at(TEMPORARY_DIRECTORY));
    await ensureDirectory(dirname(at(path)));
    const aside = await writeAside(bytes);
    try {
      await link(aside, at(path));
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    } finally {
      await rm(aside, { force: true });
    }
  }

  async function nameUnlessThere(object: LedgerObject): Promise<void> {
    // Looked at first: after a crash most of what is made again is there.
    const there = (await read(object.path)) ?? ((await name(object)) ? undefined : await read(object.path));
    if (there !== undefined && !there.equals(object.bytes)) {
      throw new LedgerConflict(`${object.path} is there with other bytes`);
    }
  }

  async function read(path: string): Promise<Buffer | undefined> {
    try {
      return await readFile(at(path));
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
      throw error;
    }
  }

  return {
    read,
    async create(object) {
      const isMade = await name(object);
      if (isMade) await syncDirectory(dirname(at(object.path)));
      return isMade;
    },
    async ensure(objects) {
      const waiting = [...objects];
      const work = async (): Promise<void> => {
        for (let object = waiting.shift(); object !== undefined; object = waiting.shift())
          await nameUnlessThere(object);
      };
      await Promise.all(Array.from({ length: WRITES_AT_ONCE }, work));
      const directories = new Set(objects.map(({ path }) => dirname(at(path))));
      // One that was found there may have been named by a process that was killed before it synced the directory.
      await Promise.all([...directories].map(syncDirectory));
    },
    async put({ path, bytes }) {
      await ensureDirectory(at(TEMPORARY_DIRECTORY));
      await ensureDirectory(dirname(at(path)));
      await rename(await writeAside(bytes), at(path));
      await syncDirectory(dirname(at(path)));
    },
    async list(prefix) {
      const directory = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const found = await filesBelow(root, directory);
      return found.filter((path) => path.startsWith(prefix)).toSorted();
    },
    async remove(paths) {
      const partials = new Set<string>();
      for (const path of paths) {
        await rm(at(path), { force: true });
        if (dirname(path).endsWith('.p')) partials.add(dirname(path));
      }
      for (const directory of partials) {
        durableDirectories.delete(at(directory));
        await rmdir(at(directory)).catch(() => undefined); // not empty, or gone already: both are fine
      }
    },
  };
}

async function filesBelow(root: string, directory: string): Promise<string[]> {
  const entries = await readdir(join(root, directory), { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = `${directory}${entry.name}`;
      if (entry.isDirectory()) return path === TEMPORARY_DIRECTORY ? [] : filesBelow(root, `${path}/`);
      return [path];
    }),
  );
  return found.flat();
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

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
