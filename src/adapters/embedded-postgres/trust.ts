import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';

/**
 * PGlite never syncs. What it has written outlives its process, but not the machine: after a power cut some pages are
 * there and others are not, and a row may be missing without a sign. So a database counts only on the boot that it was
 * written on, or when its files were synced at its end; otherwise it is filled again from the journal.
 *
 * `data.boot` names the boot of a database that may be being written. It is absent while the files are known to be on disk.
 */
const BOOT_FILE = 'data.boot';

/** Call before the database is opened. False: it was being written when the machine went down. */
export async function survived(directory: string): Promise<boolean> {
  const writtenOn = await readFile(join(directory, BOOT_FILE), 'utf8').catch(() => undefined);
  return writtenOn === undefined || writtenOn === (await thisBoot());
}

/** Call before the first write. */
export async function beginUse(directory: string): Promise<void> {
  await writeFile(join(directory, BOOT_FILE), await thisBoot());
  await sync(join(directory, BOOT_FILE));
  await sync(directory);
}

/** Call after the database was closed. */
export async function endUse(directory: string, data: string): Promise<void> {
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) await sync(join(entry.parentPath, entry.name));
  }
  await sync(data);
  await rm(join(directory, BOOT_FILE), { force: true });
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function thisBoot(): Promise<string> {
  // Where Linux does not say, the minute of the boot; when the clock was set meanwhile, the index is filled once more.
  const bootMinute = Math.round((Date.now() / 1000 - uptime()) / 60);
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => `${bootMinute}`);
  return id.trim();
}
