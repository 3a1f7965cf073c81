/**
 * Adds to package-lock.json the packages of other platforms that the registry would not show when the lock was made.
 *
 * npm drops an optional package that its registry does not serve (a mirror that keeps only Linux builds, say), and its
 * own `npm ci` then refuses the lock as incomplete. The parent names the exact version, and the package's name says for
 * which platform it is: enough for an entry that `npm ci` accepts, skips here, and fetches where that platform is.
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface LockPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}
export interface Lock {
  readonly packages: Readonly<Record<string, LockPackage>>;
  readonly [field: string]: unknown;
}

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];

/** The lock with every optional package that its parents name; the same object when nothing is missing. */
export function complete(lock: Lock): Lock {
  const missing = missingOf(lock);
  if (missing.length === 0) return lock;
  const added = missing.map(({ name, version, dev }) => [`node_modules/${name}`, entryOf(name, version, dev)] as const);
  const [root, ...rest] = Object.entries(lock.packages);
  const sorted = [...rest, ...added].sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(root === undefined ? sorted : [root, ...sorted]) };
}

/** Optional packages that a locked package names and the lock does not hold. */
export function missingOf(lock: Lock): readonly { name: string; version: string; dev: boolean }[] {
  return Object.entries(lock.packages).flatMap(([parent, { optionalDependencies, dev }]) =>
    Object.entries(optionalDependencies ?? {})
      .filter(([name]) => !isLocked(lock, parent, name))
      .map(([name, version]) => ({ name, version, dev: dev === true })),
  );
}

/** By Node's resolution: beside the parent's own dependencies, then in each folder above. */
function isLocked(lock: Lock, parent: string, name: string): boolean {
  for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in lock.packages) return true;
    if (folder === '') return false;
  }
}

function entryOf(name: string, version: string, dev: boolean): LockPackage {
  if (!/^\d+\.\d+\.\d+[-+.\w]*$/.test(version)) {
    throw new Error(
      `${name}@${version}: its parent does not pin it, so the lock cannot be completed without a registry`,
    );
  }
  const words = name.slice(name.lastIndexOf('/') + 1).split('-');
  const at = words.findIndex((word) => SYSTEMS.includes(word));
  const [system, cpu, abi = ''] = words.slice(at);
  if (at < 0 || system === undefined || cpu === undefined) {
    throw new Error(`${name}: the name does not say for which platform it is, so leaving it out cannot be right`);
  }
  const libc = abi.startsWith('musl') ? 'musl' : abi.startsWith('gnu') ? 'glibc' : undefined;
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    os: [system],
  };
}

if (import.meta.main) {
  const path = process.argv[2] ?? 'package-lock.json';
  const lock: Lock = JSON.parse(readFileSync(path, 'utf8'));
  const completed = complete(lock);
  writeFileSync(path, `${JSON.stringify(completed, null, 2)}\n`);
  console.log(`${path}: ${Object.keys(completed.packages).length - Object.keys(lock.packages).length} packages added`);
}
