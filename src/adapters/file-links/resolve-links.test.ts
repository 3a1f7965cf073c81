import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveLinks } from '#adapters/file-links/resolve-links.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'acgs-links-')));
mkdirSync(join(root, 'secret'));
writeFileSync(join(root, 'secret', 'key'), '');
mkdirSync(join(root, 'project'));
symlinkSync(join(root, 'secret'), join(root, 'project', 'docs'));
symlinkSync(join(root, 'project', 'b'), join(root, 'project', 'a'));
symlinkSync(join(root, 'project', 'a'), join(root, 'project', 'b'));
afterAll(() => rmSync(root, { recursive: true }));

describe('resolveLinks', () => {
  it('sees through a link to a folder, for a file that exists and for one that does not', () => {
    expect(resolveLinks(join(root, 'project', 'docs', 'key'))).toBe(join(root, 'secret', 'key'));
    expect(resolveLinks(join(root, 'project', 'docs', 'new', 'file'))).toBe(join(root, 'secret', 'new', 'file'));
  });

  it('comes back from a loop of links and from what does not exist', () => {
    expect(resolveLinks(join(root, 'project', 'a'))).toBe(join(root, 'project', 'a'));
    expect(resolveLinks('/nonexistent/x/y')).toBe('/nonexistent/x/y');
    const deep = `/nonexistent${'/d'.repeat(200)}`;
    expect(resolveLinks(deep)).toBe(deep);
  });
});
