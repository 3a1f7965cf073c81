import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { writePageCursor } from '#domain/decision/decision-index.ts';
import { createMemory } from '#services/decision/memory.ts';
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

const entries = async ({ journal }: Service) => {
  const all = [];
  for await (const { entry } of journal.read(1)) all.push(entry);
  return all;
};
const decide = (service: Service, command: string, token: string = TOKENS.codex, more: object = {}) =>
  service.call('POST', '/v1/decisions', token, { action: shell(command), session: { id: 's1' }, ...more });

describe('who may call', () => {
  it.each([
    ['no token', undefined, 401, 'token-missing'],
    ['an unknown token', 'acgs_nobody', 401, 'token-unknown'],
    ['an expired token', TOKENS.expired, 401, 'token-expired'],
  ])('refuses %s on every endpoint that is not a probe', async (_name, token, status, code) => {
    const service = await start();
    for (const [method, url] of [
      ['POST', '/v1/decisions'],
      ['GET', '/v1/decisions'],
      ['GET', '/v1/decisions/01890000-0000-7000-8000-000000000001'],
      ['POST', '/v1/decisions/01890000-0000-7000-8000-000000000001/approval'],
      ['POST', '/v1/outcomes'],
      ['POST', '/v1/hooks/codex'],
      ['POST', '/access/v1/evaluation'],
      ['POST', '/access/v1/evaluations'],
      ['GET', '/v1/sessions'],
      ['GET', '/v1/stats'],
      ['GET', '/metrics'],
      ['GET', '/openapi.json'],
    ] as const) {
      const answer = await service.call(method, url, token, method === 'POST' ? {} : undefined);
      expect([url, answer.status, answer.json().code]).toEqual([url, status, code]);
    }
    expect(service.journal.head().sequence).toBe(0);
  });

  it('answers probes without a token, and metrics and approvals to the operator only', async () => {
    const service = await start();
    expect((await service.call('GET', '/livez', undefined)).status).toBe(200);
    expect((await service.call('GET', '/readyz', undefined)).json()).toMatchObject({
      status: 'ready',
      indexLagRecords: 7,
    });
    expect((await service.call('GET', '/metrics', TOKENS.codex)).json().code).toBe('not-entitled');
    expect((await service.call('GET', '/metrics', TOKENS.operator)).text).toContain('acgs_journal_writable 1');
  });

  it('names the constitution in every answer, refusals included', async () => {
    const service = await start();
    for (const url of ['/livez', '/nowhere', '/metrics']) {
      const { headers } = await service.call('GET', url, undefined);
      expect(headers['acgs-constitution']).toBe(`cdd01ef066bc6cf2;number=1;digest=${'a'.repeat(64)}`);
    }
  });
});

