import { afterEach, describe, expect, it } from 'vitest';
import { registerEventRoutes } from '#services/integrity/routes/events.ts';
import { IDENTITY_TOKENS, startIdentityService } from '../../../../tests/support/identity-service.ts';
import { openStream } from '../../../../tests/support/open-stream.ts';
import { until } from '../../../../tests/support/server-process.ts';

const { operator, developer } = IDENTITY_TOKENS;
const WAIT_MS_MAX = 20_000;

type Service = Awaited<ReturnType<typeof startIdentityService>>;
const started: Service[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.close();
});

/** Reads on until the connection ends. */
async function follow(url: string, token: string) {
  const stream = await openStream(`${url}/v1/events?follow=true`, { authorization: `Bearer ${token}` });
  return {
    ...stream,
    events: () =>
      stream
        .text()
        .split('\n')
        .filter((line) => line !== '').length,
  };
}

describe('the journal as a stream', () => {
  it('ends for whoever may not read it any more, and goes on for everybody else', async () => {
    const service = await startIdentityService(undefined, {
      register: (app, journal) => registerEventRoutes(app, { journal }),
    });
    started.push(service);
    const url = await service.app.listen({ port: 0, host: '127.0.0.1' });
    const dev = { id: 'dev', name: 'Dev', roles: ['auditor'] };
    expect((await service.call('POST', '/v1/people', { token: operator, body: dev })).status).toBe(201);
    const ends = await follow(url, developer);
    const stays = await follow(url, operator);
    await until(async () => ends.events() === 1 && stays.events() === 1, WAIT_MS_MAX);
    await service.call('POST', '/v1/people/dev/roles', { token: operator, body: { roles: [] } });
    await service.call('POST', '/v1/people/dev/roles', { token: operator, body: { roles: ['signer'] } });
    await until(async () => ends.isEnded() && stays.events() === 3, WAIT_MS_MAX);
    expect(ends.events()).toBeLessThan(3);
    expect(stays.isEnded()).toBe(false);
    service.revokeToken(operator);
    await until(async () => stays.isEnded(), WAIT_MS_MAX);
  });
});
