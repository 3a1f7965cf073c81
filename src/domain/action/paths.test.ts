import { describe, expect, it } from 'vitest';
import { createResolvePath } from '#domain/action/paths.ts';

const LINKS: Readonly<Record<string, string>> = {
  '/w/link': '/srv/target',
  '/w/deep': '/srv/a/b',
  '/h/ws': '/w',
  '/w/secret': '/h/.ssh/id_rsa',
};
const looked: string[] = [];
const resolve = createResolvePath({
  home: '/h',
  workspaceRoots: ['/h/ws'],
  temporaryDirectories: ['/tmp'],
  resolveLinks(path) {
    looked.push(path);
    const link = Object.keys(LINKS)
      .toSorted((a, b) => b.length - a.length)
      .find((from) => path === from || path.startsWith(`${from}/`));
    return link === undefined ? path : `${LINKS[link]}${path.slice(link.length)}`;
  },
});

describe('paths', () => {
  it.each([
    ['../../../../etc/passwd', '/w', '/etc/passwd'],
    ['/a/../../b//c/./', '/w', '/b/c'],
    ['', '/w', '/w'],
    ['.', '/w/', '/w'],
    ['a', '/w', '/w/a'],
    ['~', '/w', '/h'],
    ['~/x', '/w', '/h/x'],
    ['~root/x', '/w', '/root/x'],
    ['~other/x', '/w', '/other/x'],
    ['//etc/x', '/w', '/etc/x'],
    ['link/x', '/w', '/srv/target/x'],
    // The kernel follows the link before it goes up: this is `/srv/a/x`, not `/w/x`.
    ['deep/../x', '/w', '/srv/a/x'],
    ['ws/a', '/h', '/w/a'],
    ['*.ts', '/w', '/w/*.ts'],
    ['x', '$DIR', '$DIR/x'],
    ['$X/y', undefined, '$X/y'],
  ] as const)('%s in %s is %s', (text, cwd, path) => {
    expect(resolve(text, cwd).path).toBe(path);
  });

  it('leaves a link in the last place alone when it is deleted itself', () => {
    expect(resolve('link', '/w', { keepLast: true }).path).toBe('/w/link');
    expect(resolve('link/', '/w', { keepLast: true }).path).toBe('/srv/target');
    expect(resolve('/', '/w', { keepLast: true }).path).toBe('/');
  });

  it('places a path where its links lead, and names it by both', () => {
    expect(resolve('link/x', '/w').zones).toEqual(['system']);
    expect(resolve('secret', '/w').zones).toEqual(['home', 'credentials']);
    expect(resolve('ws', '/h').zones).toEqual(['workspace', 'root']);
  });

  it('asks once for a path, and never for a pattern or an unknown part', () => {
    resolve('once', '/w');
    resolve('once', '/w');
    resolve('/p/*', '/w');
    resolve('/p/$X', '/w');
    expect(looked.filter((path) => path.endsWith('/once'))).toHaveLength(1);
    expect(looked.filter((path) => path.startsWith('/p'))).toEqual([]);
  });
});
