import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** A Debian package that tests use, the file that shows it is there, and what it is for. */
export interface SystemPackage {
  readonly name: string;
  /** Any of these; absolute, or a program looked up in PATH. */
  readonly provides: readonly string[];
  readonly purpose: string;
}

export const SYSTEM_PACKAGES: readonly SystemPackage[] = [
  {
    name: 'postgresql-15',
    provides: ['/usr/lib/postgresql/15/bin/postgres'],
    purpose: 'the index runs on a real server',
  },
  { name: 'curl', provides: ['curl'], purpose: 'the hook client' },
  { name: 'git', provides: ['git'], purpose: 'the tidy check and repositories for scenarios' },
  { name: 'prometheus', provides: ['promtool'], purpose: 'promtool: the alert rules and their tests' },
  { name: 'jq', provides: ['jq'], purpose: 'reading JSON in scenarios' },
  { name: 'python3', provides: ['python3'], purpose: 'the second verifier, which shares no line with the first' },
  { name: 'radosgw', provides: ['/usr/bin/radosgw'], purpose: 'the ledger is kept in a real S3 server' },
  { name: 'ceph-mon', provides: ['/usr/bin/ceph-mon'], purpose: 'what that server needs' },
  { name: 'ceph-osd', provides: ['/usr/bin/ceph-osd'], purpose: 'what that server needs' },
  { name: 'openssl', provides: ['openssl'], purpose: 'certificates for mutual TLS, right ones and wrong ones' },
  { name: 'chromium', provides: ['/usr/bin/chromium'], purpose: 'the console is driven in a real browser' },
  {
    name: 'fonts-inter',
    provides: ['/usr/share/fonts/opentype/inter/Inter-Regular.otf'],
    purpose: 'pictures of the console that look the same everywhere',
  },
  { name: 'strace', provides: ['strace'], purpose: 'showing that an answer waits for its fsync' },
];

/** Packages of which nothing is found. `exists` looks a path up; names without a slash are looked for in `path`. */
export function missingPackages(
  packages: readonly SystemPackage[],
  searchPath: string,
  exists: (path: string) => boolean,
): readonly SystemPackage[] {
  const folders = searchPath.split(':').filter((folder) => folder !== '');
  const isThere = (file: string) =>
    file.includes('/') ? exists(file) : folders.some((folder) => exists(`${folder}/${file}`));
  return packages.filter(({ provides }) => !provides.some(isThere));
}

/** What is told where the packages cannot be installed: one line each, with the fix. */
export function adviceFor(missing: readonly SystemPackage[]): readonly string[] {
  return missing.map(
    ({ name, purpose }) =>
      `missing: ${name} (${purpose}). Fix: sudo apt-get install -y --no-install-recommends ${name}`,
  );
}

/** Installs what is missing where that is possible (root, apt-get), and says what it did; otherwise says how to. */
export function provideSystemPackages(report: (line: string) => void): void {
  const missing = missingPackages(SYSTEM_PACKAGES, process.env['PATH'] ?? '', existsSync);
  if (missing.length === 0) return;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    for (const line of adviceFor(missing)) report(line);
    return;
  }
  const names = missing.map(({ name }) => name);
  report(`installing for the tests: ${names.join(' ')}`);
  withoutServices(() => {
    // The lists of packages may be absent or too old: they are fetched only when the first try fails.
    if (aptGet(['install', ...names])) return;
    aptGet(['update']);
    aptGet(['install', ...names]);
  });
  for (const line of adviceFor(missingPackages(missing, process.env['PATH'] ?? '', existsSync))) report(line);
}

function aptGet([verb = '', ...rest]: readonly string[]): boolean {
  const options = verb === 'install' ? ['-y', '-qq', '--no-install-recommends'] : ['-qq'];
  const { status } = spawnSync('apt-get', [verb, ...options, ...rest], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

/**
 * Debian starts a service when its package is installed, unless policy-rc.d forbids it (exit 101, see invoke-rc.d(8)).
 * Tests start their own servers on their own ports; nobody asked for one on 5432.
 */
function withoutServices(install: () => void): void {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) {
    install();
    return;
  }
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    rmSync(policy, { force: true });
  }
}
