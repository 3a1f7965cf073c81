import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONSOLE_PAGES } from '#services/gateway/console.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Bytes (gzip) that a browser loads before it shows anything: 250 kB. */
const FIRST_LOAD_BYTES_MAX = 250_000;
const BUILD_MS_MAX = 240_000;

const Chunk = Type.Object({
  file: Type.String(),
  isEntry: Type.Optional(Type.Boolean()),
  imports: Type.Optional(Type.Array(Type.String())),
  css: Type.Optional(Type.Array(Type.String())),
});
const Manifest = Type.Record(Type.String(), Chunk);

const built = mkdtempSync(join(tmpdir(), 'acgs-console-built-'));
let manifest: Type.Static<typeof Manifest>;
beforeAll(() => {
  const build = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', join(ROOT, 'console'), '--outDir', built],
    { encoding: 'utf8', env: { PATH: process.env['PATH'], NO_COLOR: '1' } },
  );
  expect(build.status, build.stderr).toBe(0);
  manifest = Value.Parse(Manifest, JSON.parse(readFileSync(join(built, 'manifest.json'), 'utf8')));
}, BUILD_MS_MAX);
afterAll(() => rmSync(built, { recursive: true, force: true }));

/** The entry with everything that it imports by itself, and their styles: what is there before anybody goes anywhere. */
function firstLoad(): ReadonlySet<string> {
  const files = new Set<string>();
  const add = (chunk: Type.Static<typeof Chunk>) => {
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const style of chunk.css ?? []) files.add(style);
    for (const name of chunk.imports ?? []) {
      const imported = manifest[name];
      if (imported === undefined) throw new Error(`the manifest does not know ${name}`);
      add(imported);
    }
  };
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry === true);
  if (entry === undefined) throw new Error('the manifest has no entry');
  add(entry);
  return files;
}

describe('the built console', () => {
  it('loads less than 250 kB (gzip) at first', () => {
    const bytes = [...firstLoad()].reduce((sum, file) => sum + readFileSync(join(built, `${file}.gz`)).length, 0);
    console.log(`first load of the console: ${(bytes / 1000).toFixed(1)} kB gzip, of at most 250`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES_MAX);
  });

  it('has every file that the server sends in both compressed forms, and smaller', () => {
    const files = globSync('**/*.{js,css,html,svg}', { cwd: built });
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const plain = readFileSync(join(built, file)).length;
      for (const ending of ['br', 'gz']) expect(existsSync(join(built, `${file}.${ending}`)), file).toBe(true);
      if (plain > 1_000) expect(readFileSync(join(built, `${file}.br`)).length).toBeLessThan(plain);
    }
  });

  it('holds no script or style within its page: the policy would refuse it', () => {
    const page = readFileSync(join(built, 'index.html'), 'utf8');
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\son\w+=|https?:\/\//);
  });

  it('names nobody else’s address that a browser would load from', () => {
    for (const file of globSync('assets/*.css', { cwd: built })) {
      expect(readFileSync(join(built, file), 'utf8'), file).not.toMatch(/@import|url\(\s*['"]?(https?:)?\/\//);
    }
  });
});

it('the server answers every page of the router with the console, and no other path', () => {
  const routes = globSync(['console/src/pages/*/routes.ts', 'console/src/sign-in/routes.ts'], { cwd: ROOT });
  const first = routes.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bpath: '([^'/]+)/g)].map(([, segment]) => segment),
  );
  expect(routes.length).toBeGreaterThanOrEqual(9);
  expect([...new Set(first)].toSorted()).toEqual([...CONSOLE_PAGES].toSorted());
});
