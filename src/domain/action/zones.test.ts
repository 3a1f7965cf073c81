import { describe, expect, it } from 'vitest';
import { isHarmlessDevice, isWithin, type ZonePlaces, zonesOf } from '#domain/action/zones.ts';

const PLACES: ZonePlaces = {
  home: '/home/u',
  workspaceRoots: ['/home/u/ws', '/tmp/scratch'],
  temporaryDirectories: ['/tmp'],
};

/** Paths that must not be removed as a whole come first; then those that tell secrets, start programs, loosen the governing. */
const CASES: readonly (readonly [path: string, zones: string])[] = [
  ['/', 'root'],
  ['/*', 'root'],
  ['/.*', 'root'],
  ['/home', 'root'],
  ['/home/u', 'home root'],
  ['/home/u/*', 'home root'],
  ['/home/u/.[!.]*', 'home root'],
  ['/home/other', 'home root'],
  ['/Users/x', 'home root'],
  ['/root', 'home root'],
  ['/home/u/ws', 'workspace home root'],
  ['/home/u/ws/**', 'workspace home root'],
  ['/home/u/ws/{a,b}', 'workspace home'],
  ['/tmp/scratch', 'workspace temporary root'],
  ['/tmp/scratch/a', 'workspace temporary'],
  ['/tmp', 'temporary root'],
  ['/tmp/x', 'temporary'],
  ['/tmp/*', 'temporary root'],
  ['/var/tmp/x', 'temporary'],
  ['/dev/shm/x', 'temporary'],
  ['/private/var/folders/ab/x', 'temporary'],
  ['/etc', 'system root'],
  ['/usr/lib', 'system root'],
  ['/usr/share/doc', 'system'],
  ['/private/etc/hosts', 'system'],
  ['/System/Library/x', 'system'],
  ['/data/x', ''],
  ['/home/u/wsx', 'home'],
  ['/dev/sda', 'device'],
  ['/dev/mapper/vg-root', 'device'],
  ['/dev/null', ''],
  ['/dev/fd/3', ''],
  ['/dev/tty', ''],
  ['/proc/kcore', 'system device'],
  ['/home/u/.ssh', 'home credentials'],
  ['/home/u/.ssh/id_ed25519', 'home credentials'],
  ['/home/u/.SSH/ID_RSA', 'home credentials'],
  ['/home/u/.ssh/known_hosts', 'home'],
  ['/home/u/.ssh/id_rsa.pub', 'home'],
  ['/home/other/.aws/credentials', 'home credentials'],
  ['/home/u/.config/gcloud/x.db', 'home credentials'],
  ['/home/u/.s?h/id_rsa', 'home credentials'],
  ['/home/u/.ss*', 'home credentials'],
  ['/home/u/ws/.env', 'workspace home credentials'],
  ['/home/u/ws/.env.production', 'workspace home credentials'],
  ['/home/u/ws/.env.example', 'workspace home'],
  ['/home/u/ws/.e*', 'workspace home credentials'],
  ['/home/u/ws/src/*', 'workspace home'],
  ['/home/u/ws/deploy.pem', 'workspace home credentials'],
  ['/home/u/ws/.npmrc', 'workspace home credentials'],
  ['/etc/shadow', 'system credentials'],
  ['/etc/s*', 'system credentials'],
  ['/etc/ssl/private/x', 'system credentials'],
  ['/proc/12/environ', 'system credentials'],
  ['/run/secrets/db', 'system credentials'],
  ['/home/u/Library/Keychains/login.keychain-db', 'home credentials'],
  ['/home/u/.bashrc', 'home shell-startup'],
  ['/etc/profile.d/x.sh', 'system shell-startup'],
  ['/etc/cron.d/x', 'system scheduler'],
  ['/home/u/.config/systemd/user/x.service', 'home scheduler'],
  ['/home/u/Library/LaunchAgents/x.plist', 'home scheduler'],
  ['/home/u/ws/.git/hooks/pre-commit', 'workspace home git-internals'],
  ['/home/u/.gitconfig', 'home git-internals'],
  ['/home/u/ws/.gitignore', 'workspace home'],
  ['/home/u/ws/.claude/settings.json', 'workspace home agent-config'],
  ['/home/u/ws/.mcp.json', 'workspace home agent-config'],
  ['/etc/claude-code/managed-settings.json', 'system agent-config'],
  ['/home/u/ws/.acgs/x', 'workspace home agent-config'],
  ['/home/u/ws/.github/workflows/ci.yml', 'workspace home ci-config'],
  ['/home/u/ws/.gitlab-ci.yml', 'workspace home ci-config'],
  ['/home/u/ws/package.json', 'workspace home manifest'],
  ['/home/u/ws/sub/Cargo.lock', 'workspace home manifest'],
  ['/home/u/ws/Dockerfile', 'workspace home manifest'],
  ['/home/u/ws/requirements-dev.txt', 'workspace home manifest'],
  // What is not known where it begins is in no place, but may be named for what it is.
  ['$DIR/.ssh/id_rsa', 'credentials'],
  ['$DIR/a', ''],
];

describe('zones of a path', () => {
  it.each(CASES)('%s: %s', (path, zones) => {
    expect(zonesOf(path, PLACES).join(' ')).toBe(zones);
  });

  it('are found in bounded time for hostile paths', () => {
    const start = performance.now();
    for (const piece of ['*', '/', '.ssh*', '[', 'a?', '../', '[a-z]*']) zonesOf(`/${piece.repeat(20_000)}`, PLACES);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

it('a path is within a directory by whole names', () => {
  expect([isWithin('/a/b', '/a'), isWithin('/ab', '/a'), isWithin('/a', '/a'), isWithin('/x', '/')]).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

it('devices without data of their own are harmless', () => {
  expect(['/dev/zero', '/dev/pts/1', '/dev/nullx', '/dev/sda'].map(isHarmlessDevice)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
