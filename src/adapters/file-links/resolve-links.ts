import { lstatSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where a path really is; `isThere` is false for what does not exist, and so has nothing below it to look at. */
interface Place {
  readonly path: string;
  readonly isThere: boolean;
}

const ROOT: Place = { path: '/', isThere: true };

/**
 * Gives a path with every symbolic link resolved that this machine can see. What does not exist yet is resolved up to the
 * nearest folder that does; a path of another machine comes back as it is. A link may still change before the action
 * happens: this narrows what a link can hide, and no more.
 *
 * What was looked at is remembered for one synchronous run, and forgotten in the first microtask after it: the paths of one
 * action, or of one batch of them, have most of their folders in common, and each costs a system call. Nothing of ours
 * happens in between, and the next request looks again.
 */
export function createResolveLinks(): (path: string) => string {
  const seen = new Map<string, Place>();

  return (path) => {
    if (!path.startsWith('/')) return path;
    if (seen.size === 0) queueMicrotask(() => seen.clear());
    return placeOf(path).path;
  };

  /** From the root down: a folder that does not exist ends the looking. */
  function placeOf(path: string): Place {
    let place = ROOT;
    for (let end = 0; end !== -1 && end < path.length; ) {
      const start = end + 1;
      end = path.indexOf('/', start);
      const name = path.slice(start, end === -1 ? path.length : end);
      if (name === '' || name === '.') continue;
      // As the kernel does: up from where a link has led.
      place = name === '..' ? placeOf(dirname(place.path)) : below(place, name);
    }
    return place;
  }

  function below(folder: Place, name: string): Place {
    const path = folder.path === '/' ? `/${name}` : `${folder.path}/${name}`;
    if (!folder.isThere) return { path, isThere: false };
    const known = seen.get(path);
    if (known !== undefined) return known;
    const place = look(path);
    seen.set(path, place);
    return place;
  }
}

/** `path` is below a folder that was resolved. */
function look(path: string): Place {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return { path, isThere: false };
    return found.isSymbolicLink() ? { path: realpathSync.native(path), isThere: true } : { path, isThere: true };
  } catch {
    // Not readable, a loop of links, or a link to nothing: as for what is missing, nothing below it can be looked at.
    return { path, isThere: false };
  }
}
