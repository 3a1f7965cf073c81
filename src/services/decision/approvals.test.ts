import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AGENTS } from '#agents/agents.ts';
import { createDecideWithPeople } from '#services/decision/decide-with-people.ts';
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

const ask = (service: Service, command: string, headers: Record<string, string> = {}) =>
  service.call('POST', '/v1/decisions', TOKENS.codex, { action: shell(command) }, headers);
const answer = (service: Service, id: string, given: string) =>
  service.call('POST', `/v1/decisions/${id}/approval`, TOKENS.operator, { answer: given });
const asked = async (service: Service, query = '') =>
  (await service.call('GET', `/v1/approvals${query}`, TOKENS.operator)).json();

/** The id of the one request that waits, once it is there. */
async function waitingId(service: Service): Promise<string> {
  await expect.poll(async () => (await asked(service)).requests.length).toBe(1);
  return (await asked(service)).requests[0].decision.id;
}

const WAIT = { prefer: 'wait=60' };

describe('a caller that waits', () => {
  it('is told no by whoever refuses, and gets its ticket when the time is over', async () => {
    const service = await start();
    const refused = ask(service, 'sudo ls', WAIT);
    await answer(service, await waitingId(service), 'refused');
    expect((await refused).json().decision.verdict.kind).toBe('ask');
    const late = await ask(service, 'sudo id', { prefer: 'respond-async, wait=1' });
    expect(late.json().decision.verdict.kind).toBe('ask');
    expect((await answer(service, late.json().decision.id, 'granted')).status).toBe(200);
    expect((await ask(service, 'sudo id')).json().decision.verdict.kind).toBe('allow');
  });

  it('goes on with a decision of its own once it is granted, which uses the approval up', async () => {
    const service = await start();
    const held = ask(service, 'sudo ls', WAIT);
    const id = await waitingId(service);
    const granted = (await answer(service, id, 'granted')).json();
    const { decision } = (await held).json();
    expect(decision).toMatchObject({ verdict: { kind: 'allow' }, approvalId: granted.id });
    expect(decision.id).not.toBe(id);
    expect((await asked(service, '?state=all')).requests).toMatchObject([
      { decision: { id }, state: { kind: 'used', decisionId: decision.id } },
    ]);
    expect((await ask(service, 'sudo ls')).json().decision.verdict.kind).toBe('ask');
  });

  it('shares one approval with nobody: of two that wait for the same, one goes on', async () => {
    const service = await start();
    const both = [ask(service, 'sudo ls', { prefer: 'wait=2' }), ask(service, 'sudo ls', { prefer: 'wait=2' })];
    await expect.poll(async () => (await asked(service)).requests.length).toBe(2);
    await answer(service, (await asked(service)).requests[0].decision.id, 'granted');
    const kinds = (await Promise.all(both)).map((reply) => reply.json().decision.verdict.kind);
    expect(kinds.sort()).toEqual(['allow', 'ask']);
  });

  it('gets its ticket when the server stops, which waits for nobody', { timeout: 30_000 }, async () => {
    const service = await start();
    // Longer than this test may take.
    const held = ask(service, 'sudo ls', { prefer: 'wait=600' });
    await waitingId(service);
    const watching = asked(service, `?after=${(await asked(service)).version}&wait=60`);
    await service.app.close();
    expect((await held).json().decision.verdict.kind).toBe('ask');
    await watching;
  });

  it('does not keep others from being decided', async () => {
    const service = await start({ inFlightMax: 2 });
    const held = ask(service, 'sudo ls', WAIT);
    const id = await waitingId(service);
    expect(service.inFlight()).toBe(0);
    expect((await Promise.all([ask(service, 'ls'), ask(service, 'ls')])).map(({ status }) => status)).toEqual([
      200, 200,
    ]);
    await answer(service, id, 'granted');
    expect((await held).status).toBe(200);
    await expect.poll(() => service.inFlight()).toBe(0);
  });

  it('that has gone away is not decided for: the approval waits for its retry', async () => {
    const service = await start();
    await service.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = service.app.server.address() as AddressInfo;
    const body = JSON.stringify({ action: shell('sudo ls') });
    const headers = { authorization: `Bearer ${TOKENS.codex}`, 'content-type': 'application/json', ...WAIT };
    const sent = httpRequest({ port, method: 'POST', path: '/v1/decisions', headers });
    sent.on('error', () => {});
    sent.end(body);
    const id = await waitingId(service);
    sent.destroy();
    await expect.poll(() => service.waiting()).toBe(0);
    await answer(service, id, 'granted');
    const before = service.journal.head().sequence;
    expect((await ask(service, 'sudo ls')).json().decision.verdict.kind).toBe('allow');
    expect(service.journal.head().sequence).toBe(before + 1);
  });

  it('beyond the bound gets its ticket at once', async () => {
    const service = await start();
    const decide = async () => {
      const { json, ...decided } = (await ask(service, 'sudo ls')).json();
      return decided;
    };
    const people = createDecideWithPeople({
      decide: decide as never, // what the API gives is what `decide` gives, but for its text
      approvals: service.memory.approvals,
      elapsedMs: () => performance.now(),
      waitersMax: 1,
    });
    const patience = { ms: 60_000, signal: new AbortController().signal };
    const first = people.decideWithPeople({} as never, patience); // the stand-in above looks at nothing of it
    await expect.poll(() => people.waiting()).toBe(1);
    expect((await people.decideWithPeople({} as never, patience)).decision.verdict.kind).toBe('ask'); // likewise
    await answer(service, (await asked(service)).requests[0].decision.id, 'refused');
    expect(await first).toMatchObject({ refused: { by: { id: 'op' } } });
  });
});

