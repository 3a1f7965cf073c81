import { afterEach, describe, expect, it } from 'vitest';
import { registerGatewayService } from '#services/gateway/service.ts';
import { IDENTITY_TOKENS, IDENTITY_URL, startIdentityService } from '../../../tests/support/identity-service.ts';
import { openStream } from '../../../tests/support/open-stream.ts';
import { until } from '../../../tests/support/server-process.ts';

const { operator, developer } = IDENTITY_TOKENS;
const WAIT_MS_MAX = 20_000;

type Service = Awaited<ReturnType<typeof startIdentityService>>;
const started: Service[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.close();
});

async function start(): Promise<{ service: Service; url: string }> {
  const service = await startIdentityService(undefined, {
    register: (app, journal) => registerGatewayService(app, { journal }),
  });
  started.push(service);
  const person = { id: 'dev', name: 'Dev', roles: ['maintainer'] };
  expect((await service.call('POST', '/v1/people', { token: operator, body: person })).status).toBe(201);
  return { service, url: await service.app.listen({ port: 0, host: '127.0.0.1' }) };
}

/** Looks on until the connection ends. */
async function watch(url: string, headers: Readonly<Record<string, string>>) {
  const stream = await openStream(`${url}/v1/live`, headers);
  await until(async () => stream.text().includes('event: here'), WAIT_MS_MAX);
  return stream;
}

async function signIn(service: Service) {
  const page = { origin: IDENTITY_URL };
  const answer = await service.call('POST', '/v1/sign-in/token', { token: developer, headers: page });
  const cookie = String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
  return { cookie, headers: { ...page, cookie, 'acgs-csrf': String(answer.json().csrf) } };
}

/** One more record, of nobody who looks on. */
async function record(service: Service): Promise<number> {
  const { sequence } = await service.journal.append({
    kind: 'identity',
    event: { kind: 'signed-out', timeMs: 1, personId: 'somebody' as never, everywhere: false },
  });
  return sequence;
}

describe('what happens now', () => {
  it.each<[string, (service: Service, signedIn: Awaited<ReturnType<typeof signIn>>) => Promise<unknown>]>([
    ['a sign-in has ended', (service, { headers }) => service.call('POST', '/v1/sign-out', { headers, body: {} })],
    ['its time is over', async (service) => (service.clock.nowMs += 13 * 3_600_000)],
    [
      'its person is suspended',
      (service) => service.call('POST', '/v1/people/dev/status', { token: operator, body: { status: 'suspended' } }),
    ],
    [
      'its person has other roles',
      (service) => service.call('POST', '/v1/people/dev/roles', { token: operator, body: { roles: ['auditor'] } }),
    ],
  ])('is told no further once %s', async (_name, end) => {
    const { service, url } = await start();
    const signedIn = await signIn(service);
    const ends = await watch(url, { cookie: signedIn.cookie });
    const stays = await watch(url, { authorization: `Bearer ${operator}` });
    const before = await record(service);
    await until(async () => ends.text().includes(`id: test-node:${before}\n`), WAIT_MS_MAX);
    await end(service, signedIn);
    const after = await record(service);
    await until(async () => ends.isEnded() && stays.text().includes(`id: test-node:${after}\n`), WAIT_MS_MAX);
    expect(ends.text()).not.toContain(`id: test-node:${after}\n`);
    expect(stays.isEnded()).toBe(false);
  });

  it('is told no further once a token is revoked, or its person may not look on any more', async () => {
    const { service, url } = await start();
    const revoked = await watch(url, { authorization: `Bearer ${operator}` });
    const noRole = await watch(url, { authorization: `Bearer ${developer}` });
    await service.call('POST', '/v1/people/dev/roles', { token: operator, body: { roles: [] } });
    service.revokeToken(operator);
    await record(service);
    await until(async () => revoked.isEnded() && noRole.isEnded(), WAIT_MS_MAX);
    expect((await service.call('GET', '/v1/live', { token: operator })).status).toBe(401);
    expect((await service.call('GET', '/v1/live', { token: developer })).status).toBe(403);
  });
});
