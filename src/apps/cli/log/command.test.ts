import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogCommand } from '#apps/cli/log/command.ts';
import {
  type SampleAnswer,
  type SampleServer,
  sampleDecision,
  startSampleServer,
} from '#apps/cli/log/sample-server.ts';
import { run } from '#apps/cli/main.ts';
import { columnsOf } from '#apps/cli/output.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';

let folder = '';
let server: SampleServer;
let answer: (path: string) => SampleAnswer;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'acgs-log-'));
  answer = () => ({ body: { decisions: [] } });
  server = await startSampleServer((asked) => answer(asked));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function log(argv: readonly string[] = [], env: Record<string, string> = {}) {
  const io = createRecordedIo({ cwd: folder, env: { ACGS_URL: server.url, ACGS_TOKEN: 'acgs_t', ...env } });
  const code = await run(['log', ...argv], io);
  return { code, ...io.written() };
}

const problem = (status: number, code: string): SampleAnswer => ({
  status,
  body: { type: `urn:acgs:problem:${code}`, title: 'The token has expired.', status, code },
});

describe('acgs log cannot', () => {
  it('reach a server that is not there', async () => {
    const { url } = server;
    await server.close();
    const { code, err } = await log([], { ACGS_URL: url });
    expect(code).toBe(4);
    expect(err).toMatch(/^acgs: .+ cannot be reached \(ECONNREFUSED\); start it with "acgs start"\n$/);
  });

  it.each([
    ['a refusal, with its code and the fix', problem(401, 'token-expired'), 1, 'issue a new one'],
    ['a refusal of what is asked', problem(403, 'not-entitled'), 1, '[not-entitled]'],
    ['an overloaded server', problem(503, 'overloaded'), 4, '[overloaded]'],
    ['a refusal without problem details', { status: 404, body: [] }, 1, 'status 404'],
    ['what is not JSON', { body: '<html>' }, 4, 'is it an ACGS server?'],
    ['another form', { body: { decisions: [{ id: 1 }] } }, 4, 'of one version'],
    [
      'a redirect that would carry the token away',
      { status: 302, body: {}, headers: { location: 'http://127.0.0.1:1/' } },
      4,
      'cannot be reached',
    ],
  ] as const)('use %s', async (_name, given, expectedCode, part) => {
    answer = () => given;
    const { code, out, err } = await log();
    expect({ code, out }).toEqual({ code: expectedCode, out: '' });
    expect(err).toMatch(/^acgs: [^\n]+\n$/);
    expect(err).toContain(part);
  });

  it.each(['not a url', 'ftp://x', 'unix:', 'unix:relative.sock'])('use the server "%s"', async (url) => {
    expect(await log(['--server', url])).toMatchObject({ code: 2, out: '' });
  });
});

describe('the token', () => {
  it('comes from the environment, a file that is named, or the state folder', async () => {
    writeFileSync(path.join(folder, 'operator.token'), 'acgs_state\n');
    writeFileSync(path.join(folder, 'other.token'), 'acgs_other\n');
    await log();
    await log(['--token-file', 'other.token']);
    await run(['log'], createRecordedIo({ cwd: folder, env: { ACGS_URL: server.url, ACGS_HOME: folder } }));
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer acgs_t',
      'Bearer acgs_other',
      'Bearer acgs_state',
    ]);
  });

  it('is not needed to ask; without one, what to do is told', async () => {
    answer = () => problem(401, 'token-missing');
    const io = createRecordedIo({ cwd: folder, env: { ACGS_URL: server.url } });
    expect(await run(['log'], io)).toBe(1);
    expect(server.requests[0]?.authorization).toBeUndefined();
    expect(io.written().err).toContain('acgs token issue operator --save');
  });

  it('file that is named must be there', async () => {
    expect(await log(['--token-file', 'absent'])).toMatchObject({ code: 4, err: expect.stringContaining('ENOENT') });
  });
});