describe("an agent's hook", () => {
  const hook = (service: Service, deadlineMs: number) => {
    const payload = {
      session_id: 's',
      cwd: '/w',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_use_id: 't',
      tool_input: { command: 'sudo ls' },
      model: 'm',
      permission_mode: 'default',
      turn_id: '1',
      transcript_path: null,
    };
    const headers = { 'acgs-deadline-ms': String(deadlineMs) };
    return service.call('POST', '/v1/hooks/codex', TOKENS.codex, payload, headers);
  };
  const startWithCodex = () => start({ adapters: [AGENTS.codex] });

  it('is held open for as long as its client waits, and then lets the action go on', async () => {
    const service = await startWithCodex();
    const held = hook(service, 60_000);
    await answer(service, await waitingId(service), 'granted');
    expect((await held).headers['acgs-verdict']).toBe('allow');
  });

  it('is told who refused, and not to try again', async () => {
    const service = await startWithCodex();
    const held = hook(service, 60_000);
    await answer(service, await waitingId(service), 'refused');
    const { headers, text } = await held;
    expect(headers['acgs-verdict']).toBe('deny');
    expect(text).toContain('op was asked as maintainer, and said no.');
  });

  it('that has no time to wait gets a block with its ticket', async () => {
    const service = await startWithCodex();
    const { headers, text } = await hook(service, 1_000);
    expect(headers['acgs-verdict']).toBe('ask');
    expect(text).toContain('deny');
  });
});

describe('the list of requests', () => {
  it('is for those who may answer', async () => {
    const service = await start();
    expect((await service.call('GET', '/v1/approvals', TOKENS.codex)).json().code).toBe('not-entitled');
    expect((await service.call('GET', '/v1/approvals?state=lost', TOKENS.operator)).json().code).toBe('body-invalid');
    expect((await service.call('GET', '/v1/approvals?wait=51', TOKENS.operator)).json().code).toBe('body-invalid');
  });

  it('answers when something has changed, and at once to a version that it does not know', async () => {
    const service = await start();
    const { version } = await asked(service);
    const followed = asked(service, `?after=${version}&wait=50`);
    await ask(service, 'sudo ls');
    const { requests, version: next } = await followed;
    expect(requests).toMatchObject([{ state: { kind: 'waiting', missing: 1 }, mayAnswer: ['maintainer'] }]);
    expect(next).not.toBe(version);
    expect((await asked(service, '?after=of-another-process&wait=50')).version).toBe(next);
    expect((await asked(service, `?after=${next}&wait=1`)).version).toBe(next);
  });

  it('forgets nothing that waits when the journal is folded anew, and shows what has expired as that', async () => {
    const service = await start();
    await ask(service, 'sudo ls');
    service.clock.nowMs += 480 * 60_000;
    expect((await asked(service)).requests).toEqual([]);
    expect((await asked(service, '?state=expired')).requests).toHaveLength(1);
    const id = (await asked(service, '?state=all')).requests[0].decision.id;
    expect((await answer(service, id, 'granted')).json().code).toBe('approval-expired');
  });
});

describe('one request', () => {
  it('shows the whole action, what a yes allows, and the session so far', async () => {
    const earlier = { list: async () => ({ decisions: [] }) };
    const service = await start({ index: earlier });
    const sent = { action: shell('sudo ls -la'), session: { id: 's1' } };
    const { decision } = (await service.call('POST', '/v1/decisions', TOKENS.codex, sent)).json();
    const shown = (await service.call('GET', `/v1/approvals/${decision.id}`, TOKENS.operator)).json();
    expect(shown).toMatchObject({
      request: { decision: { action: { command: 'sudo ls -la' } }, allows: expect.stringContaining('once, by codex') },
      session: [],
    });
  });

  it('is shown without its session while the index is down, and one that is not known is not found', async () => {
    const service = await start();
    const sent = { action: shell('sudo ls'), session: { id: 's1' } };
    const { decision } = (await service.call('POST', '/v1/decisions', TOKENS.codex, sent)).json();
    const shown = await service.call('GET', `/v1/approvals/${decision.id}`, TOKENS.operator);
    expect(shown.status).toBe(200);
    expect(shown.json().session).toBeUndefined();
    const none = '01890000-0000-7000-8000-999999999999';
    expect((await service.call('GET', `/v1/approvals/${none}`, TOKENS.operator)).json().code).toBe('decision-unknown');
  });
});
