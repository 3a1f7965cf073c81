import type { Zone } from '#domain/action/effect.ts';
import { AGENT_CONFIG, CI_CONFIG, CREDENTIALS, MANIFEST, SCHEDULER, SHELL_STARTUP } from '#domain/action/zone-names.ts';

/** The places that zones are measured from; absolute, normalised. */
export interface ZonePlaces {
  readonly home: string;
  readonly workspaceRoots: readonly string[];
  readonly temporaryDirectories: readonly string[];
}

const SYSTEM_DIRECTORIES: ReadonlySet<string> = new Set(
  'bin boot efi etc lib lib32 lib64 libx32 nix opt proc run sbin srv sys usr var system library applications private cores volumes windows'.split(
    ' ',
  ),
);

/** Directories of the system that also hold people's projects (`/srv/site`, `/opt/app`): a workspace below one is no part of it. */
const HOSTING_DIRECTORIES: ReadonlySet<string> = new Set(['srv', 'opt', 'var', 'volumes', 'private']);

/** Devices that hold no data of their own. `/dev/shm` is memory that any program may use as a file. */
const HARMLESS_DEVICE =
  /^\/dev\/(?:null|zero|full|random|urandom|stdin|stdout|stderr|tty|ptmx|fd(?:\/\d*)?|pts(?:\/\d+)?|shm(?:\/.*)?)$/;

const TEMPORARY_DIRECTORIES = [
  '/tmp',
  '/var/tmp',
  '/dev/shm',
  '/private/tmp',
  '/private/var/tmp',
  '/var/folders',
  '/private/var/folders',
];

/** A last component that matches everything in its directory: `*`, `.*`, `**`, `?*`, `.[!.]*`, `{*,.*}`. */
const WHOLE_DIRECTORY = /^(?:\.?[*?]+|\.\[!?\^?\.\]\*|\.\?\?\*)$/;

/**
 * The zones of an absolute, normalised path; a glob counts as everything that it may match. The path need not exist.
 * Compared without case where names decide, since macOS and Windows file systems do not tell `~/.SSH` from `~/.ssh`.
 */
export function zonesOf(path: string, places: ZonePlaces): readonly Zone[] {
  const zones: Zone[] = [];
  const add = (zone: Zone, holds: boolean): void => {
    if (holds) zones.push(zone);
  };
  if (!path.startsWith('/')) return namedZones(path.toLowerCase(), zones);
  const temporary = TEMPORARY_DIRECTORIES.concat(places.temporaryDirectories);
  const inTemporary = temporary.some((directory) => isWithin(path, directory));
  const lower = path.toLowerCase();
  const top = lower.slice(1).split('/', 1)[0] ?? '';
  const inHome = isWithin(path, places.home) || homeOf(path) !== undefined;
  const inWorkspace = places.workspaceRoots.some((root) => isWithin(path, root));
  const isHosted = inWorkspace && HOSTING_DIRECTORIES.has(top) && !places.workspaceRoots.includes(`/${top}`);
  add('workspace', inWorkspace);
  add('temporary', inTemporary);
  add('home', inHome);
  add('system', SYSTEM_DIRECTORIES.has(top) && !inTemporary && !inHome && !isHosted);
  add('device', (top === 'dev' || /^\/proc\/(?:kcore|\d+\/mem|self\/mem)$/.test(lower)) && !isHarmlessDevice(lower));
  add('root', isRoot(path, places));
  return namedZones(lower, zones);
}

/** `/dev/null` and the like: reading or writing them does nothing that lasts. */
export function isHarmlessDevice(path: string): boolean {
  return HARMLESS_DEVICE.test(path);
}

export function isWithin(path: string, directory: string): boolean {
  if (directory === '/') return path.startsWith('/');
  return path.startsWith(directory) && (path.length === directory.length || path.charAt(directory.length) === '/');
}

/** The home directory that a path is in, whoever's: `/home/u`, `/Users/u`, `/root`. */
function homeOf(path: string): string | undefined {
  return /^\/(?:root(?=\/|$)|(?:home|Users)\/[^/]+)/i.exec(path)?.[0];
}

/** Whether removing this path would remove a root as a whole: `/`, a directory of the system, a home, a workspace, or anything above them. */
function isRoot(path: string, places: ZonePlaces): boolean {
  const slash = path.lastIndexOf('/');
  if (slash !== -1 && WHOLE_DIRECTORY.test(path.slice(slash + 1))) return isRoot(path.slice(0, slash) || '/', places);
  if (path === '/' || path === places.home || homeOf(path) === path) return true;
  if (/^\/(?:home|Users)$/i.test(path)) return true;
  if (isWithin(places.home, path) || places.workspaceRoots.some((root) => isWithin(root, path))) return true;
  // `/etc`, `/usr`, `/var/lib`: the directories that the system is made of. Not `/tmp`, which may be emptied.
  const [first = '', second, third] = path.slice(1).toLowerCase().split('/');
  if (!SYSTEM_DIRECTORIES.has(first) && first !== 'dev') return false;
  return second === undefined || (third === undefined && SYSTEM_CHILDREN.has(`${first}/${second}`));
}

const SYSTEM_CHILDREN: ReadonlySet<string> = new Set(
  'usr/bin usr/sbin usr/lib usr/lib64 usr/local usr/share usr/include var/lib var/log var/spool var/db var/www var/run system/library library/launchdaemons'.split(
    ' ',
  ),
);

function namedZones(lower: string, zones: Zone[]): readonly Zone[] {
  if (CREDENTIALS.matches(lower)) zones.push('credentials');
  if (SHELL_STARTUP.matches(lower)) zones.push('shell-startup');
  if (SCHEDULER.matches(lower)) zones.push('scheduler');
  if (/\/\.git(?:\/|$)|^\.git(?:\/|$)|\/\.(?:gitconfig|gitattributes|config\/git)(?:\/|$)/.test(lower))
    zones.push('git-internals');
  if (AGENT_CONFIG.matches(lower)) zones.push('agent-config');
  if (CI_CONFIG.matches(lower)) zones.push('ci-config');
  if (MANIFEST.matches(lower)) zones.push('manifest');
  return zones;
}
