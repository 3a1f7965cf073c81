import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { type ServerProcess, startServerProcess, until } from '../support/server-process.ts';

const STARTER = fileURLToPath(new URL('../../constitution', import.meta.url));
const WAIT_MS_MAX = 120_000;

let root: string;
let server: ServerProcess | undefined;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'acgs-constitution-server-'));
});
afterAll(async () => {
  await server?.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

/** Nobody listens at the database: the index is down, and nothing else. */
async function start(folder?: string): Promise<ServerProcess> {
  server = await startServerProcess({
    home: join(root, 'home'),
    env: {
      ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none',
      ...(folder === undefined ? {} : { ACGS_CONSTITUTION: folder }),
    },
  });
  return server;
}

/** What the API answers, as its schemas say. */
interface Answer {
  readonly [name: string]: unknown;
  readonly ref: { readonly digest: string };
  readonly bundle: string;
}
const json = async (running: ServerProcess, path: string) => (await (await running.get(path)).json()) as Answer;
const decide = (running: ServerProcess) =>
  running.post('/v1/decisions', {
    action: { kind: 'shell', command: 'rm -rf /', background: false, cwd: '/w', workspaceRoots: ['/w'] },
  });
const readiness = async (running: ServerProcess) => (await json(running, '/readyz'))['constitution'];
const metric = async (running: ServerProcess, name: string) =>
  Number(
    new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (.+)$`, 'm').exec(
      await (await running.get('/metrics')).text(),
    )?.[1] ?? 0,
  );

it('a server founds itself, finds tampering while it runs and goes on, and does not start again until that is undone', async () => {
  // The first start.
  const first = await start();
  const told = await json(first, '/v1/constitution');
  expect(told).toMatchObject({
    ref: { number: 1 },
    signedBy: [{ name: 'installation' }],
    nextSigners: { threshold: 1 },
  });
  const { digest } = told.ref;
  expect((await decide(first)).headers.get('acgs-constitution')).toBe(`cdd01ef066bc6cf2;number=1;digest=${digest}`);
  const lineage = await json(first, '/v1/lineage');
  expect(lineage['constitutions']).toMatchObject([{ number: 1, digest, inForce: true }]);
  const kept = await json(first, `/v1/constitutions/${digest}`);
  expect((await first.get(`/v1/constitutions/${'f'.repeat(64)}`)).status).toBe(404);
  expect(Buffer.from(kept.bundle, 'base64').toString()).toContain('"number":1');
  expect(await metric(first, 'acgs_constitution_verified_total')).toBeGreaterThanOrEqual(1);
  expect(await metric(first, 'acgs_constitution_age_seconds')).toBeGreaterThan(0);
  expect(await metric(first, 'acgs_constitution_age_max_seconds')).toBe(96 * 3_600);

  // Tampered with while it runs: found at once, told, and it goes on by what it has verified.
  const pointer = join(first.home, 'constitutions', 'in-force.json');
  const good = await readFile(pointer, 'utf8');
  await writeFile(pointer, JSON.stringify({ number: 2, digest: 'e'.repeat(64) }));
  await until(async () => (await readiness(first)) === 'lineage-missing', WAIT_MS_MAX);
  expect(await json(first, '/readyz')).toMatchObject({ status: 'ready' });
  expect(await metric(first, 'acgs_constitution_refused_total{code="lineage-missing"}')).toBeGreaterThanOrEqual(1);
  expect(await json(first, '/v1/constitution')).toMatchObject({
    refusal: { code: 'lineage-missing' },
    ref: { digest },
  });
  expect(await (await decide(first)).json()).toMatchObject({
    decision: { verdict: { kind: 'deny' }, constitution: { digest } },
  });
  const line = first
    .output()
    .split('\n')
    .find((text) => text.includes('the constitution is refused'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    level: 50,
    code: 'lineage-missing',
    constitution: { number: 1, digest },
  });
  await first.kill('SIGTERM');

  // It does not start like that.
  await expect(start()).rejects.toThrow(/The bundle of eeeeeeeeeeeeeeee… is missing/);
  await writeFile(pointer, good);
  const registry = createFileRegistry(first.home);
  const envelope = join(first.home, 'constitutions', `1-${digest.slice(0, 16)}`, 'envelope.json');
  const signed = await readFile(envelope, 'utf8');
  await writeFile(envelope, JSON.stringify({ ...JSON.parse(signed), signatures: [] }));
  await expect(start()).rejects.toThrow(/it carries no signature/);
  await writeFile(envelope, signed);

  // Undone, and with a folder that was edited meanwhile: it starts by what is in force, and says what the folder is.
  const folder = join(root, 'edited');
  await cp(STARTER, folder, { recursive: true });
  const yaml = join(folder, 'constitution.yaml');
  await writeFile(yaml, (await readFile(yaml, 'utf8')).replace('effectsPerAction: 10000', 'effectsPerAction: 9999'));
  const again = await start(folder);
  await until(async () => again.output().includes('differs from number 1, which is in force'), WAIT_MS_MAX);
  expect(again.output()).toContain(`acgs constitution propose ${folder}`);
  expect((await json(again, '/v1/constitution')).ref.digest).toBe(digest);
  expect(await registry.highWater()).toEqual({ number: 1, digest });
  await again.kill('SIGTERM');
}, 600_000);
