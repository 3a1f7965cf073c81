import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { provideImage } from './provide.ts';

/** As wide as characters get, in each place where the language lets them stand. */
const WIDE = '‘ﬁ…’ 🂡';

describe('an image of sources', { timeout: 300_000 }, () => {
  let folder = '';
  const path = (name: string) => join(folder, name);
  const provide = () =>
    provideImage({
      folder,
      entries: { main: path('main.ts') },
      settings: [path('package.json')],
      images: path('images'),
    });
  const run = (image: string): unknown =>
    JSON.parse(execFileSync(process.execPath, [join(image, 'main.mjs')], { encoding: 'utf8' }));

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'acgs-image-')));
    mkdirSync(path('old'));
    writeFileSync(path('package.json'), '{"type":"module"}');
    writeFileSync(path('old/package.json'), '{"type":"commonjs"}');
    writeFileSync(path('old/place.js'), 'exports.place = __dirname; exports.file = __filename;');
    writeFileSync(path('later.ts'), 'export class Later extends Error {}\n');
    writeFileSync(
      path('main.ts'),
      `import { place, file } from './old/place.js';
       const { Later }: typeof import('./later.ts') = await import('./later.ts');
       const texts = ['${WIDE}', \`${WIDE}\`, '${WIDE}'.replace(/[${WIDE}]/gu, '')];
       console.log(JSON.stringify({ url: import.meta.url, place, file, name: Later.name, texts }));`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is not run when it was changed, cut short, or lost a file', async () => {
    const image = await provide();
    const files = readdirSync(image).filter((name) => name.endsWith('.mjs'));
    expect(files.length).toBeGreaterThan(1); // what is loaded later is apart
    for (const name of files) {
      appendFileSync(join(image, name), '\nprocess.exit(7);');
      run(await provide());
      rmSync(join(image, name));
      run(await provide());
    }
    for (const manifest of ['', '{', 'null', '{"inputs":{}}']) {
      writeFileSync(join(image, 'manifest.json'), manifest);
      expect(run(await provide())).toMatchObject({ name: 'Later' });
    }
  });

  it('is another one after a change of any source or setting, and the same one without', async () => {
    const first = await provide();
    const { mtimeMs } = statSync(first);
    expect(await provide()).toBe(first);
    expect(statSync(first).mtimeMs).toBe(mtimeMs);
    const seen = new Set([first]);
    for (const name of ['main.ts', 'later.ts', 'old/place.js', 'package.json']) {
      appendFileSync(path(name), '\n');
      const next = await provide();
      expect(seen).not.toContain(next);
      seen.add(next);
    }
    // The first is gone by now: only so many are kept.
    expect(readdirSync(path('images'))).toHaveLength(4);
  });

  it('tells why it cannot be made', async () => {
    writeFileSync(path('later.ts'), 'export class {');
    await expect(provide()).rejects.toThrow(/later\.ts/);
    expect(readdirSync(folder)).not.toContain('images');
  });

  it('behaves as its sources do where they lie', async () => {
    expect(run(await provide())).toEqual({
      url: pathToFileURL(path('main.ts')).href,
      place: path('old'),
      file: path('old/place.js'),
      name: 'Later',
      texts: [WIDE, WIDE, ''],
    });
  });

  it('is whole for each of several who make it at once', async () => {
    const images = await Promise.all([provide(), provide(), provide()]);
    for (const image of images) expect(run(image)).toMatchObject({ name: 'Later' });
  });
});
