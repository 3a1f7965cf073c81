import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createResolveLinks } from '#adapters/file-links/resolve-links.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'acgs-links-')));
const at = (...names: readonly string[]): string => join(root, ...names);
mkdirSync(at('secret'));
writeFileSync(at('secret', 'key'), '');
mkdirSync(at('project', 'src'), { recursive: true });
symlinkSync(at('secret'), at('project', 'docs'));
symlinkSync('../project', at('project', 'self'));
symlinkSync(at('project', 'b'), at('project', 'a'));
symlinkSync(at('project', 'a'), at('project', 'b'));
symlinkSync(at('gone'), at('project', 'nowhere'));
afterAll(() => rmSync(root, { recursive: true }));
const resolveLinks = createResolveLinks();

/** The same by the kernel's own answer for the longest part that it has one for. */
function byKernel(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return join(byKernel(dirname(path)), basename(path));
  }
}

describe('resolving links', () => {
  it('comes back from a loop of links and from what does not exist', () => {
    expect(resolveLinks(at('project', 'a'))).toBe(at('project', 'a'));
    expect(resolveLinks('/nonexistent/x/y')).toBe('/nonexistent/x/y');
    const deep = `/nonexistent${'/d'.repeat(200)}`;
    expect(resolveLinks(deep)).toBe(deep);
    expect(resolveLinks('relative')).toBe('relative');
  });

  it('sees through a link to a folder, for a file that exists and for one that does not', () => {
    expect(resolveLinks(at('project', 'docs', 'key'))).toBe(at('secret', 'key'));
    expect(resolveLinks(at('project', 'docs', 'new', 'file'))).toBe(at('secret', 'new', 'file'));
  });

  it('looks again in the next run, where a link may lead elsewhere', async () => {
    const link = at('project', 'moves');
    symlinkSync(at('project', 'src'), link);
    expect(resolveLinks(join(link, 'x'))).toBe(at('project', 'src', 'x'));
    unlinkSync(link);
    symlinkSync(at('secret'), link);
    await Promise.resolve();
    expect(resolveLinks(join(link, 'x'))).toBe(at('secret', 'x'));
    unlinkSync(link);
  });

  it('gives what the kernel gives', async () => {
    const names = ['project', 'docs', 'self', 'a', 'nowhere', 'secret', 'key', 'src', 'none', '..', '.', ''];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom(...names), { maxLength: 6 }), { minLength: 1, maxLength: 6 }),
        async (paths) => {
          for (const path of paths.map((parts) => [root, ...parts].join('/'))) {
            // What is missing has no parent that the kernel knows: there a `..` only shortens the text.
            expect(resolveLinks(path)).toBe(byKernel(path));
          }
          await Promise.resolve();
        },
      ),
    );
  });
});
