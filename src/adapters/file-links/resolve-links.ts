import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Folders that are walked up to find one that exists. Deeper paths are taken as they are. */
const DEPTH_MAX = 64;

/**
 * The path with every symbolic link resolved that this machine can see. What does not exist yet is resolved up to the
 * nearest folder that does; a path of another machine comes back as it is. A link may still change before the action
 * happens: this narrows what a link can hide, and no more.
 */
export function resolveLinks(path: string): string {
  const missing: string[] = [];
  let existing = path;
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    // Asked first, because an error costs several times as much as the question, and agents work where nothing is yet.
    if (existsSync(existing)) {
      try {
        return join(realpathSync.native(existing), ...missing);
      } catch {
        // Gone since, or not readable: look at the folder above, as for what is missing, is a loop, or leads nowhere.
      }
    }
    const parent = dirname(existing);
    if (parent === existing) return path;
    missing.unshift(basename(existing));
    existing = parent;
  }
  return path;
}
