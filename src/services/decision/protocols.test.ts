import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { AgentAdapter } from '#agents/agent.ts';
import { ok, refuse } from '#domain/result.ts';
import type { SessionId } from '#domain/session/session.ts';
import { shell, startTestService, TOKENS } from '../../../tests/support/decision-service.ts';

type Service = Awaited<ReturnType<typeof startTestService>>;
const started: Service[] = [];
async function start(options: Parameters<typeof startTestService>[0] = {}): Promise<Service> {
  const service = await startTestService(options);
  started.push(service);
  return service;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map(({ app }) => app.close()));
});
const sequence = ({ journal }: Service) => journal.head().sequence;

describe('AuthZEN', () => {
  const run = (id: string) => ({
    subject: { type: 'codex', id: 'codex' },
    action: { name: 'run' },
    resource: { type: 'command', id },
  });

  it.each([
    ['an allowed command', run('ls'), TOKENS.codex, true],
    ['a denied one', run('rm x'), TOKENS.codex, false],
    ['one that needs a person', run('sudo x'), TOKENS.codex, false],
    ['a gateway that asks for an agent', run('ls'), TOKENS.operator, true],
    [
      'a tool call',
      {
        ...run(''),
        action: { name: 'call' },
        resource: { type: 'tool', id: 'files/read', properties: { input: { a: 1 } } },
      },
      TOKENS.codex,
      true,
    ],
  ])('evaluates %s', async (_name, body, token, decision) => {
    const service = await start();
    const answer = await service.call('POST', '/access/v1/evaluation', token, body, { 'x-request-id': 'r-1' });
    expect([answer.status, answer.json().decision, answer.headers['x-request-id']]).toEqual([200, decision, 'r-1']);
    expect(answer.json().context.verdict.kind === 'allow').toBe(decision);
    expect(sequence(service)).toBe(1);
  });

  it.each([
    ['an agent that asks about another', { ...run('ls'), subject: { type: 'codex', id: 'cursor' } }, 403],
    ['a tool without a server', { ...run(''), action: { name: 'call' }, resource: { type: 'tool', id: 'read' } }, 400],
    ['a relative working directory', { ...run('ls'), context: { cwd: 'x' } }, 400],
  ])('refuses %s and records nothing', async (_name, body, status) => {
    const service = await start();
    const answer = await service.call('POST', '/access/v1/evaluation', TOKENS.codex, body);
    expect(answer.json()).toMatchObject({ decision: false, context: { error: { status } } });
    expect(sequence(service)).toBe(0);
  });

  it('refuses a body without subject as the specification asks', async () => {
    const service = await start();
    const { subject: _, ...body } = run('ls');
    expect((await service.call('POST', '/access/v1/evaluation', TOKENS.codex, body)).status).toBe(400);
  });

  it('denies each item of a batch that could not be recorded, and says so', async () => {
    const service = await start();
    service.journal.setWritable(false);
    const body = { ...run('ls'), evaluations: [{}, { resource: { type: 'command', id: 'sudo x' } }] };
    const { evaluations } = (await service.call('POST', '/access/v1/evaluations', TOKENS.codex, body)).json();
    for (const { decision, context } of evaluations) {
      expect(decision).toBe(false);
      expect(context).toMatchObject({ recorded: false, verdict: { kind: 'deny' } });
      expect(context.receipt).toBeUndefined();
    }
    expect(sequence(service)).toBe(0);
  });

  it('records nothing of a batch that ends in a bug, and takes no approval for it', async () => {
    const service = await start();
    const asked = (await service.call('POST', '/access/v1/evaluation', TOKENS.codex, run('sudo x'))).json();
    const granted = { answer: 'granted' };
    await service.call('POST', `/v1/decisions/${asked.context.id}/approval`, TOKENS.operator, granted);
    const before = sequence(service);
    const batch = (commands: readonly string[]) => ({
      ...run('ls'),
      evaluations: commands.map((id) => ({ resource: { type: 'command', id } })),
    });
    const evaluate = (commands: readonly string[]) =>
      service.call('POST', '/access/v1/evaluations', TOKENS.codex, batch(commands));
    expect((await evaluate(['sudo x', 'bug'])).status).toBe(500);
    expect(sequence(service)).toBe(before);
    // Of two equal items one uses the approval, and the other is asked about.
    const { evaluations } = (await evaluate(['sudo x', 'sudo x'])).json();
    expect(evaluations.map((one: { decision: boolean }) => one.decision)).toEqual([true, false]);
  });

  it('evaluates a batch with defaults, each item on its own', async () => {
    const service = await start();
    const body = {
      ...run('ls'),
      evaluations: [{}, { resource: { type: 'command', id: 'rm x' } }, { subject: { type: 'x', id: 'y' } }],
    };
    const { evaluations } = (await service.call('POST', '/access/v1/evaluations', TOKENS.codex, body)).json();
    expect(evaluations.map((one: { decision: boolean }) => one.decision)).toEqual([true, false, false]);
    expect(evaluations[2].context.error.status).toBe(403);
    const incomplete = { evaluations: [{ subject: { type: 'codex', id: 'codex' } }] };
    expect(
      (await service.call('POST', '/access/v1/evaluations', TOKENS.codex, incomplete)).json().evaluations[0].decision,
    ).toBe(false);
    expect((await service.call('POST', '/access/v1/evaluations', TOKENS.codex, run('ls'))).json().decision).toBe(true);
  });

  it.each([
    ['deny_on_first_deny', ['ls', 'rm x', 'ls'], [true, false]],
    ['permit_on_first_permit', ['rm x', 'ls', 'ls'], [false, true]],
    ['execute_all', ['rm x', 'ls', 'ls'], [false, true, true]],
  ])('stops a batch where %s says', async (semantic, commands, expected) => {
    const service = await start();
    const body = {
      ...run('ls'),
      options: { evaluations_semantic: semantic },
      evaluations: commands.map((id) => ({ resource: { type: 'command', id } })),
    };
    const { evaluations } = (await service.call('POST', '/access/v1/evaluations', TOKENS.codex, body)).json();
    expect(evaluations.map((one: { decision: boolean }) => one.decision)).toEqual(expected);
    expect(sequence(service)).toBe(expected.length);
  });

  it('publishes its metadata', async () => {
    const service = await start();
    expect((await service.call('GET', '/.well-known/authzen-configuration', undefined)).json()).toEqual({
      policy_decision_point: 'http://127.0.0.1:8010',
      access_evaluation_endpoint: 'http://127.0.0.1:8010/access/v1/evaluation',
      access_evaluations_endpoint: 'http://127.0.0.1:8010/access/v1/evaluations',
    });
  });
});

