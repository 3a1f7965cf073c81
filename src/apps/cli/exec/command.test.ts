import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import { RECEIPT_RUN_MS_MAX } from '#domain/receipt/executable.ts';
import { signReceipt } from '#domain/receipt/receipt-file.ts';
import type { Receipt } from '#domain/receipt/statement.ts';
import { OTHER_RECEIPT_KEY, RECEIPT_KEY, sampleReceipt } from '../../../../tests/support/receipts.ts';

const ACGS = fileURLToPath(new URL('../../../../bin/acgs.js', import.meta.url));
const COMMAND = 'echo run >> ran.txt';
let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'acgs-exec-')));
  await mkdir(join(folder, 'home', 'keys'), { recursive: true });
  await writeFile(join(folder, 'home', 'keys', 'receipt.pub'), `${RECEIPT_KEY.signer.publicKey.text}\n`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function digestOf(command: string, cwd = folder): Receipt['action'] {
  const action = { kind: 'shell', command, background: false, cwd, workspaceRoots: [cwd] } as const;
  return { kind: 'shell', digest: actionDigest(canonicalAction(action)) };
}

async function receipt(change: Partial<Receipt> = {}, signer = RECEIPT_KEY.signer): Promise<void> {
  const made = { ...sampleReceipt(2), timeMs: Date.now(), action: digestOf(COMMAND), ...change };
  await writeFile(join(folder, 'receipt.json'), JSON.stringify(signReceipt(made, signer)));
}

async function exec(argv: readonly string[], env: Record<string, string> = {}) {
  const io = createRecordedIo({ cwd: folder, env: { PATH: process.env['PATH'] ?? '', ACGS_HOME: 'home', ...env } });
  return { code: await run(['exec', ...argv], io), ...io.written() };
}
const ran = () =>
  existsSync(join(folder, 'ran.txt')) ? readFileSync(join(folder, 'ran.txt'), 'utf8').split('\n').length - 1 : 0;

describe('acgs exec runs nothing', () => {
  it.each<readonly [string, () => Promise<void>, readonly string[], string]>([
    ['of another command', () => receipt(), ['--', 'echo run >>  ran.txt'], 'receipt-action-other'],
    [
      'in another folder',
      () => receipt({ action: digestOf(COMMAND, '/tmp') }),
      ['--', COMMAND],
      'receipt-action-other',
    ],
    ['in another workspace', () => receipt(), ['--workspace', '/', '--', COMMAND], 'receipt-action-other'],
    ['that was denied', () => receipt({ verdict: { kind: 'deny' } }), ['--', COMMAND], 'receipt-not-allow'],
    [
      'that a person is asked about',
      () => receipt({ verdict: { kind: 'ask', role: 'maintainer' } }),
      ['--', COMMAND],
      'receipt-not-allow',
    ],
    [
      'once the receipt is too old',
      () => receipt({ timeMs: Date.now() - RECEIPT_RUN_MS_MAX }),
      ['--', COMMAND],
      'receipt-expired',
    ],
    [
      "before the receipt's time",
      () => receipt({ timeMs: Date.now() + 3_600_000 }),
      ['--', COMMAND],
      'receipt-from-future',
    ],
    [
      'with a receipt of another key',
      () => receipt({}, OTHER_RECEIPT_KEY.signer),
      ['--', COMMAND],
      'key that you gave',
    ],
    [
      'with a receipt whose approval is of its own principal',
      () =>
        receipt({ approval: { id: 'a', decisionId: 'd', by: 'alice-laptop', role: 'r', timeMs: 0, expiresMs: 9e15 } }),
      ['--', COMMAND],
      'receipt-invalid',
    ],
    ['with no receipt where one was named', async () => {}, ['--', COMMAND], 'ENOENT'],
    ['with a file that is none', () => writeFile(join(folder, 'receipt.json'), '{}'), ['--', COMMAND], 'not a receipt'],
    ['when there is nothing to run', () => receipt(), [], 'there is no command'],
  ])('%s', async (_name, prepare, argv, part) => {
    await prepare();
    const { code, err } = await exec(['--receipt', 'receipt.json', ...argv]);
    expect({ code, ran: ran() }).toEqual({ code: 125, ran: 0 });
    expect(err).toMatch(/^acgs: not run: /);
    expect(err).toContain(part);
  });

  it('when it cannot write down that the receipt is spent', async () => {
    await receipt();
    await writeFile(join(folder, 'home', 'spent'), 'a file where the folder should be');
    expect((await exec(['--receipt', 'receipt.json', '--', COMMAND])).code).toBe(125);
    expect(ran()).toBe(0);
  });

  it('when it has no key to believe', async () => {
    await receipt();
    await rm(join(folder, 'home', 'keys'), { recursive: true });
    expect(await exec(['--receipt', 'receipt.json', '--', COMMAND])).toMatchObject({ code: 125 });
  });
});

describe('acgs exec', () => {
  it('runs the command once, and gives its exit code', async () => {
    const command = `${COMMAND}; exit 7`;
    await receipt({ action: digestOf(command) });
    expect((await exec(['--receipt', 'receipt.json', '--', command])).code).toBe(7);
    expect(await exec(['--receipt', 'receipt.json', '--', command])).toMatchObject({
      code: 125,
      err: expect.stringContaining('receipt-spent'),
    });
    expect(ran()).toBe(1);
  });

  it('lets the environment slip nothing in', async () => {
    const command = 'greet || echo run >> ran.txt';
    await writeFile(join(folder, 'env.sh'), 'echo slipped >> slipped.txt; greet() { :; }\n');
    await receipt({ action: digestOf(command) });
    const env = { BASH_ENV: join(folder, 'env.sh'), 'BASH_FUNC_greet%%': '() { :; }' };
    expect((await exec(['--receipt', 'receipt.json', '--', command], env)).code).toBe(0);
    expect({ ran: ran(), slipped: existsSync(join(folder, 'slipped.txt')) }).toEqual({ ran: 1, slipped: false });
  });

  it('tells the ledger of a server that is named which record the receipt is of, and runs the command whatever that says', async () => {
    const seen: string[] = [];
    let status = 204;
    const server = createServer((incoming, answer) => {
      seen.push(`${incoming.method} ${incoming.url} ${incoming.headers.authorization}`);
      answer.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('it listens on a port');
    const env = { ACGS_URL: `http://127.0.0.1:${address.port}`, ACGS_TOKEN: 'secret' };
    const { journal } = sampleReceipt(2);
    await receipt();
    expect(await exec(['--receipt', 'receipt.json', '--', COMMAND], env)).toMatchObject({ code: 0, err: '' });
    expect(seen).toEqual([`POST /v1/ledger/nodes/${journal.node}/activity?sequence=${journal.sequence} Bearer secret`]);
    status = 503;
    await receipt({ id: '01890a5d-ac96-774b-bcce-0000000000aa' as Receipt['id'] });
    const refused = await exec(['--receipt', 'receipt.json', '--', COMMAND], env);
    expect(refused).toMatchObject({ code: 0, err: expect.stringContaining('could not be told of the receipt') });
    server.close();
    await once(server, 'close');
    await receipt({ id: '01890a5d-ac96-774b-bcce-0000000000ab' as Receipt['id'] });
    expect(await exec(['--receipt', 'receipt.json', '--', COMMAND], env)).toMatchObject({ code: 0 });
    expect(ran()).toBe(3);
  });

  it('of ten processes at once lets one run it', async () => {
    await receipt();
    const codes = await Promise.all(Array.from({ length: 10 }, () => exitOf(start())));
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(codes.filter((code) => code === 125)).toHaveLength(9);
    expect(ran()).toBe(1);
  }, 120_000);

  it('that is killed at any moment runs it at most once, and never again once it was marked', async () => {
    for (let round = 0; round < 6; round += 1) {
      const id = `01890a5d-ac96-774b-bcce-00000000000${round}` as Receipt['id'];
      await rm(join(folder, 'ran.txt'), { force: true });
      await receipt({ id });
      const child = start();
      // From before the mark to after the command, in steps that the machine's speed spreads out.
      const isMarked = () => existsSync(join(folder, 'home', 'spent', id));
      while (round > 0 && !isMarked() && child.exitCode === null) await new Promise((next) => setTimeout(next, 2));
      await new Promise((next) => setTimeout(next, round * 2));
      child.kill('SIGKILL');
      await exitOf(child);
      const wasMarked = isMarked();
      const { code } = await exec(['--receipt', 'receipt.json', '--', COMMAND]);
      expect(code).toBe(wasMarked ? 125 : 0);
      await new Promise((next) => setTimeout(next, 100)); // the killed one's bash may be writing still
      expect(ran()).toBeLessThanOrEqual(1);
    }
    expect(readdirSync(join(folder, 'home', 'spent'))).toHaveLength(6);
  }, 120_000);
});

function start(): ChildProcess {
  return spawn(process.execPath, [ACGS, 'exec', '--receipt', 'receipt.json', '--', COMMAND], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ACGS_HOME: 'home' },
    stdio: 'ignore',
  });
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}
