import { posix } from 'node:path';
import type { Zone } from '#domain/action/effect.ts';
import { type ZonePlaces, zonesOf } from '#domain/action/zones.ts';

/** A path as ACGS speaks of it. */
export interface ResolvedPath {
  /** Absolute and normalised; as written (relative to what is not known) when its beginning is not known before the run. */
  readonly path: string;
  readonly zones: readonly Zone[];
}

export interface PathPlaces {
  readonly home: string;
  readonly workspaceRoots: readonly string[];
  readonly temporaryDirectories: readonly string[];
  /** Follows the symlinks of the part of an absolute path that exists; the rest is kept. */
  resolveLinks(path: string): string;
}

/** `cwd` undefined: the text is relative to what is not known, and stays as written. */
export type ResolvePath = (
  text: string,
  cwd: string | undefined,
  options?: { readonly keepLast?: boolean },
) => ResolvedPath;

/** Distinct paths whose links are looked up for one action; each costs the server a system call. */
const LINK_LOOKUP_COUNT_MAX = 2_000;

/**
 * Resolves paths of one action; remembers what it looked up. `keepLast` leaves a symlink in the last place alone: deleting a link
 * does not delete what it points to. `~` must have been expanded, except `~user`.
 */
export function createResolvePath(places: PathPlaces): ResolvePath {
  const links = new Map<string, string>();
  const resolved = new Map<string, ResolvedPath>();
  function follow(path: string): string {
    const known = links.get(path);
    if (known !== undefined) return known;
    if (links.size >= LINK_LOOKUP_COUNT_MAX) return path;
    const target = isLookedUp(path) ? places.resolveLinks(path) : path;
    links.set(path, target);
    return target;
  }
  const written: ZonePlaces = places;
  const real: ZonePlaces = {
    home: follow(places.home),
    workspaceRoots: places.workspaceRoots.map((root) => follow(posix.normalize(stripSlash(root)))),
    temporaryDirectories: [...places.temporaryDirectories, ...places.temporaryDirectories.map(follow)],
  };

  const unlinked =
    real.home === written.home && real.workspaceRoots.every((root, index) => root === written.workspaceRoots[index]);

  return (text, cwd, options) => {
    const key = `${options?.keepLast === true ? 'l' : 'f'}${cwd ?? ''}\0${text}`;
    const known = resolved.get(key);
    if (known !== undefined) return known;
    const absolute = absolutePath(text, cwd, places.home);
    const lexical = stripSlash(posix.normalize(absolute));
    const path = absolute.startsWith('/')
      ? physicalPath(absolute, options?.keepLast === true && !text.endsWith('/'), follow)
      : lexical;
    // Where a link leads decides where it is; what it is named for, either name is enough.
    const zones = zonesOf(path, real);
    const more = lexical === path && unlinked ? [] : zonesOf(lexical, written);
    const all: ResolvedPath = { path, zones: [...new Set([...zones, ...more.filter((zone) => !PLACES.has(zone))])] };
    resolved.set(key, all);
    return all;
  };
}

/** Zones that say where a path is. */
const PLACES: ReadonlySet<Zone> = new Set<Zone>(['workspace', 'home', 'temporary', 'system']);

function absolutePath(text: string, cwd: string | undefined, home: string): string {
  const other = /^~([A-Za-z_][\w.-]*)(?=\/|$)/.exec(text);
  if (other?.[1] !== undefined) {
    const name = other[1];
    const base =
      name === 'root'
        ? '/root'
        : posix.basename(home) === name
          ? home
          : posix.join(posix.dirname(home === '/root' ? '/home/x' : home), name);
    return base + text.slice(other[0].length);
  }
  if (text === '~' || text.startsWith('~/')) return home + text.slice(1);
  if (text.startsWith('/')) return text.startsWith('//') ? text.replace(/^\/+/, '/') : text;
  if (cwd === undefined) return text;
  return text === '' ? cwd : `${cwd}/${text}`;
}

/** Resolves as the kernel does: `link/..` is the parent of what the link points to, so links before a `..` are followed first. */
function physicalPath(absolute: string, keepLast: boolean, follow: (path: string) => string): string {
  let path = '/';
  let pending = '';
  for (const segment of absolute.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      path = posix.dirname(follow(posix.join(path, pending)));
      pending = '';
    } else pending = pending === '' ? segment : `${pending}/${segment}`;
  }
  const full = posix.join(path, pending);
  if (!keepLast || full === '/') return follow(full);
  return posix.join(follow(posix.dirname(full)), posix.basename(full));
}

function stripSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Patterns and unknown parts name no file that could be looked up; neither do NUL bytes. */
function isLookedUp(path: string): boolean {
  return path.startsWith('/') && !/[*?[$`\0]/.test(path) && path.length < 4096;
}