describe("ToolHive's webhook", () => {
  const secret = 'between us';
  const body = {
    version: 'v0.1.0',
    uid: 'u-1',
    principal: { sub: 'alice' },
    mcp_request: { method: 'tools/call', params: { name: 'read', arguments: { path: 'x' } } },
    context: { server_name: 'files' },
  };
  const post = (service: Service, text: string, headers: Record<string, string>) =>
    service.app.inject({
      method: 'POST',
      url: '/v1/webhooks/toolhive',
      payload: text,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const sign = (text: string, timestampS: number, key = secret) => ({
    'x-toolhive-timestamp': String(timestampS),
    'x-toolhive-signature': `sha256=${createHmac('sha256', key).update(`${timestampS}.${text}`).digest('hex')}`,
  });

  it('does not exist without a secret', async () => {
    const service = await start();
    const text = JSON.stringify(body);
    const signed = sign(text, service.clock.nowMs / 1000);
    expect((await post(service, text, signed)).statusCode).toBe(401);
    expect((await post(service, text, { ...signed, authorization: `Bearer ${TOKENS.codex}` })).statusCode).toBe(404);
  });

  it('decides a signed tool call', async () => {
    const service = await start({ toolhiveSecret: secret });
    const text = JSON.stringify(body);
    const answer = await post(service, text, sign(text, service.clock.nowMs / 1000));
    expect(answer.json()).toEqual({ version: 'v0.1.0', uid: 'u-1', allowed: true });
    service.journal.setWritable(false);
    const denied = await post(service, text, sign(text, service.clock.nowMs / 1000));
    expect(denied.json()).toMatchObject({ uid: 'u-1', allowed: false, code: 403, reason: 'journal-unavailable' });
  });

  it.each([
    ['no signature', () => ({})],
    ['a wrong key', (text: string, nowS: number) => sign(text, nowS, 'guess')],
    ['a signature of another body', (_text: string, nowS: number) => sign('{}', nowS)],
    [
      'a signature of another time',
      (text: string, nowS: number) => ({ ...sign(text, nowS), 'x-toolhive-timestamp': String(nowS + 1) }),
    ],
    ['an old request', (text: string, nowS: number) => sign(text, nowS - 61)],
    ['a request from the future', (text: string, nowS: number) => sign(text, nowS + 61)],
    ['a time that is none', (text: string, nowS: number) => ({ ...sign(text, nowS), 'x-toolhive-timestamp': 'now' })],
  ])('refuses %s', async (_name, headers) => {
    const service = await start({ toolhiveSecret: secret });
    const text = JSON.stringify(body);
    const answer = await post(service, text, headers(text, service.clock.nowMs / 1000));
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'signature-invalid']);
    expect(sequence(service)).toBe(0);
  });

  it('refuses what is signed and not understood', async () => {
    const service = await start({ toolhiveSecret: secret });
    for (const text of ['{"version":', '{}', 'null']) {
      expect((await post(service, text, sign(text, service.clock.nowMs / 1000))).json().code).toBe('body-invalid');
    }
    const nameless = JSON.stringify({ ...body, mcp_request: { method: 'tools/call', params: {} } });
    expect((await post(service, nameless, sign(nameless, service.clock.nowMs / 1000))).json()).toMatchObject({
      allowed: false,
      code: 400,
    });
    const other = JSON.stringify({ ...body, mcp_request: { method: 'tools/list' } });
    expect((await post(service, other, sign(other, service.clock.nowMs / 1000))).json().allowed).toBe(true);
  });
});