describe('a decision', () => {
  it.each([
    ['ls', { kind: 'allow' }],
    ['rm -rf /', { kind: 'deny' }],
    ['sudo ls', { kind: 'ask', role: 'maintainer' }],
  ])('on "%s" is in the journal, word for word, when it is answered', async (command, verdict) => {
    const service = await start();
    const answer = await decide(service, command);
    expect(answer.json()).toMatchObject({ recorded: true, decision: { verdict, agent: 'codex', sessionId: 's1' } });
    expect(await entries(service)).toEqual([{ kind: 'decision', decision: answer.json().decision }]);
  });

  it.each([
    ['a missing action', {}],
    ['an unknown kind', { action: { ...shell('ls'), kind: 'spell' } }],
    ['a relative working directory', { action: { ...shell('ls'), cwd: 'w' } }],
    ['no workspace', { action: { ...shell('ls'), workspaceRoots: [] } }],
    ['a command that is too long', { action: shell('x'.repeat(262_145)) }],
    ['a field that nobody knows', { action: { ...shell('ls'), urgent: true } }],
    ['a number as command', { action: { ...shell('ls'), command: 7 } }],
    ['an empty session id', { action: shell('ls'), session: { id: '' } }],
    ['an array', []],
  ])('is refused for %s', async (_name, body) => {
    const service = await start();
    const answer = await service.call('POST', '/v1/decisions', TOKENS.codex, body);
    expect([answer.status, answer.json().code, answer.headers['content-type']]).toEqual([
      400,
      'body-invalid',
      'application/problem+json; charset=utf-8',
    ]);
    expect(service.journal.head().sequence).toBe(0);
  });

  it('is refused for a body that is too large, of another type, or no JSON', async () => {
    const service = await start();
    const send = (payload: string, type: string) =>
      service.app.inject({
        method: 'POST',
        url: '/v1/decisions',
        headers: { authorization: `Bearer ${TOKENS.codex}`, 'content-type': type },
        payload,
      });
    expect((await send(JSON.stringify({ a: 'x'.repeat(1_048_576) }), 'application/json')).json().code).toBe(
      'body-too-large',
    );
    expect((await send('<a/>', 'application/xml')).json().code).toBe('media-type-unsupported');
    expect((await send('{"action":', 'application/json')).json().code).toBe('body-invalid');
    expect((await send('{"__proto__":{"a":1}}', 'application/json')).json().code).toBe('body-invalid');
  });

  it('is a deny that says so when the journal cannot be written, and the node is not ready until it can', async () => {
    const service = await start();
    service.journal.setWritable(false);
    const answer = await decide(service, 'ls');
    expect(answer.json()).toMatchObject({
      recorded: false,
      decision: { verdict: { kind: 'deny' }, reasons: [{ policy: 'journal-unavailable' }] },
    });
    expect((await service.call('GET', '/readyz', undefined)).status).toBe(503);
    service.journal.setWritable(true);
    expect((await decide(service, 'ls')).json()).toMatchObject({
      recorded: true,
      decision: { verdict: { kind: 'allow' } },
    });
    expect((await service.call('GET', '/readyz', undefined)).status).toBe(200);
  });

  it('ends in an error that every client reads as a block when the analysis has a bug', async () => {
    const service = await start();
    const answer = await decide(service, 'bug');
    expect([answer.status, answer.json().code]).toEqual([500, 'internal-error']);
    expect(answer.text).not.toContain('a bug in the analysis');
  });

  it('is read back from memory while the index is down, by its own agent and the operator only', async () => {
    const service = await start();
    const { decision } = (await decide(service, 'ls')).json();
    expect((await service.call('GET', `/v1/decisions/${decision.id}`, TOKENS.codex)).json()).toEqual({
      decision,
      outcomes: [],
      answers: [],
      effects: [{ kind: 'run', text: 'run ls' }],
      explanation: { policies: [{ id: 'about-ls', reason: 'because of ls', advice: 'do less' }], articles: [] },
    });
    const ours = (await decide(service, 'ls', TOKENS.operator)).json().decision;
    expect((await service.call('GET', `/v1/decisions/${ours.id}`, TOKENS.codex)).json().code).toBe('decision-unknown');
    expect((await service.call('GET', `/v1/decisions/${ours.id}`, TOKENS.operator)).status).toBe(200);
    expect((await service.call('GET', '/v1/decisions', TOKENS.operator)).json().code).toBe('index-unavailable');
    expect((await service.call('GET', '/v1/decisions/not-an-id', TOKENS.operator)).json().code).toBe('body-invalid');
  });

  it('is searched by an agent among its own only', async () => {
    const asked: unknown[] = [];
    const list = async (filter: object, page: object) => {
      asked.push(filter, page);
      return { decisions: [] };
    };
    const service = await start({ index: { list } });
    const cursor = writePageCursor({ timeMs: 1, id: 'i' });
    await service.call(
      'GET',
      `/v1/decisions?verdict=deny&session=s&kind=shell&from=1&to=2&limit=3&after=${cursor}`,
      TOKENS.codex,
    );
    await service.call('GET', '/v1/decisions?text=a%25', TOKENS.operator);
    expect(asked).toEqual([
      { verdict: 'deny', sessionId: 's', actionKind: 'shell', fromMs: 1, toMs: 2, principalId: 'codex' },
      { limit: 3, after: cursor },
      { text: 'a%' },
      { limit: 50 },
    ]);
    expect((await service.call('GET', '/v1/decisions?limit=100000', TOKENS.operator)).status).toBe(400);
    expect((await service.call('GET', '/v1/decisions?after=x', TOKENS.operator)).json().code).toBe('cursor-malformed');
    expect(asked.length).toBe(4);
  });
});