describe('acgs log', () => {
  it('asks for what is wanted', async () => {
    await log([
      '--verdict',
      'ask',
      '--agent',
      'codex',
      '--session',
      's',
      '--policy',
      'p',
      '--kind',
      'shell',
      '--text',
      'a b',
      '--limit',
      '3',
    ]);
    expect(server.requests[0]?.path).toBe(
      '/v1/decisions?limit=3&verdict=ask&agent=codex&session=s&policy=p&kind=shell&text=a+b',
    );
  });

  it('shows the newest last, and why what was stopped was', async () => {
    const older = sampleDecision({
      id: '01997f2e-0000-7cc3-9a51-3f0d6a1b2c4d',
      verdict: { kind: 'allow' },
      action: { command: `npm test ${'x'.repeat(99)}` },
    });
    answer = () => ({ body: { decisions: [sampleDecision(), older] } });
    const { code, out } = await log();
    const lines = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^\d\d-\d\d \d\d:\d\d:\d\d {2}✓ allow {2}codex {2}npm test x+…$/);
    expect(lines[1]).toMatch(/✗ deny {3}codex {2}rm -rf \/$/);
    expect(lines[2]).toBe('  files-whole · acgs explain 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d');
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(80);
  });

  it('lets no control character of a command reach the terminal', async () => {
    answer = () => ({
      body: { decisions: [sampleDecision({ agent: 'a\u001b[2J', action: { command: 'a\n\u001b]0;x\u0007' } })] },
    });
    expect((await log()).out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('gives machines one object a line', async () => {
    answer = () => ({ body: { decisions: [sampleDecision()] } });
    const { out } = await log(['--json']);
    expect(JSON.parse(out)).toEqual(sampleDecision());
  });

  it('says when nothing matches, and gives machines nothing', async () => {
    expect(await log()).toEqual({ code: 0, out: '', err: 'no decision matches\n' });
  });

  it('follows: what is new once, from the newest moment on', async () => {
    const at = (digit: number, timeMs: number) =>
      sampleDecision({ id: `01997f2e-000${digit}-7cc3-9a51-3f0d6a1b2c4d`, timeMs });
    // Newest first, as the API sends them; the second and third share a millisecond.
    const answers = [[at(1, 10)], [at(2, 10), at(1, 10)], [at(2, 10), at(1, 10)], [at(3, 12), at(2, 10), at(1, 10)]];
    answer = () => ({ body: { decisions: answers[server.requests.length - 1] ?? [] } });
    const io = createRecordedIo({ cwd: folder, env: { ACGS_URL: server.url } });
    const pause = async () => {
      if (server.requests.length === answers.length) throw new Error('enough');
    };
    const command = createLogCommand(io, pause);
    await expect(command.parseAsync(['--follow', '--json'], { from: 'user' })).rejects.toThrow('enough');
    const ids = io
      .written()
      .out.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id.slice(9, 13));
    expect(ids).toEqual(['0001', '0002', '0003']);
    expect(server.requests.map((request) => request.path)).toEqual([
      '/v1/decisions?limit=20',
      '/v1/decisions?limit=200&from=10',
      '/v1/decisions?limit=200&from=10',
      '/v1/decisions?limit=200&from=10',
    ]);
  });

  it('follows through a restart, and says so once; a refusal ends it', async () => {
    const restarting = problem(503, 'overloaded');
    const answers = [
      { body: { decisions: [] } },
      restarting,
      restarting,
      { body: { decisions: [sampleDecision()] } },
      problem(401, 'token-expired'),
    ];
    answer = () => answers[server.requests.length - 1] ?? restarting;
    const io = createRecordedIo({ cwd: folder, env: { ACGS_URL: server.url } });
    const command = createLogCommand(io, async () => {});
    await expect(command.parseAsync(['--follow', '--json'], { from: 'user' })).rejects.toMatchObject({ exitCode: 1 });
    expect(JSON.parse(io.written().out)).toEqual(sampleDecision());
    expect(io.written().err).toBe(`The token has expired. [overloaded]; waiting for it\n${server.url} is back\n`);
  });

  it('asks a server on a socket', async () => {
    const socket = path.join(folder, 'acgs.sock');
    const local = await startSampleServer(() => ({ body: { decisions: [sampleDecision()] } }), socket);
    const { code, out } = await log(['--server', `unix:${socket}`, '--json']);
    await local.close();
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(sampleDecision());
    expect(local.requests[0]).toEqual({ path: '/v1/decisions?limit=20', authorization: 'Bearer acgs_t' });
    expect(await log(['--server', `unix:${socket}`])).toMatchObject({
      code: 4,
      err: expect.stringContaining('cannot be reached (ENOENT)'),
    });
  });
});
