import { afterEach, describe, expect, it } from 'vitest';
import { startTestService, TOKENS } from '../../../tests/support/decision-service.ts';

type Service = Awaited<ReturnType<typeof startTestService>>;
const started: Service[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(({ app }) => app.close()));
});

const MINUTE_MS = 60_000;
const PUBLIC = 'https://acgs.example.com';
const evaluation = (command = 'sudo ls', more: object = {}) => ({
  subject: { type: 'codex', id: 'codex' },
  action: { name: 'run' },
  resource: { type: 'command', id: command },
  context: { cwd: '/w' },
  ...more,
});

/** A gateway, which holds the operator's token, and a service behind an https address. */
async function world(publicUrl = PUBLIC) {
  const service = await startTestService({ publicUrl });
  started.push(service);
  const post = (url: string, body: unknown, headers: Record<string, string> = {}, token: string = TOKENS.operator) =>
    service.call('POST', url, token, body, headers);
  const evaluate = async (body: object = evaluation()) => (await post('/access/v1/evaluation', body)).json();
  /** What a gateway submits for a denial. */
  const submission = (denied: Awaited<ReturnType<typeof evaluate>>, body: object = evaluation()) => ({
    ...body,
    denial: { evaluation_id: denied.context.evaluation_id, expires_at: denied.context.access_request.expires_at },
  });
  const submit = (body: unknown, headers?: Record<string, string>, token?: string) =>
    post('/access/v1/requests', body, headers, token);
  const task = async (id: string, token: string = TOKENS.operator) =>
    service.call('GET', `/access/v1/requests/${id}`, token);
  const answer = (id: string, given: string) => post(`/v1/decisions/${id}/approval`, { answer: given });
  return { service, evaluate, submission, submit, task, answer };
}

const problem = (name: string) => `urn:openid:authzen:access-request:error:${name}`;

