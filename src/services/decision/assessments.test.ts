import { afterEach, describe, expect, it } from 'vitest';
import { startTestService, TOKENS } from '../../../tests/support/decision-service.ts';

type Service = Awaited<ReturnType<typeof startTestService>>;

const started: Service[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.app.close();
});

async function start(): Promise<Service> {
  const service = await startTestService();
  started.push(service);
  return service;
}

const assess = (service: Service, body: object, token: string | undefined = TOKENS.operator) =>
  service.call('POST', '/v1/assessments', token, body);

describe('what is tried', () => {
  it('is refused to nobody and to agents, and where it is no command', async () => {
    const service = await start();
    expect((await service.call('POST', '/v1/assessments', undefined, { command: 'ls' })).status).toBe(401);
    expect((await assess(service, { command: 'ls' }, TOKENS.codex)).json().code).toBe('not-entitled');
    for (const body of [
      {},
      { command: '' },
      { command: 'x'.repeat(16_385) },
      { command: 'ls', cwd: 'relative' },
      { command: 'ls', agent: 'clippy' },
      { command: 'ls', approval: { role: 'maintainer' } },
    ]) {
      expect((await assess(service, body)).json().code).toBe('body-invalid');
    }
  });

  it('is decided like an action, with the effects and why', async () => {
    const service = await start();
    expect((await assess(service, { command: 'sudo ls' })).json()).toMatchObject({
      verdict: { kind: 'ask', role: 'maintainer' },
      effects: [{ kind: 'run', text: 'run sudo', verdict: { kind: 'ask' }, policies: ['about-sudo'] }],
      effectsLeft: 0,
      reasons: [{ policy: 'about-sudo', reason: 'because of sudo' }],
      explanation: { policies: [{ id: 'about-sudo' }], articles: [] },
      constitution: { number: 1 },
    });
    expect((await assess(service, { command: 'rm -rf /', cwd: '/w', agent: 'codex' })).json().verdict.kind).toBe(
      'deny',
    );
  });

  it('is recorded nowhere, and nobody is asked', async () => {
    const service = await start();
    const before = service.journal.head();
    await assess(service, { command: 'sudo ls' });
    expect(service.journal.head()).toEqual(before);
    expect((await service.call('GET', '/v1/approvals?state=all', TOKENS.operator)).json().count).toBe(0);
  });
});
