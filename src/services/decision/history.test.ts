import { afterEach, describe, expect, it } from 'vitest';
import type { DecisionIndex } from '#domain/decision/decision-index.ts';
import { writePageCursor } from '#domain/decision/decision-index.ts';
import { shell, startTestService, TOKENS } from '../../../tests/support/decision-service.ts';
import { answerTo, outcomeOf, shellDecision, ungoverned } from '../../../tests/support/postgres-records.ts';

const started: Awaited<ReturnType<typeof startTestService>>[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.app.close();
});

async function start(index: Partial<DecisionIndex> = {}) {
  const service = await startTestService({ index });
  started.push(service);
  return service;
}

const RUN = '/v1/sessions/timeline?principal=agent-1&session=run-1';
const none = { allow: 0, deny: 0, ask: 0, modify: 0, defer: 0 };
const session = {
  id: 'run-1',
  principalId: 'agent-1',
  agent: 'codex',
  firstSeenMs: 1,
  lastSeenMs: 2,
  decisions: none,
  ungoverned: 1,
};

describe('lines of decisions', () => {
  it('are refused where the place, the size or a filter is none', async () => {
    const service = await start();
    const code = async (query: string) => (await service.call('GET', query, TOKENS.operator)).json().code;
    expect(await code('/v1/decisions/rows?after=x')).toBe('cursor-malformed');
    expect(await code('/v1/decisions/rows?limit=201')).toBe('body-invalid');
    expect(await code('/v1/decisions/rows?effect=explode')).toBe('body-invalid');
    expect(await code('/v1/decisions/outline?after=x')).toBe('body-invalid');
    expect(await code('/v1/decisions/outline')).toBe('index-unavailable');
    expect((await service.call('GET', '/v1/decisions/rows', undefined)).status).toBe(401);
  });

  it('are asked for by every filter; an agent sees its own, whoever it names', async () => {
    const asked: unknown[] = [];
    const service = await start({
      list: async (filter, page) => {
        asked.push(filter, page);
        return { decisions: [] };
      },
      outline: async (filter, page) => {
        asked.push(filter, page);
        return { count: 0, isCapped: false, places: [] };
      },
    });
    const query = 'verdict=ask&agent=codex&person=ada&effect=delete&policy=p&session=s&text=rm&from=1&to=2&kind=shell';
    const filter = {
      verdict: 'ask',
      agent: 'codex',
      personId: 'ada',
      effectKind: 'delete',
      policy: 'p',
      sessionId: 's',
      text: 'rm',
      fromMs: 1,
      toMs: 2,
      actionKind: 'shell',
    };
    await service.call('GET', `/v1/decisions/rows?${query}&principal=other&limit=100`, TOKENS.operator);
    await service.call('GET', `/v1/decisions/outline?${query}&principal=other&limit=100`, TOKENS.codex);
    expect(asked).toEqual([
      { ...filter, principalId: 'other' },
      { limit: 100 },
      { ...filter, principalId: 'codex' },
      { limit: 100 },
    ]);
  });

  it('are short, whatever the command is', async () => {
    const command = `${'é'.repeat(299)}😀${'x'.repeat(200_000)}`;
    const decision = shellDecision(1, command, { delegation: [{ kind: 'person', id: 'ada' }] });
    const next = writePageCursor({ timeMs: 1, id: decision.id });
    const service = await start({ list: async () => ({ decisions: [decision], next }) });
    const page = (await service.call('GET', '/v1/decisions/rows', TOKENS.operator)).json();
    expect(page).toEqual({
      next,
      rows: [
        {
          id: decision.id,
          timeMs: decision.timeMs,
          principal: decision.principal,
          agent: 'codex',
          sessionId: 'run-1',
          onBehalfOf: 'ada',
          actionKind: 'shell',
          // Not half of a character at its end.
          subject: `${'é'.repeat(299)}\ufffd`,
          isCut: true,
          effects: ['run'],
          verdict: { kind: 'allow' },
          policy: 'run-build-tools',
          constitution: 1,
        },
      ],
    });
  });
});

describe('a decision', () => {
  it('says nothing in the words of another constitution than the one that decided', async () => {
    const decision = shellDecision(1, 'npm test');
    const answers = [answerTo(decision)];
    const service = await start({ find: async () => ({ decision, outcomes: [outcomeOf(decision)], answers }) });
    const found = (await service.call('GET', `/v1/decisions/${decision.id}`, TOKENS.operator)).json();
    expect(found).not.toHaveProperty('explanation');
    expect(found).toMatchObject({
      effects: [{ kind: 'run', text: 'run npm test', span: { start: 0, end: 8 } }],
      answers: [{ answer: 'granted', by: { kind: 'person', id: 'ada' }, outstanding: 0 }],
    });
  });

  it('shows an answer before the index has it', async () => {
    const service = await start();
    const asked = await service.call('POST', '/v1/decisions', TOKENS.codex, { action: shell('sudo ls') });
    const { id } = asked.json().decision;
    await service.call('POST', `/v1/decisions/${id}/approval`, TOKENS.operator, { answer: 'refused' });
    const { answers } = (await service.call('GET', `/v1/decisions/${id}`, TOKENS.operator)).json();
    expect(answers).toMatchObject([{ answer: 'refused', by: { id: 'op' } }]);
  });
});

describe('a run', () => {
  it('is refused to agents, with a wrong place, without whose it is, and where there is none', async () => {
    const service = await start({ timeline: async () => undefined });
    expect((await service.call('GET', RUN, TOKENS.codex)).status).toBe(403);
    expect((await service.call('GET', `${RUN}&after=x`, TOKENS.operator)).json().code).toBe('cursor-malformed');
    expect((await service.call('GET', '/v1/sessions/timeline?session=run-1', TOKENS.operator)).status).toBe(400);
    const unknown = await service.call('GET', RUN, TOKENS.operator);
    expect([unknown.status, unknown.json().code]).toEqual([404, 'session-unknown']);
  });

  it('gains the labels of what was let through, and none of what was denied', async () => {
    const effects = [{ kind: 'credential', store: 'file', detail: '~/.netrc' }] as const;
    const [read, denied] = [
      shellDecision(1, 'cat ~/.netrc', { effects }),
      shellDecision(2, 'cat ~/.netrc', { effects, verdict: { kind: 'deny' } }),
    ];
    const outcome = ungoverned({ status: 'failed' });
    const service = await start({
      timeline: async () => ({
        session: { ...session, id: 'run-1' as never },
        steps: [
          ...[read, denied].map((decision) => ({ kind: 'decision' as const, decision, outcomes: [], answers: [] })),
          { kind: 'ungoverned', outcome },
        ],
      }),
    });
    const run = (await service.call('GET', RUN, TOKENS.operator)).json();
    expect(run.session).toEqual(session);
    expect(run.steps).toMatchObject([
      { kind: 'decision', decision: { id: read.id, subject: 'cat ~/.netrc' }, labels: ['read-credentials'] },
      { kind: 'decision', labels: [] },
      { kind: 'ungoverned', outcome: { status: 'failed' } },
    ]);
  });
});