describe('overload', () => {
  it('is answered with 503 and Retry-After beyond the bound, except to probes', async () => {
    const service = await start({ inFlightMax: 1 });
    const { append } = service.journal;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    service.journal.append = async (entry) => {
      await held;
      return append(entry);
    };
    const first = decide(service, 'ls');
    await expect.poll(() => service.inFlight()).toBe(1);
    const second = await decide(service, 'ls');
    expect([second.status, second.json().code, second.headers['retry-after']]).toEqual([503, 'overloaded', '1']);
    expect((await service.call('GET', '/livez', undefined)).status).toBe(200);
    release();
    expect((await first).status).toBe(200);
    await expect.poll(() => service.inFlight()).toBe(0);
    expect((await decide(service, 'ls')).status).toBe(200);
  });
});

describe('a slow client', () => {
  it.each([
    ['headers', 'POST /v1/decisions HTTP/1.1\r\nhost: x\r\n'],
    [
      'body',
      `POST /v1/decisions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKENS.codex}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    ],
  ])('that stops within its %s is cut off, and holds no place among the requests in flight', async (_what, sent) => {
    const service = await start();
    await service.app.listen({ host: '127.0.0.1', port: 0 });
    const address = service.app.server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const socket = connect({ host: '127.0.0.1', port: port ?? 0 });
    socket.write(sent);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1.1 408 |^$/);
    await expect.poll(() => service.inFlight()).toBe(0);
    expect(service.journal.head().sequence).toBe(0);
  });
});

describe('an approval', () => {
  const answerTo = (service: Service, id: string, answer: string, token: string = TOKENS.operator) =>
    service.call('POST', `/v1/decisions/${id}/approval`, token, { answer });

  it('lets the same action of the same agent through, once', async () => {
    const service = await start();
    const { decision } = (await decide(service, 'sudo ls')).json();
    expect((await decide(service, 'sudo ls')).json().decision.verdict.kind).toBe('ask');
    const granted = await answerTo(service, decision.id, 'granted');
    expect(granted.json()).toMatchObject({
      answer: 'granted',
      role: 'maintainer',
      by: { id: 'op' },
      actionDigest: decision.actionDigest,
    });
    expect((await decide(service, 'sudo ls -l')).json().decision.verdict.kind).toBe('ask');
    expect((await decide(service, 'sudo ls', TOKENS.operator)).json().decision.verdict.kind).toBe('ask');
    const [one, two] = await Promise.all([decide(service, 'sudo ls'), decide(service, 'sudo ls')]);
    const verdicts = [one, two].map((answer) => answer.json().decision);
    expect(verdicts.map(({ verdict }) => verdict.kind).sort()).toEqual(['allow', 'ask']);
    expect(verdicts.find(({ verdict }) => verdict.kind === 'allow').approvalId).toBe(granted.json().id);
    expect((await decide(service, 'sudo ls')).json().decision.verdict.kind).toBe('ask');
  });

  it('is given once, by a person, for what was asked, and not to oneself', async () => {
    const service = await start();
    const ask = (await decide(service, 'sudo ls')).json().decision;
    const allowed = (await decide(service, 'ls')).json().decision;
    const own = (await decide(service, 'sudo ls', TOKENS.operator)).json().decision;
    expect((await answerTo(service, ask.id, 'granted', TOKENS.codex)).json().code).toBe('not-entitled');
    expect((await answerTo(service, allowed.id, 'granted')).json().code).toBe('approval-not-asked');
    expect((await answerTo(service, own.id, 'granted')).json().code).toBe('approval-own');
    expect((await answerTo(service, ask.id, 'maybe')).json().code).toBe('body-invalid');
    const both = await Promise.all([answerTo(service, ask.id, 'granted'), answerTo(service, ask.id, 'granted')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await decide(service, 'sudo ls')).json().decision.verdict.kind).toBe('allow');
    expect((await answerTo(service, ask.id, 'granted')).json().code).toBe('approval-answered');
    expect((await decide(service, 'sudo ls')).json().decision.verdict.kind).toBe('ask');
  });

  it('that is refused, or too old, lets nothing through', async () => {
    const service = await start();
    const first = (await decide(service, 'sudo ls')).json().decision;
    await answerTo(service, first.id, 'refused');
    expect((await decide(service, 'sudo ls')).json().decision.verdict.kind).toBe('ask');
    const second = (await decide(service, 'sudo id')).json().decision;
    await answerTo(service, second.id, 'granted');
    service.clock.nowMs += 3_600_000;
    expect((await decide(service, 'sudo id')).json().decision.verdict.kind).toBe('ask');
  });

  it('is not used up by a decision that could not be recorded, and outlives a restart', async () => {
    const service = await start();
    const { decision } = (await decide(service, 'sudo ls')).json();
    await answerTo(service, decision.id, 'granted');
    service.journal.setWritable(false);
    expect((await decide(service, 'sudo ls')).json()).toMatchObject({
      recorded: false,
      decision: { verdict: { kind: 'deny' } },
    });
    expect((await decide(service, 'sudo ls')).json().decision.approvalId).toBeUndefined();
    service.journal.setWritable(true);

    const memory = createMemory();
    for (const entry of await entries(service)) memory.apply(entry);
    const restarted = await start({ memory });
    expect((await decide(restarted, 'sudo ls')).json().decision.verdict.kind).toBe('allow');
    expect((await decide(restarted, 'sudo ls')).json().decision.verdict.kind).toBe('ask');
  });
});

describe('an outcome', () => {
  it('is linked to its decision and reported by whoever asked', async () => {
    const service = await start();
    const { decision } = (await decide(service, 'ls')).json();
    const report = { decisionId: decision.id, status: 'succeeded', durationMs: 12 };
    expect((await service.call('POST', '/v1/outcomes', TOKENS.operator, report)).json().code).toBe('decision-unknown');
    expect((await service.call('POST', '/v1/outcomes', TOKENS.codex, report)).json()).toMatchObject({
      status: 'succeeded',
      decisionId: decision.id,
      actionDigest: decision.actionDigest,
    });
    const metrics = await service.call('GET', '/metrics', TOKENS.operator);
    expect(metrics.text).toContain('acgs_outcomes_total{status="succeeded",governed="true"} 1');
    service.journal.setWritable(false);
    expect((await service.call('POST', '/v1/outcomes', TOKENS.codex, report)).json().code).toBe('journal-unavailable');
  });
});

describe('sessions and counts', () => {
  it('are for the operator, and come from the index', async () => {
    const asked: unknown[] = [];
    const none = { allow: 0, deny: 0, ask: 0, modify: 0, defer: 0 };
    const service = await start({
      index: {
        sessions: async (page) => {
          asked.push(page);
          return { sessions: [], next: 'n' };
        },
        stats: async (span) => {
          asked.push(span);
          return { decisions: none, outcomes: { succeeded: 0, failed: 0, unknown: 1 }, ungoverned: 1 };
        },
      },
    });
    expect((await service.call('GET', '/v1/sessions', TOKENS.codex)).json().code).toBe('not-entitled');
    expect((await service.call('GET', '/v1/stats', TOKENS.codex)).json().code).toBe('not-entitled');
    expect((await service.call('GET', '/v1/sessions?after=x', TOKENS.operator)).json().code).toBe('cursor-malformed');
    expect((await service.call('GET', '/v1/sessions?limit=5', TOKENS.operator)).json()).toEqual({
      sessions: [],
      next: 'n',
    });
    expect((await service.call('GET', '/v1/stats?from=1&to=2', TOKENS.operator)).json().ungoverned).toBe(1);
    expect(asked).toEqual([{ limit: 5 }, { fromMs: 1, toMs: 2 }]);
  });
});

describe('OpenAPI', () => {
  it('describes every route, in version 3.1', async () => {
    const service = await start({ toolhiveSecret: 's' });
    const document = (await service.call('GET', '/openapi.json', TOKENS.codex)).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/.well-known/authzen-configuration',
      '/access/v1/evaluation',
      '/access/v1/evaluations',
      '/access/v1/requests',
      '/access/v1/requests/{id}',
      '/livez',
      '/metrics',
      '/readyz',
      '/v1/approvals',
      '/v1/approvals/{id}',
      '/v1/assessments',
      '/v1/decisions',
      '/v1/decisions/outline',
      '/v1/decisions/rows',
      '/v1/decisions/{id}',
      '/v1/decisions/{id}/approval',
      '/v1/grants',
      '/v1/grants/preview',
      '/v1/grants/{id}',
      '/v1/grants/{id}/agreement',
      '/v1/grants/{id}/revocation',
      '/v1/hooks/{agent}',
      '/v1/outcomes',
      '/v1/sessions',
      '/v1/sessions/timeline',
      '/v1/stats',
      '/v1/webhooks/toolhive',
    ]);
    expect(document.paths['/v1/decisions'].post.requestBody.content['application/json'].schema.required).toEqual([
      'action',
    ]);
  });
});
