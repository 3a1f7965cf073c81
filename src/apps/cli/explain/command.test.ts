import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type SampleAnswer,
  type SampleServer,
  sampleDecision,
  startSampleServer,
} from '#apps/cli/log/sample-server.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';

const ID = '01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d';
let server: SampleServer;
let answer: SampleAnswer;
beforeAll(async () => {
  server = await startSampleServer(() => answer);
});
afterAll(() => server.close());

async function explain(...argv: readonly string[]) {
  const io = createRecordedIo({ env: { ACGS_URL: server.url, ACGS_TOKEN: 'acgs_t' } });
  const code = await run(['explain', ...argv], io);
  return { code, ...io.written() };
}

describe('acgs explain', () => {
  it.each(['1', '../../v1/tokens', `${ID}x`, `${ID}?a=b`])('refuses the id "%s" before it asks', async (id) => {
    const before = server.requests.length;
    expect(await explain(id)).toMatchObject({ code: 2, out: '' });
    expect(server.requests).toHaveLength(before);
  });

  it('says that there is no such decision', async () => {
    answer = { status: 404, body: { title: 'There is no such decision.', status: 404, code: 'decision-unknown' } };
    expect(await explain(ID)).toEqual({
      code: 1,
      out: '',
      err: 'acgs: There is no such decision. [decision-unknown]\n',
    });
  });

  it('shows the action, why it was stopped, and what it rests on', async () => {
    answer = { body: { decision: sampleDecision({ agentVersion: '1.2', sessionId: 's1' }), outcomes: [] } };
    const { code, out } = await explain(ID);
    expect(code).toBe(0);
    expect(out).toContain('✗ DENIED');
    expect(out).toContain('           ━  ✗ delete / and everything below it');
    expect(out).toContain('instead: Name the files.');
    expect(out).toContain('codex as codex (1.2)');
    expect(out).toMatch(/session +s1/);
    expect(out).toMatch(/outcome +not reported/);
    expect(out).toContain('lineage cdd01ef066bc6cf2');
    expect(out).toContain(ID);
  });

  it('shows what became of it', async () => {
    const decision = sampleDecision({ verdict: { kind: 'allow' }, agent: 'api', approvalId: 'ap1' });
    answer = { body: { decision, outcomes: [{ timeMs: 0, status: 'failed' }] } };
    const { out } = await explain(ID);
    expect(out).toMatch(/outcome +failed at 1970-01-01T00:00:00.000Z/);
    expect(out).toMatch(/approval +ap1/);
    expect(out).toMatch(/for +codex\n/);
  });

  it('marks an action that is no command as a whole', async () => {
    const action = { kind: 'file', operation: 'write', path: '/etc/passwd' };
    answer = { body: { decision: sampleDecision({ actionKind: 'file', action }), outcomes: [] } };
    expect((await explain(ID)).out).toContain('    write /etc/passwd\n    ✗ delete / and everything below it\n');
  });

  it('gives machines the record', async () => {
    answer = { body: { decision: sampleDecision(), outcomes: [] } };
    expect(JSON.parse((await explain('--json', ID)).out)).toEqual(answer.body);
  });
});
