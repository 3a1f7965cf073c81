import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, type ServerProcess, startServerProcess } from '../support/server-process.ts';

/**
 * One person and one server, as both are in life: the server is killed, and comes up again over the same folder. The
 * parts build on each other, in this order.
 */
const TIMEOUT_MS = 600_000;
/** Nobody searches here, and starts are sooner without an embedded PostgreSQL. */
const NO_INDEX = { ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none' };
const ACGS = fileURLToPath(new URL('../../bin/acgs.js', import.meta.url));
const PASSWORD = 'tiny yak otters sing';
const home = join(mkdtempSync(join(tmpdir(), 'acgs-sign-in-')), 'home');
/** Everything that any of the servers printed. */
let printed = '';
let server: ServerProcess;
let port: number;

async function up(): Promise<void> {
  server = await startServerProcess({ home, port, env: { ACGS_LOG_LEVEL: 'debug', ...NO_INDEX } });
}
async function down(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  await server.kill(signal);
  printed += server.output();
}

beforeAll(async () => {
  port = await freePort();
  await up();
}, TIMEOUT_MS);
afterAll(async () => {
  await server.kill('SIGTERM');
  rmSync(join(home, '..'), { recursive: true, force: true });
});

interface Browser {
  readonly cookie: string;
  readonly csrf: string;
}
const signIn = (way: string, body: object) =>
  fetch(`${server.url}/v1/sign-in/${way}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify(body),
  });
async function browserOf(response: Response): Promise<Browser> {
  expect(response.status).toBe(200);
  const { csrf } = (await response.json()) as { csrf: string }; // of the schema of this endpoint
  return { cookie: response.headers.get('set-cookie')?.split(';', 1)[0] ?? '', csrf };
}
const send = (browser: Browser, path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: browser.cookie, ...headers },
    body: '{}',
  });
async function me({ cookie }: Browser) {
  const response = await fetch(`${server.url}/v1/me`, { headers: { cookie } });
  return (await response.json()) as { id?: string; code?: string }; // as above, or a problem
}
const own = (browser: Browser) => ({ origin: server.url, 'sec-fetch-site': 'same-origin', 'acgs-csrf': browser.csrf });

/** `acgs` as its users run it, with a line of standard input; its exit code and what it printed. */
async function acgs(argv: readonly string[], line = '') {
  const child = spawn(process.execPath, [ACGS, ...argv], {
    env: { PATH: process.env['PATH'], ACGS_HOME: join(home, '..', 'laptop'), ACGS_URL: server.url },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  child.stdin.end(`${line}\n`);
  const [code] = await once(child, 'close');
  printed += out;
  return { code, out };
}

describe('somebody who signs in', () => {
  let invitation = '';
  let kept: Browser;

  it(
    'is invited, sets a password, is recognised, and is refused what another site makes the browser ask',
    async () => {
      await server.post('/v1/people', { id: 'ada', name: 'Ada', roles: ['maintainer'] });
      const invited = (await (await server.post('/v1/people/ada/invitation', {})).json()) as { code: string };
      invitation = invited.code;
      const browser = await browserOf(await signIn('invitation', { code: invitation, password: PASSWORD }));
      expect((await me(browser)).id).toBe('ada');
      const crossSite = { ...own(browser), origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
      for (const headers of [{}, { origin: server.url }, crossSite]) {
        const refused = await send(browser, '/v1/sign-out', headers);
        expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'csrf-refused']);
      }
      expect((await signIn('invitation', { code: invitation, password: PASSWORD })).status).toBe(403);
      expect((await send(browser, '/v1/sign-out', own(browser))).status).toBe(204);
      expect((await me(browser)).code).toBe('sign-in-over');
    },
    TIMEOUT_MS,
  );

  it(
    'stays signed in when the server is killed right after the answer; signed out is signed out',
    async () => {
      kept = await browserOf(await signIn('password', { person: 'ada', password: PASSWORD }));
      const out = await browserOf(await signIn('password', { person: 'ada', password: PASSWORD }));
      expect((await send(out, '/v1/sign-out', own(out))).status).toBe(204);
      expect((await acgs(['login', '--password', '--person', 'ada'], 'not the right words')).out).toContain(
        'sign-in-refused',
      );
      expect((await acgs(['login', '--password', '--person', 'ada'], PASSWORD)).out).toContain('ada is logged in');
      await down('SIGKILL');
      await up();
      // A developer who is logged in makes a place for an agent of their own.
      expect(await acgs(['agent', 'invite', 'ada-laptop', '--agent', 'codex'])).toMatchObject({ code: 0 });
      expect((await me(out)).code).toBe('sign-in-over');
      expect((await me(kept)).id).toBe('ada');
    },
    TIMEOUT_MS,
  );

  it(
    'is out at once when suspended, and not in again when reinstated, even if the server is killed between',
    async () => {
      await server.post('/v1/people/ada/status', { status: 'suspended' });
      expect((await me(kept)).code).toBe('sign-in-over');
      expect((await acgs(['agent', 'list'])).out).toContain('person-suspended');
      expect((await signIn('password', { person: 'ada', password: PASSWORD })).status).toBe(403);
      await down('SIGKILL');
      await up();
      await server.post('/v1/people/ada/status', { status: 'active' });
      expect((await me(kept)).code).toBe('sign-in-over');
      expect((await signIn('password', { person: 'ada', password: PASSWORD })).status).toBe(200);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves no secret in what the server printed, in its journal, or in its files',
    async () => {
      await signIn('password', { person: 'ada', password: 'not the right words at all' });
      await down('SIGTERM');
      const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const texts = [printed, ...files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))];
      expect(files.map(({ name }) => name)).toContain('sign-ins.json');
      const secrets = [PASSWORD, 'not the right words', invitation, invitation.replaceAll('-', ''), kept.csrf];
      for (const secret of [...secrets, kept.cookie.split('=')[1] ?? '']) {
        expect(secret.length).toBeGreaterThan(10);
        expect(texts.filter((text) => text.includes(secret))).toEqual([]);
      }
    },
    TIMEOUT_MS,
  );
});
