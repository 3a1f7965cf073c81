import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApprovalsCommand } from '#apps/cli/approvals/command.ts';
import {
  type SampleAnswer,
  type SampleServer,
  sampleDecision,
  startSampleServer,
} from '#apps/cli/log/sample-server.ts';
import { run } from '#apps/cli/main.ts';
import { columnsOf } from '#apps/cli/output.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';

let server: SampleServer;
let answer: () => SampleAnswer;

beforeEach(async () => {
  answer = () => list('v1');
  server = await startSampleServer(() => answer());
});
afterEach(() => server.close());

const ID = '01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d';

function request(state: object, more: object = {}) {
  return {
    decision: sampleDecision({ verdict: { kind: 'ask', role: 'maintainer' }, ...more }),
    state,
    mayAnswer: ['maintainer', 'security'],
    needed: 1,
    escalation: [],
    you: { may: true },
    answers: 'by' in state ? [{ answer: 'refused', by: 'ada', timeMs: 1 }] : [],
    allows: 'Exactly this action, once.',
  };
}

function list(version: string, ...requests: object[]): SampleAnswer {
  return { body: { version, requests } };
}

async function approvals(argv: readonly string[] = []) {
  const io = createRecordedIo({ cwd: '/', env: { ACGS_URL: server.url, ACGS_TOKEN: 'acgs_t' } });
  return { code: await run(['approvals', ...argv], io), ...io.written() };
}

describe('acgs approvals', () => {
  it.each([
    ['a refusal', { status: 403, body: { title: 'No.', code: 'not-entitled' } }, 1, '[not-entitled]'],
    ['another form', { body: { requests: [{}] } }, 4, 'of one version'],
  ])('ends with %s', async (_name, given, code, text) => {
    answer = () => given;
    expect(await approvals()).toMatchObject({ code, out: '', err: expect.stringContaining(text) });
  });

  it('refuses a state that there is not', async () => {
    expect(await approvals(['--state', 'lost'])).toMatchObject({ code: 2 });
  });

  it('says when nothing is asked', async () => {
    expect(await approvals()).toEqual({ code: 0, out: '', err: 'nothing is asked\n' });
    expect(server.requests[0]?.path).toBe('/v1/approvals?state=waiting');
  });

  it('shows what is asked of whom within 80 columns, and what to do', async () => {
    const long = { action: { kind: 'shell', command: `git push ${'x'.repeat(99)}\u001b[2J` } };
    answer = () => list('v1', request({ kind: 'waiting', missing: 1, untilMs: 2 }, long));
    const { out } = await approvals();
    const [first, second] = out.split('\n');
    expect(first).toMatch(/^waiting {2}maintainer {2}codex {2}\d+ (min|h) {2}git push x+…$/);
    expect(second).toBe(`  files-whole · acgs approve ${ID}`);
    for (const line of out.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80);
    expect(out).not.toContain('\u001b');
  });

  it('gives machines one request a line', async () => {
    const asked = request({ kind: 'waiting', missing: 1, untilMs: 2 });
    answer = () => list('v1', asked);
    expect(JSON.parse((await approvals(['--json'])).out)).toEqual(asked);
  });

  it('watches: each change once, through a restart', async () => {
    const waiting = request({ kind: 'waiting', missing: 1, untilMs: 2 });
    const refused = request({ kind: 'refused', by: 'ada' });
    const answers = [
      list('v1'),
      list('v2', waiting),
      list('v2', waiting),
      { status: 503, body: { title: 'Away.', code: 'overloaded' } },
      list('w1', waiting),
      list('w2', refused),
      { status: 401, body: { title: 'Enough.', code: 'token-expired' } },
    ];
    answer = () => answers[server.requests.length - 1] ?? list('?');
    const io = createRecordedIo({ cwd: '/', env: { ACGS_URL: server.url, ACGS_TOKEN: 'acgs_t' } });
    const command = createApprovalsCommand(io, { nowMs: () => 0, pause: async () => {} });
    await expect(command.parseAsync(['--watch'], { from: 'user' })).rejects.toMatchObject({ exitCode: 1 });
    const { out, err } = io.written();
    expect(out.split('\n').filter((line) => /^(waiting|refused)/.test(line))).toHaveLength(2);
    expect(out).toContain('refused by ada');
    expect(err).toBe(`Away. [overloaded]; waiting for it\n${server.url} is back\n`);
    expect(server.requests.map(({ path }) => path).slice(0, 3)).toEqual([
      '/v1/approvals?state=all',
      '/v1/approvals?state=all&after=v1&wait=8',
      '/v1/approvals?state=all&after=v2&wait=8',
    ]);
  });

  it.each([
    ['granted', { kind: 'granted', by: ['ada'], untilMs: 2 }, 0],
    ['used', { kind: 'used', decisionId: ID }, 0],
    ['refused', { kind: 'refused', by: 'ada' }, 1],
    ['expired', { kind: 'expired' }, 1],
  ])('waits for one answer: %s', async (kind, state, code) => {
    const waiting = request({ kind: 'waiting', missing: 1, untilMs: 2 });
    const answers = [list('v1', waiting), list('v2', waiting), list('v3', request(state))];
    answer = () => answers[server.requests.length - 1] ?? list('?');
    expect(await approvals(['--wait', ID])).toMatchObject({ code, out: `${kind}\n` });
  });

  it('does not take a request that is there no more for a yes, nor a word for an id', async () => {
    answer = () => list('v1');
    expect(await approvals(['--wait', ID])).toMatchObject({ code: 1, out: 'unknown\n' });
    expect((await approvals(['--wait', 'everything'])).code).toBe(2);
  });
});
