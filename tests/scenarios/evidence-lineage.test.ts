import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { readKeyFile } from '#adapters/key-file/key-file.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import { FOUNDER_KEY_FILE } from '#apps/server/constitution-in-force.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import { ada, amend, ben, signed, signersOf } from '../support/lineage.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

/** A real server decides by the constitution that it founded, and then by one that follows it: an auditor checks both from one bundle. */
let root: string;
let server: ServerProcess | undefined;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'acgs-evidence-lineage-'));
});
afterAll(async () => {
  await server?.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});
/** A machine that runs other tests beside: two starts. */
const TIMEOUT_MS = 600_000;

async function decideOnce(home: string, command: string): Promise<string> {
  // Nobody listens at the database: nothing of this needs a search index.
  server = await startServerProcess({ home, env: { ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none' } });
  const action = { kind: 'shell', command, background: false, cwd: '/w', workspaceRoots: ['/w'] };
  const answer = await server.post('/v1/decisions', { action, session: { id: 's' } });
  expect(answer.status).toBe(200);
  const { decision } = (await answer.json()) as { decision: { constitution: { number: number; digest: string } } }; // our own API
  await server.kill('SIGTERM');
  return decision.constitution.digest;
}

/** What the installation's founder signs as number 2, and puts in force. */
async function amendOnce(home: string): Promise<string> {
  const registry = createFileRegistry(home);
  const mark = await registry.inForce();
  const kept = mark === undefined ? undefined : await registry.read(mark.digest);
  const first = kept === undefined ? undefined : parseBundle(kept.bytes);
  const founder = await readKeyFile(join(home, FOUNDER_KEY_FILE));
  if (first?.ok !== true || !founder.ok) throw new Error('the first start has founded it');
  expect(first.value.constitution.parent).toBe(GENESIS_DIGEST);
  const second = signed(amend(first.value.constitution), founder.value);
  await registry.add(second);
  await registry.putInForce(second);
  return second.digest;
}

async function acgs(...argv: readonly string[]) {
  const io = createRecordedIo({ cwd: root, env: { ACGS_HOME: 'home' } });
  return { code: await run(argv, io), ...io.written() };
}

it('evidence of a real server shows its lineage from the genesis to whoever knows the founders, and to nobody else', {
  timeout: TIMEOUT_MS,
}, async () => {
  const home = join(root, 'home');
  const from = new Date(Date.now() - 1_000).toISOString();
  const first = await decideOnce(home, 'ls');
  const second = await amendOnce(home);
  expect(await decideOnce(home, 'pwd')).toBe(second);
  await sleep(2); // the span's end is not in it
  const to = new Date().toISOString();
  expect(await acgs('evidence', '--from', from, '--to', to, '-o', 'bundle')).toMatchObject({ code: 0 });
  const verify = (...more: readonly string[]) =>
    acgs('verify', 'evidence', 'bundle', '--key', 'home/keys/receipt.pub', '--json', ...more);
  const lineageOf = ({ out }: { readonly out: string }) =>
    (JSON.parse(out) as { findings: { part: string; state: string; code?: string }[] }).findings.find(
      ({ part }) => part === 'lineage',
    );

  // Refused: others than those who founded it, and a founder beside whom one more would have had to sign.
  for (const [name, signers] of [
    ['strangers', signersOf(1, ada, ben)],
    ['too-few', signersOf(2, await founderOf(home), ada)],
  ] as const) {
    await writeFile(join(root, `${name}.json`), JSON.stringify(signers));
    const refused = await verify('--founders', `${name}.json`);
    expect(refused.code, name).toBe(1);
    expect(lineageOf(refused), name).toMatchObject({ state: 'false' });
  }
  // Not asked: nothing is said of it, and the rest holds.
  const unasked = await verify();
  expect(unasked.code).toBe(0);
  expect(lineageOf(unasked)).toMatchObject({ state: 'open', code: 'founders-unknown' });

  const proved = await verify('--founders', 'home/founders.json');
  expect(proved.code, proved.out).toBe(0);
  expect(lineageOf(proved)).toMatchObject({ state: 'proved' });
  // The first is in the bundle and is read from there: without it there is no way back to the genesis.
  const file = join(root, 'bundle', 'constitutions', `${first}.json`);
  expect((await readFile(file)).length).toBeGreaterThan(0);
  await rm(file);
  expect((await verify('--founders', 'home/founders.json')).code).toBe(1);
});

async function founderOf(home: string) {
  const founder = await readKeyFile(join(home, FOUNDER_KEY_FILE));
  if (!founder.ok) throw new Error(founder.refusal.message);
  return founder.value;
}