describe('AuthZEN access requests', () => {
  it('are offered only at an https address', async () => {
    const plain = await world('http://127.0.0.1:8010');
    const metadata = (await plain.service.call('GET', '/.well-known/authzen-configuration', undefined)).json();
    expect(metadata).not.toHaveProperty('access_request_endpoint');
    expect((await plain.evaluate()).context).not.toHaveProperty('access_request');
    const secure = await world();
    expect((await secure.service.call('GET', '/.well-known/authzen-configuration', undefined)).json()).toMatchObject({
      access_request_endpoint: `${PUBLIC}/access/v1/requests`,
      capabilities: ['urn:openid:authzen:capability:access-request'],
    });
  });

  it('are offered for what a person could approve, and for nothing else', async () => {
    const { evaluate } = await world();
    expect((await evaluate(evaluation('rm x'))).context).not.toHaveProperty('access_request');
    expect((await evaluate(evaluation('ls'))).context).not.toHaveProperty('access_request');
    expect(await evaluate()).toMatchObject({
      decision: false,
      context: { reason: 'approval_required', access_request: { endpoint: `${PUBLIC}/access/v1/requests` } },
    });
  });

  it.each<[string, (body: Record<string, unknown>) => unknown, number, string]>([
    [
      'another resource',
      (body) => ({ ...body, resource: { type: 'command', id: 'sudo id' } }),
      400,
      'invalid_denial_binding',
    ],
    [
      'a property that was not evaluated',
      (body) => ({ ...body, resource: { type: 'command', id: 'sudo ls', properties: { a: 1 } } }),
      400,
      'invalid_denial_binding',
    ],
    ['another context', (body) => ({ ...body, context: { cwd: '/v' } }), 400, 'invalid_denial_binding'],
    ['no context', ({ context: _, ...body }) => body, 400, 'invalid_denial_binding'],
    ['no denial', ({ denial: _, ...body }) => body, 400, 'invalid_denial_binding'],
    [
      'a binding token, of which there are none',
      (body) => ({ ...body, denial: { ...(body['denial'] as object), binding_token: 'x' } }),
      400,
      'invalid_denial_binding',
    ],
    [
      'an unknown evaluation',
      (body) => ({ ...body, denial: { evaluation_id: 'unknown', expires_at: '' } }),
      400,
      'not_requestable',
    ],
    [
      'an actor that the caller is not',
      (body) => ({ ...body, client: { actor: { id: 'somebody' } } }),
      403,
      'unauthorized_requester',
    ],
  ])('refuse %s', async (_what, change, status, name) => {
    const { evaluate, submission, submit } = await world();
    const refused = await submit(change(submission(await evaluate())));
    expect([refused.status, refused.json().type]).toEqual([status, problem(name)]);
    expect(refused.headers['content-type']).toContain('application/problem+json');
  });

  it.each([
    ['bundles', { items: [{ resource: { type: 'command', id: 'x' }, action: { name: 'run' } }] }],
    ['callbacks, as no address of a gateway is registered', { callback: { endpoint: 'https://pep.example.com' } }],
  ])('take no %s', async (_what, more) => {
    const { evaluate, submission, submit } = await world();
    expect((await submit({ ...submission(await evaluate()), ...more })).status).toBe(400);
  });

  it('are the caller’s own: no agent asks for, or looks at, what another was denied', async () => {
    const { evaluate, submission, submit, task } = await world();
    const other = evaluation('sudo ls', { subject: { type: 'cursor', id: 'cursor' } });
    const denied = await evaluate(other);
    expect((await submit(submission(denied, other), {}, TOKENS.codex)).json().type).toBe(
      problem('unauthorized_requester'),
    );
    expect((await task(denied.context.evaluation_id, TOKENS.codex)).json().type).toBe(problem('unknown_task'));
    expect((await task('unknown')).status).toBe(404);
    expect((await task('unknown', 'acgs_nobody')).status).toBe(401);
  });

  it('end with the denial, whatever end is echoed', async () => {
    const { service, evaluate, submission, submit, task } = await world();
    const denied = await evaluate();
    const late = submission(denied);
    service.clock.nowMs += 481 * MINUTE_MS;
    const forged = {
      ...late,
      denial: { ...late.denial, expires_at: new Date(service.clock.nowMs + 1e6).toISOString() },
    };
    const refused = await submit(forged);
    expect([refused.status, refused.json().type]).toEqual([410, problem('expired_denial')]);
    expect((await task(denied.context.evaluation_id)).json().task.status).toBe('expired');
  });

  it('repeated are one task; an idempotency key is for one submission', async () => {
    const { evaluate, submission, submit } = await world();
    const first = submission(await evaluate());
    const second = submission(await evaluate(evaluation('sudo id')), evaluation('sudo id'));
    const key = { 'idempotency-key': 'k' };
    const submitted = await submit(first, key);
    expect(submitted.status).toBe(202);
    expect((await submit(first, key)).json().task.id).toBe(submitted.json().task.id);
    expect((await submit(second, key)).json().type).toBe(problem('duplicate_request'));
    expect((await submit(second, key, TOKENS.codex)).status).toBe(202);
  });

  it('refused by a person are denied, and stay so', async () => {
    const { evaluate, submission, submit, task, answer } = await world();
    const { id } = (await submit(submission(await evaluate()))).json().task;
    await answer(id, 'refused');
    expect((await task(id)).json()).toMatchObject({ task: { status: 'denied' } });
    expect((await evaluate()).decision).toBe(false);
  });

  it('approved by a person lead to an evaluation that allows, once', async () => {
    const { service, evaluate, submission, submit, task, answer } = await world();
    const submitted = await submit(submission(await evaluate()));
    const { id, status_endpoint } = submitted.json().task;
    expect(submitted.headers['location']).toBe(status_endpoint);
    const pending = await task(id);
    expect([pending.json().task.status, pending.json().result, pending.headers['retry-after']]).toEqual([
      'pending',
      undefined,
      '5',
    ]);
    await answer(id, 'granted');
    const { task: done, result } = (await task(id)).json();
    expect([done.status, result.mode]).toEqual(['approved', 'reevaluate']);
    expect(JSON.stringify([done, result])).not.toContain('"op"');
    const again = evaluation('sudo ls', { context: { cwd: '/w', approval: result.approval } });
    expect(await evaluate(again)).toMatchObject({
      decision: true,
      context: { approval: { id: result.approval.id, approved_until: result.approval.approved_until } },
    });
    // Used: a new denial, which can be asked for anew. The task stays what it was.
    expect(await evaluate(again)).toMatchObject({
      decision: false,
      context: { reason: 'approval_expired', next_action: 'request', access_request: {} },
    });
    service.clock.nowMs += 61 * MINUTE_MS;
    expect((await task(id)).json().task.status).toBe('approved');
  });

  it('shown where they do not apply say why', async () => {
    const { evaluate, submission, submit, answer, task } = await world();
    const { id } = (await submit(submission(await evaluate()))).json().task;
    await answer(id, 'granted');
    const { approval } = (await task(id)).json().result;
    const shown = async (command: string, reference: object) =>
      (await evaluate(evaluation(command, { context: { cwd: '/w', approval: reference } }))).context;
    expect(await shown('sudo id', approval)).toMatchObject({ reason: 'out_of_scope', next_action: 'request' });
    expect(await shown('rm x', approval)).toMatchObject({ reason: 'policy_denied', next_action: 'none' });
    expect(await shown('sudo id', { id: 'forged' })).toMatchObject({
      reason: 'approval_unverifiable',
      next_action: 'none',
    });
  });
});
