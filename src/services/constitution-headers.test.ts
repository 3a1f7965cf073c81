import { afterEach, describe, expect, it } from 'vitest';
import { AGENTS } from '#agents/agents.ts';
import { meets, parseDemand } from '#domain/constitution/demand.ts';
import { governedBy, refOf } from '#domain/constitution/governance.ts';
import { registerDecisionService } from '#services/decision/service.ts';
import { createEdge } from '#services/edge.ts';
import { AGENT, constitution, shell, startTestService, TOKENS } from '../../tests/support/decision-service.ts';

const { digest } = constitution;
const OURS = `cdd01ef066bc6cf2;number=1;digest=${digest}`;
const THEIRS = `cdd01ef066bc6cf2;number=2;digest=${'b'.repeat(64)}`;

type TestService = Awaited<ReturnType<typeof startTestService>>;
let open: TestService[] = [];
afterEach(async () => {
  await Promise.all(open.map(({ app }) => app.close()));
  open = [];
});
async function start(options: Parameters<typeof startTestService>[0] = {}): Promise<TestService> {
  const service = await startTestService(options);
  open.push(service);
  return service;
}

describe('a demand', () => {
  const ref = refOf(constitution);

  it.each([
    '',
    'x',
    digest.slice(0, 15),
    `${digest}0`,
    digest.toUpperCase(),
    'number=0',
    'number=-1',
    'number=1.0',
    'number=01',
    'number=',
    'digest=',
    `digest=${digest.slice(0, 15)}`,
    'number=1;number=1',
    'number=1;more=2',
    'number=1=1',
    'cdd01ef066bc6cf2;',
    'lineage=cdd01ef066bc6cf2',
    `x;number=1`,
    `${OURS}, ${OURS}`,
    '*',
  ])('is not understood: "%s"', (text) => {
    expect(parseDemand(text)).toMatchObject({ ok: false, refusal: { code: 'constitution-demand-malformed' } });
  });

  it.each([
    [digest.slice(0, 16), true],
    [digest, true],
    [`digest=${digest.slice(0, 20)}`, true],
    ['number=1', true],
    [`number=1; digest=${digest}`, true],
    [OURS, true],
    ['number=2', false],
    ['b'.repeat(16), false],
    [`number=2;digest=${digest}`, false],
    [`number=1;digest=${'b'.repeat(16)}`, false],
    [OURS.replace('cdd0', 'cdd1'), false],
    [THEIRS, false],
  ])('of "%s" is met: %s', (text, isMet) => {
    const demand = parseDemand(text);
    if (!demand.ok) throw new Error(demand.refusal.message);
    expect(meets(ref, demand.value)).toBe(isMet);
  });
});

