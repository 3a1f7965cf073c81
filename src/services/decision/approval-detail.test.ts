import { afterEach, describe, expect, it } from 'vitest';
import { shell, startTestService, TOKENS } from '../../../tests/support/decision-service.ts';

type Service = Awaited<ReturnType<typeof startTestService>>;

const started: Service[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.app.close();
});

async function start(options: Parameters<typeof startTestService>[0] = {}): Promise<Service> {
  const service = await startTestService(options);
  started.push(service);
  return service;
}

async function ask(service: Service, token: string = TOKENS.codex): Promise<string> {
  const body = { action: shell('sudo ls'), session: { id: 's' } };
  return (await service.call('POST', '/v1/decisions', token, body)).json().decision.id;
}

const detail = async (service: Service, id: string) =>
  (await service.call('GET', `/v1/approvals/${id}`, TOKENS.operator)).json();

describe('a reason for an answer', () => {
  it.each([
    ['is empty', ''],
    ['is blank', '   '],
    ['is too long', 'x'.repeat(501)],
  ])('is refused where it %s', async (_what, reason) => {
    const service = await start();
    const id = await ask(service);
    const answered = await service.call('POST', `/v1/decisions/${id}/approval`, TOKENS.operator, {
      answer: 'refused',
      reason,
    });
    expect([answered.status, answered.json().code]).toEqual([400, 'body-invalid']);
  });

  it('is refused where it holds a secret, and nothing is recorded', async () => {
    const service = await start();
    const id = await ask(service);
    const before = service.journal.head().sequence;
    const reason = 'use password=hunter2-and-more';
    const answered = await service.call('POST', `/v1/decisions/${id}/approval`, TOKENS.operator, {
      answer: 'refused',
      reason,
    });
    expect([answered.status, answered.json().code]).toEqual([400, 'reason-secret']);
    expect(service.journal.head().sequence).toBe(before);
  });

  it('is kept with the answer, and shown', async () => {
    const service = await start();
    const id = await ask(service);
    const reason = 'Not on the day of a release.';
    await service.call('POST', `/v1/decisions/${id}/approval`, TOKENS.operator, { answer: 'refused', reason });
    expect((await detail(service, id)).request).toMatchObject({
      state: { kind: 'refused', by: 'op' },
      answers: [{ answer: 'refused', by: 'op', reason }],
      you: { may: false, code: 'approval-answered' },
    });
  });
});

describe('a request', () => {
  it('says whether its reader may answer it, and why not', async () => {
    const service = await start();
    const own = await ask(service, TOKENS.operator);
    const theirs = await ask(service);
    expect((await detail(service, own)).request.you).toMatchObject({ may: false, code: 'approval-own' });
    expect((await detail(service, theirs)).request.you).toEqual({ may: true });
    service.clock.nowMs += 24 * 3_600_000;
    expect((await detail(service, theirs)).request).toMatchObject({
      state: { kind: 'expired' },
      you: { may: false, code: 'approval-expired' },
    });
  });

  it('shows its effects, what asks, how many must say yes, and who is told when', async () => {
    const service = await start({ approverRoles: ['maintainer', 'security'] });
    const id = await ask(service);
    const askedMs = service.clock.nowMs;
    expect(await detail(service, id)).toMatchObject({
      effects: [{ kind: 'run', text: 'run sudo' }],
      explanation: { policies: [{ id: 'about-sudo', reason: 'because of sudo' }] },
      labels: [],
      request: {
        needed: 1,
        escalation: [
          { atMs: askedMs, recipient: { kind: 'role', role: 'maintainer' } },
          { atMs: askedMs + 15 * 60_000, recipient: { kind: 'role', role: 'security' } },
          { atMs: askedMs + 30 * 60_000, recipient: { kind: 'on-call' } },
        ],
      },
    });
  });
});
