import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectJournal } from '#adapters/journal/inspect.ts';
import type { Decision } from '#domain/decision/decision.ts';
import { sha256Hex } from '#domain/json.ts';
import { parseReceiptFile } from '#domain/receipt/receipt-file.ts';
import { verifyReceipt } from '#domain/receipt/verify-receipt.ts';
import { verifyDisclosure } from '#domain/redaction/disclosure.ts';
import { PLANTED_SECRETS } from '#domain/redaction/planted-secrets.ts';
import { parsePublicKey } from '#domain/signature/ed25519.ts';
import { type ServerProcess, startServerProcess, until } from '../support/server-process.ts';

const ACGS = fileURLToPath(new URL('../../bin/acgs.js', import.meta.url));
let home: string;
let server: ServerProcess;
const decisions = new Map<string, Decision>();

/** The real server decides commands with secrets in them, each by the native API and as AuthZEN. */
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'acgs-receipts-'));
  server = await startServerProcess({ home, env: { ACGS_LOG_LEVEL: 'debug' } });
  for (const [at, { name, command }] of PLANTED_SECRETS.entries()) {
    const where = { cwd: home, workspaceRoots: [home] };
    const answer = await server.post('/v1/decisions', {
      action: { kind: 'shell', command, background: false, ...where },
      session: { id: `session-${at % 4}` },
    });
    expect(answer.status).toBe(200);
    decisions.set(name, (await readJson<{ decision: Decision }>(answer)).decision);
    const evaluated = await server.post('/access/v1/evaluation', {
      subject: { type: 'codex', id: 'codex' },
      action: { name: 'run' },
      resource: { type: 'command', id: command },
    });
    const { context } = await readJson<{ context: { id: string; receipt: string } }>(evaluated);
    expect(context.receipt).toBe(context.id);
  }
  // A malformed request with a secret in it must not reach the log either.
  await server.post('/v1/decisions', { action: { kind: 'shell', command: ['mytool --password Zitrone-4711'] } });
  // The index must have taken everything in before it is looked at.
  await until(async () => {
    const ready = await readJson<{ facts?: Record<string, unknown>; indexLagRecords?: number }>(
      await server.get('/readyz'),
    );
    return JSON.stringify(ready).includes('"indexLagRecords":0');
  }, 400_000);
}, 500_000);
afterAll(async () => {
  await server.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

/** The command line as its users run it. */
async function runAcgs(argv: readonly string[], where: { readonly cwd: string; readonly env: Record<string, string> }) {
  const child = spawn(process.execPath, [ACGS, ...argv], {
    cwd: where.cwd,
    env: { PATH: process.env['PATH'], ...where.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, err };
}

async function readJson<T>(response: Response): Promise<T> {
  return (await response.json()) as T; // the caller's expectations fail where it is not so
}

/** As it is, as it stands in JSON, and as base64 would carry it. */
function formsOf(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64')];
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function receiptOf(id: string) {
  const answer = await server.get(`/v1/receipts/${id}`);
  const file = parseReceiptFile(await answer.text());
  if (!file.ok) throw new Error(file.refusal.message);
  const key = parsePublicKey(readFileSync(join(home, 'keys', 'receipt.pub'), 'utf8').trim());
  if (!key.ok) throw new Error(key.refusal.message);
  return verifyReceipt(file.value, { keys: [key.value] });
}

describe('a server that was asked about commands with secrets', () => {
  it('has them in no byte of its state folder, and has printed none', () => {
    const files = filesBelow(home);
    expect(files.some((file) => file.includes('/journal/'))).toBe(true);
    expect(files.some((file) => file.includes('/index/'))).toBe(true);
    expect(files.some((file) => file.includes('/detail/'))).toBe(true);
    const places = [
      ...files.map((file) => [file, readFileSync(file)] as const),
      ['printed', Buffer.from(server.output())] as const,
    ];
    const placesOf = (text: string) => places.filter(([, bytes]) => bytes.includes(text)).map(([place]) => place);
    // The control: what is no secret is found where records are.
    for (const part of ['/journal/', '/index/']) expect(placesOf('mytool').join()).toContain(part);
    const leaks = PLANTED_SECRETS.flatMap(({ name, secrets }) =>
      secrets.flatMap(formsOf).flatMap((form) => placesOf(form).map((place) => `${name}: ${place}`)),
    );
    expect(leaks).toEqual([]);
  });

  it('gives a receipt of each, which holds none either', async () => {
    for (const { name, secrets } of PLANTED_SECRETS) {
      const decision = decisions.get(name);
      if (decision === undefined) throw new Error(`${name} was not decided`);
      const { isValid, receipt, findings } = await receiptOf(decision.id);
      expect(findings.filter(({ state }) => state === 'false')).toEqual([]);
      expect({ isValid, digest: receipt?.action.digest }).toEqual({ isValid: true, digest: decision.actionDigest });
      for (const secret of secrets) expect(JSON.stringify(receipt)).not.toContain(secret);
    }
  });

  it('refuses receipts to strangers, of what was never decided, and in other words', async () => {
    const [decision] = decisions.values();
    expect((await fetch(`${server.url}/v1/receipts/${decision?.id}`)).status).toBe(401);
    expect((await server.get('/v1/receipts/01890a5d-ac96-774b-bcce-0123456789ab')).status).toBe(404);
    expect((await server.get('/v1/receipts/6ba7b810-9dad-11d1-80b4-00c04fd430c8')).status).toBe(404);
    expect((await server.get('/v1/receipts/latest')).status).toBe(400);
    expect((await fetch(`${server.url}/v1/receipts/${decision?.id}/record`)).status).toBe(401);
    expect((await server.get('/v1/receipts/01890a5d-ac96-774b-bcce-0123456789ab/record')).status).toBe(404);
    expect((await server.get('/v1/receipt-keys')).status).toBe(200);
  });

  it('gives the record byte for byte: its hash is what the receipt states', async () => {
    const [decision] = decisions.values();
    if (decision === undefined) throw new Error('nothing was decided');
    const record = await (await server.get(`/v1/receipts/${decision.id}/record`)).text();
    expect((await receiptOf(decision.id)).receipt?.record.sha256).toBe(sha256Hex(record));
  });

  it('discloses what it kept out, so that it can be checked; and once it is shredded, the proof stays and the detail is gone', async () => {
    const [{ name, secrets }] = PLANTED_SECRETS.slice(4, 5) as [(typeof PLANTED_SECRETS)[number]];
    const decision = decisions.get(name);
    if (decision === undefined) throw new Error(`${name} was not decided`);
    const disclosed = await readJson<Parameters<typeof verifyDisclosure>[1] & { record: string }>(
      await server.get(`/v1/decisions/${decision.id}/disclosure`),
    );
    const record = (JSON.parse(disclosed.record) as { decision: Decision }).decision;
    const verified = verifyDisclosure(record, disclosed);
    expect(verified).toMatchObject({ ok: true, value: { isWhole: true } });
    expect(JSON.stringify(verified)).toContain(secrets[0]);

    expect((await server.post('/v1/detail/shred', {})).status).toBe(400);
    const shredded = await readJson<{ keys: string[] }>(
      await server.post('/v1/detail/shred', { sessionId: decision.sessionId ?? '' }),
    );
    expect(shredded.keys.length).toBeGreaterThan(0);
    const gone = await server.get(`/v1/decisions/${decision.id}/disclosure`);
    expect({ status: gone.status, body: await gone.json() }).toMatchObject({
      status: 410,
      body: { code: 'detail-gone' },
    });

    expect((await receiptOf(decision.id)).isValid).toBe(true);
    expect(await inspectJournal(join(home, 'journal'))).toMatchObject({
      kind: 'sound',
      // Shown once; what was gone was not shown.
      kinds: { 'detail-shredded': 1, 'detail-disclosed': 1 },
    });
    const other = decisions.get(PLANTED_SECRETS[5]?.name ?? '');
    expect((await server.get(`/v1/decisions/${other?.id}/disclosure`)).status).toBe(200);
  });

  it('is proved to be in the ledger, with nothing but public keys, also as evidence of the span', {
    timeout: 300_000,
  }, async () => {
    const [decision] = decisions.values();
    const receiptFile = join(home, 'receipt.json');
    await until(async () => {
      const text = await (await server.get(`/v1/receipts/${decision?.id}`)).text();
      await writeFile(receiptFile, text);
      return text.includes('tlog-proof');
    }, 60_000);
    const env = { ACGS_HOME: home };
    const from = new Date((decision?.timeMs ?? 0) - 1).toISOString();
    const bundle = join(home, 'evidence');
    expect(await runAcgs(['evidence', '--from', from, '-o', bundle], { cwd: home, env })).toEqual({ code: 0, err: '' });
    // An auditor has the log's key from elsewhere; here it is taken from where the test knows it.
    const keys = ['--key', join(home, 'keys', 'receipt.pub'), '--key', join(bundle, 'keys', 'ledger.vkey')];
    const verified = await runAcgs(['verify', 'receipt', receiptFile, ...keys, '--json'], { cwd: home, env: {} });
    expect(verified).toMatchObject({ code: 0 });
    const founders = ['--founders', join(home, 'founders.json')];
    expect(await runAcgs(['verify', 'evidence', bundle, ...keys, ...founders], { cwd: home, env: {} })).toMatchObject({
      code: 0,
    });
    const bare = { ...(JSON.parse(readFileSync(receiptFile, 'utf8')) as object), proof: undefined };
    await writeFile(receiptFile, JSON.stringify(bare));
    expect(await runAcgs(['verify', 'receipt', receiptFile, ...keys], { cwd: home, env: {} })).toMatchObject({
      code: 1,
    });
  });

  it('runs what it allows, once, and reports what became of it; what it denies is not run', async () => {
    const work = join(home, 'work');
    await mkdir(work);
    const exec = (command: string) =>
      runAcgs(['exec', '--', command], {
        cwd: work,
        env: { ACGS_HOME: home, ACGS_URL: server.url, ACGS_TOKEN: server.token },
      });
    expect(await exec('echo governed > made.txt && exit 3')).toMatchObject({ code: 3 });
    expect(readFileSync(join(work, 'made.txt'), 'utf8')).toBe('governed\n');
    const denied = await exec('rm -rf /');
    expect(denied.code).toBe(125);
    expect(denied.err).toMatch(/^acgs: not run: ACGS (denies|needs)/);
    const events = (await (await server.get('/v1/events')).text()).trimEnd().split('\n');
    const last = events
      .map((line) => JSON.parse(line) as { type: string; data: object })
      .findLast(({ type }) => type === 'acgs.outcome');
    expect(last?.data).toMatchObject({ outcome: { status: 'failed' } });
  });

  it('streams everything that it recorded, to be resumed without loss', async () => {
    const whole = (await (await server.get('/v1/events')).text()).trimEnd().split('\n');
    const ids = whole.map((line) => JSON.parse(line) as { id: string; source: string });
    expect(ids.map(({ id }) => Number(id))).toEqual(whole.map((_, at) => at + 1));
    const node = ids[0]?.source.slice('urn:acgs:node:'.length);
    const rest = (await (await server.get(`/v1/events?after=${node}:5`)).text()).trimEnd().split('\n');
    expect(rest).toEqual(whole.slice(5));
    expect((await server.get(`/v1/events?after=${node}:999999`)).status).toBe(409);
    expect((await server.get('/v1/events?after=other:5')).status).toBe(409);
    expect((await server.get('/v1/events?after=5')).status).toBe(400);
    expect((await fetch(`${server.url}/v1/events`)).status).toBe(401);
  });

  it('goes on with what is recorded while somebody listens, and ends the stream when it stops', async () => {
    const whole = (await (await server.get('/v1/events')).text()).trimEnd().split('\n');
    const { source } = JSON.parse(whole[0] ?? '') as { source: string };
    const last = `${source.slice('urn:acgs:node:'.length)}:${whole.length}`;
    const stream = await fetch(`${server.url}/v1/events?follow=true&format=ocsf`, {
      headers: { authorization: `Bearer ${server.token}`, accept: 'text/event-stream', 'last-event-id': last },
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    if (stream.body === null) throw new Error('there is a stream');
    const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
    const where = { cwd: home, workspaceRoots: [home] };
    const { decision } = await readJson<{ decision: Decision }>(
      await server.post('/v1/decisions', { action: { kind: 'shell', command: 'ls', background: false, ...where } }),
    );
    let text = '';
    while (!text.includes(decision.id)) text += (await reader.read()).value ?? '';
    expect(text.replaceAll(/^:\n\n/gm, '')).toMatch(
      new RegExp(`^id: ${last.replace(/\d+$/, String(whole.length + 1))}\ndata: \\{.*\\}\n\n$`),
    );
    await server.kill('SIGTERM');
    let ended = false;
    while (!ended)
      ended = await reader.read().then(
        ({ done }) => done,
        () => true,
      );
  }, 120_000);
});