describe("an agent's hook", () => {
  /** Speaks the smallest dialect there is; the real ones have golden files of their own. */
  const adapter: AgentAdapter = {
    kind: 'codex',
    parse: ({ payload, event }) => {
      const { command, done, key } = payload as { command?: string; done?: string; key?: string };
      const eventName = event ?? 'pre';
      const session = { id: 's1' as SessionId, agentVersion: '1.2' };
      if (done !== undefined)
        return ok({ kind: 'outcome', eventName: 'post', session, toolUseId: done, status: 'failed' });
      if (command === undefined)
        return event === 'start'
          ? ok({ kind: 'notice', eventName: 'start', session })
          : refuse('field-missing', 'no command');
      return ok({
        kind: 'action',
        eventName,
        session,
        action: shell(command),
        toolUseId: 't1',
        honoursAsk: false,
        toolInput: {},
        ...(key === undefined ? {} : { coalesceKey: key }),
      });
    },
    encode: (event, answer) =>
      answer === undefined
        ? ''
        : `é ${event.eventName} ${answer.verdict.kind} ${answer.message} [decision ${answer.decisionId}]`,
  };
  const hook = (service: Service, payload: object, token: string = TOKENS.codex, url = '/v1/hooks/codex') =>
    service.call('POST', url, token, payload);

  it('is answered with the text for the agent, its verdict and its length in bytes', async () => {
    const service = await start({ adapters: [adapter] });
    const answer = await hook(service, { command: 'rm x' });
    expect(answer.headers['acgs-verdict']).toBe('deny');
    expect(answer.headers['acgs-body-bytes']).toBe(String(Buffer.byteLength(answer.text)));
    expect(answer.text).toContain('é pre deny ACGS denies this. because of rm Instead: do less [about-rm] (decision ');
  });

  it.each([
    ['an unknown agent', { command: 'ls' }, TOKENS.codex, '/v1/hooks/vim', 'agent-unknown'],
    ["a person's token", { command: 'ls' }, TOKENS.operator, '/v1/hooks/codex', 'not-entitled'],
    ['a payload that is not understood', {}, TOKENS.codex, '/v1/hooks/codex', 'field-missing'],
    ['a payload that is no object', [], TOKENS.codex, '/v1/hooks/codex', 'body-invalid'],
  ])('refuses %s', async (_name, payload, token, url, code) => {
    const service = await start({ adapters: [adapter] });
    const answer = await hook(service, payload, token, url);
    expect([answer.json().code, answer.headers['acgs-verdict']]).toEqual([code, undefined]);
    expect(sequence(service)).toBe(0);
  });

  it("refuses another agent's token", async () => {
    const service = await start({ adapters: [{ ...adapter, kind: 'cursor' }] });
    const answer = await hook(service, { command: 'ls' }, TOKENS.codex, '/v1/hooks/cursor');
    expect(answer.json().code).toBe('agent-mismatch');
    expect(sequence(service)).toBe(0);
  });

  it('links the outcome to the decision, and keeps one that belongs to none', async () => {
    const service = await start({ adapters: [adapter] });
    await hook(service, { command: 'ls' });
    const linked = await hook(service, { done: 't1' });
    expect([linked.status, linked.headers['acgs-verdict'], linked.text]).toEqual([200, 'none', '']);
    await hook(service, { done: 't1' });
    const outcomes = [];
    for await (const { entry } of service.journal.read(2)) if (entry.kind === 'outcome') outcomes.push(entry.outcome);
    expect(outcomes.map(({ decisionId, status }) => [decisionId !== undefined, status])).toEqual([
      [true, 'failed'],
      [false, 'failed'],
    ]);
    expect((await service.call('GET', '/metrics', TOKENS.operator)).text).toContain(
      'acgs_outcomes_total{status="failed",governed="false"} 1',
    );
  });

  it('takes two events of one action for one decision, and a notice for none', async () => {
    const service = await start({ adapters: [adapter] });
    const both = await Promise.all([
      hook(service, { command: 'ls', key: 'k' }),
      hook(service, { command: 'ls', key: 'k' }, TOKENS.codex, '/v1/hooks/codex?event=before'),
    ]);
    const id = (answer: { text: string } | undefined) => /[0-9a-f-]{36}/.exec(answer?.text ?? '')?.[0];
    expect(id(both[0])).toBe(id(both[1]));
    expect(sequence(service)).toBe(1);
    // The same command once more, told in the same two events, is another call.
    const next = await hook(service, { command: 'ls', key: 'k' });
    expect(id(await hook(service, { command: 'ls', key: 'k' }, TOKENS.codex, '/v1/hooks/codex?event=before'))).toBe(
      id(next),
    );
    expect(id(next)).not.toBe(id(both[0]));
    expect(sequence(service)).toBe(2);
    await hook(service, { command: 'ls -l', key: 'k' });
    expect(sequence(service)).toBe(3);
    expect((await hook(service, {}, TOKENS.codex, '/v1/hooks/codex?event=start')).headers['acgs-verdict']).toBe('none');
    expect(sequence(service)).toBe(3);
  });

  it('leaves to the person at the agent only what the first role may settle', async () => {
    const told: boolean[] = [];
    const asking: AgentAdapter = {
      ...adapter,
      parse: (call) => {
        const parsed = adapter.parse(call);
        return parsed.ok && parsed.value.kind === 'action' ? ok({ ...parsed.value, honoursAsk: true }) : parsed;
      },
      encode: (event) => {
        told.push(event.kind === 'action' && event.honoursAsk);
        return '';
      },
    };
    for (const approverRoles of [['maintainer'], ['developer', 'maintainer'], []]) {
      const service = await start({ adapters: [asking], approverRoles });
      await hook(service, { command: 'sudo x' });
    }
    expect(told).toEqual([true, false, false]);
  });

  it('asks anew after an answer or a failed record, though the events are of one action', async () => {
    const service = await start({ adapters: [adapter] });
    service.journal.setWritable(false);
    expect((await hook(service, { command: 'sudo x', key: 'k' })).headers['acgs-verdict']).toBe('deny');
    service.journal.setWritable(true);
    const asked = await hook(service, { command: 'sudo x', key: 'k' });
    expect(asked.headers['acgs-verdict']).toBe('ask');
    const id = /decision ([0-9a-f-]{36})/.exec(asked.text)?.[1];
    await service.call('POST', `/v1/decisions/${id}/approval`, TOKENS.operator, { answer: 'granted' });
    expect((await hook(service, { command: 'sudo x', key: 'k' })).headers['acgs-verdict']).toBe('allow');
  });
});
