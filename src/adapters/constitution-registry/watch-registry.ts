import { type FSWatcher, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files whose change means that something else may be in force, or that what is in force may not be what it was. */
const WATCHED = new Set(['founders.json', 'high-water.json', 'in-force.json']);
/** A write is a temporary file and a rename, each of which is told: one look is enough. In milliseconds. */
const SETTLE_MS = 50;

/**
 * Tells of changes to the registry in the state folder `home` soon after they happen. Only a hint: where the system cannot watch
 * (no inotify left, a network file system) nothing is told, and whoever relies on it looks again from time to time.
 */
export async function watchRegistry(home: string, onChange: () => void): Promise<() => void> {
  const constitutions = join(home, 'constitutions');
  await mkdir(constitutions, { recursive: true, mode: 0o700 });
  let settling: NodeJS.Timeout | undefined;
  const look = (_event: string, file: string | null) => {
    // A folder of a constitution that comes, goes or is replaced is told by its own name.
    if (file === null || !(WATCHED.has(file) || /^[0-9]+-[0-9a-f]{16}$/.test(file))) return;
    clearTimeout(settling);
    settling = setTimeout(onChange, SETTLE_MS);
  };
  const watchers = [home, constitutions].flatMap((folder) => watchFolder(folder, look));
  return () => {
    clearTimeout(settling);
    for (const watcher of watchers) watcher.close();
  };
}

function watchFolder(folder: string, look: (event: string, file: string | null) => void): readonly FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, look);
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