describe('If-Constitution', () => {
  it('is answered with 412 by every endpoint, before anything is done, when another one is demanded', async () => {
    const service = await start();
    const head = service.journal.head();
    const routes = service.routes().filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS');
    expect(routes.length).toBeGreaterThan(10);
    for (const { method, path } of routes) {
      const token = path === '/v1/hooks/:agent' ? TOKENS.codex : TOKENS.operator;
      const response = await service.app.inject({
        method: method as 'GET',
        url: path.replace(':agent', 'codex').replace(/:\w+/g, '01890000-0000-7000-8000-000000000001'),
        headers: { authorization: `Bearer ${token}`, 'if-constitution': 'number=2' },
      });
      expect([path, response.statusCode]).toEqual([path, 412]);
      expect(response.json()).toMatchObject({ code: 'constitution-mismatch', status: 412 });
      expect(response.json().title).toContain(digest);
      expect(response.headers['acgs-constitution']).toBe(OURS);
    }
    expect(service.journal.head()).toEqual(head);
  });

  it('lets through what demands what governs, and refuses what it does not understand', async () => {
    const { call } = await start();
    const body = { action: shell('ls') };
    const met = await call('POST', '/v1/decisions', TOKENS.codex, body, { 'if-constitution': digest.slice(0, 16) });
    expect(met.status).toBe(200);
    expect(met.headers['acgs-constitution']).toBe(OURS);
    const odd = await call('POST', '/v1/decisions', TOKENS.codex, body, { 'if-constitution': 'latest' });
    expect([odd.status, odd.json().code]).toEqual([400, 'constitution-demand-malformed']);
  });

  it('asks who calls before it answers, and says what is in force even then', async () => {
    const { call } = await start();
    const unknown = await call('GET', '/v1/decisions', undefined, undefined, { 'if-constitution': 'number=2' });
    expect(unknown.status).toBe(401);
    expect(unknown.headers['acgs-constitution']).toBe(OURS);
  });

  it('is decided by what governs the caller, and the repository that the action is in', async () => {
    const service = await start({ adapters: [AGENTS.codex] });
    const candidate = { ...constitution, number: 2, digest: 'b'.repeat(64) as typeof digest };
    const { active } = service.deps.governance;
    const second = { ...active(), constitution: candidate, ref: refOf(candidate) };
    // As during a roll-out: the repository /w decides by the second for everyone, and elsewhere one agent does.
    const governance = {
      ...governedBy(active()),
      governing: ({ principalId, workspaceRoots }: { principalId: string; workspaceRoots: readonly string[] }) =>
        workspaceRoots.includes('/w') || principalId === AGENT.id ? second : active(),
    };
    const edge = await createEdge({ ...service.deps, governance });
    edge.app.get('/here', { config: { permission: 'api.read' } }, async () => ({}));
    const ask = async (token: string, demand: string) => {
      const response = await edge.app.inject({
        url: '/here',
        headers: { authorization: `Bearer ${token}`, 'if-constitution': demand },
      });
      return [response.statusCode, response.headers['acgs-constitution']];
    };
    expect(await ask(TOKENS.codex, 'number=2')).toEqual([200, THEIRS]);
    expect(await ask(TOKENS.codex, 'number=1')).toEqual([412, THEIRS]);
    expect(await ask(TOKENS.operator, 'number=2')).toEqual([412, OURS]);

    // Governed by the first, as the agent is another one; in the repository by the second.
    const only: typeof governance = {
      ...governance,
      governing: ({ workspaceRoots }) => (workspaceRoots.includes('/w') ? second : active()),
    };
    const decides = await createEdge({ ...service.deps, governance: only });
    registerDecisionService(decides.app, { ...service.deps, governance: only });
    const head = service.journal.head();
    const post = async (url: string, payload: object) => {
      const response = await decides.app.inject({
        method: 'POST',
        url,
        headers: { authorization: `Bearer ${TOKENS.codex}`, 'if-constitution': 'number=1' },
        payload,
      });
      return [response.statusCode, response.json().code];
    };
    const hook = {
      hook_event_name: 'PreToolUse',
      session_id: 's',
      turn_id: 't',
      tool_use_id: 'u',
      cwd: '/w',
      model: 'm',
      permission_mode: 'default',
      transcript_path: null,
      tool_name: 'Bash',
      tool_input: { command: 'ls' },
    };
    const evaluation = {
      subject: { type: 'codex', id: AGENT.id },
      action: { name: 'run' },
      resource: { type: 'command', id: 'ls' },
      context: { cwd: '/w', workspace: '/w' },
    };
    for (const [url, payload] of [
      ['/v1/decisions', { action: shell('ls') }],
      ['/v1/hooks/codex', hook],
      ['/access/v1/evaluation', evaluation],
    ] as const)
      expect([url, ...(await post(url, payload))]).toEqual([url, 412, 'constitution-mismatch']);
    expect(service.journal.head()).toEqual(head);
    await Promise.all([edge.app.close(), decides.app.close()]);
  });
});

describe('ACGS-Constitution between services', () => {
  const drifts = (text: string) => Number(/^acgs_constitution_drift_total (\d+)$/m.exec(text)?.[1]);

  it('is drift when it differs: counted each time, logged once in a while, with what is in force', async () => {
    const service = await start();
    const lines: string[] = [];
    const edge = await createEdge({
      ...service.deps,
      logger: { level: 'warn', stream: { write: (line) => void lines.push(line) } },
    });
    edge.app.get('/here', { config: { permission: 'api.read' } }, async () => ({}));
    const send = (header: string, token: string | undefined) =>
      edge.app.inject({
        url: '/here',
        headers: { 'acgs-constitution': header, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      });
    await send(OURS, TOKENS.codex);
    await send(THEIRS, undefined);
    await send(THEIRS, 'acgs_unknown');
    expect(drifts(await service.deps.telemetry.expose())).toBe(0);
    for (const header of [THEIRS, THEIRS, 'nonsense']) expect((await send(header, TOKENS.codex)).statusCode).toBe(200);
    expect(drifts(await service.deps.telemetry.expose())).toBe(3);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        caller: AGENT.id,
        theirs: THEIRS,
        constitution: { lineage: 'cdd01ef066bc6cf2', number: 1, digest },
      }),
      expect.objectContaining({ theirs: 'nonsense' }),
    ]);
    await edge.app.close();
  });
});

describe('log lines', () => {
  it('carry the constitution that is in force when they are written', async () => {
    const service = await start();
    const lines: string[] = [];
    let current = service.deps.governance.active();
    const edge = await createEdge({
      ...service.deps,
      governance: { ...service.deps.governance, active: () => current },
      logger: { level: 'info', stream: { write: (line) => void lines.push(line) } },
    });
    edge.app.log.info('before');
    const next = { ...constitution, number: 2, digest: 'b'.repeat(64) as typeof digest };
    current = { ...current, constitution: next, ref: refOf(next) };
    edge.app.log.child({ request: 1 }).warn('after');
    expect(lines.map((line) => JSON.parse(line).constitution.number)).toEqual([1, 2]);
    await edge.app.close();
  });
});
