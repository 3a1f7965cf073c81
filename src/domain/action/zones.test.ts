import { describe, expect, it } from 'vitest';
import { zonesOf } from '#domain/action/zones.ts';

const places = (...workspaceRoots: string[]) => ({ home: '/home/dev', workspaceRoots, temporaryDirectories: ['/tmp'] });

describe('a workspace below a directory of the system', () => {
  it.each([
    ['/srv/site/a', '/srv/site', ['workspace']],
    ['/opt/app/a', '/opt/app', ['workspace']],
    ['/var/www/x/a', '/var/www/x', ['workspace']],
    ['/srv/other/a', '/srv/site', ['system']],
    ['/srv/a', '/srv', ['workspace', 'system']],
    ['/etc/app/a', '/etc/app', ['workspace', 'system']],
    ['/usr/local/app/a', '/usr/local/app', ['workspace', 'system']],
  ])('%s in %s', (path, root, zones) => {
    expect(zonesOf(path, places(root))).toEqual(zones);
  });
});
