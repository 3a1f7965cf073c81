import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADDRESS_LIMITS } from '#domain/identity/attempts.ts';
import { startIdentityService } from '../../../tests/support/identity-service.ts';

/** Who is locked out where a proxy stands before the service: whoever failed, and not everybody behind it. */
let service: Awaited<ReturnType<typeof startIdentityService>>;
beforeEach(async () => {
  service = await startIdentityService(undefined, { trustedProxies: ['10.0.0.0/8'] });
});
afterEach(() => service.close());

async function guess(remoteAddress: string, forwarded: string): Promise<string> {
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/sign-in/invitation',
    remoteAddress,
    headers: { 'x-forwarded-for': forwarded },
    payload: { code: 'wrong', password: 'a password that is long' },
  });
  return answer.json().code;
}
async function fail(remoteAddress: string, forwarded: (at: number) => string): Promise<void> {
  for (let at = 0; at < ADDRESS_LIMITS.failuresMax; at += 1) await guess(remoteAddress, forwarded(at));
}

describe('behind a proxy', () => {
  it('whoever fails too often is locked out, whatever they say before it, and nobody else is', async () => {
    // What a caller sends itself stands left of what the proxy adds.
    await fail('10.0.0.1', (at) => `198.51.100.${at}, 203.0.113.5`);
    expect(await guess('10.0.0.1', '203.0.113.5')).toBe('locked-out');
    // Two proxies, one behind the other.
    expect(await guess('10.0.0.2', '203.0.113.5, 10.0.0.7')).toBe('locked-out');
    expect(await guess('10.0.0.1', '203.0.113.6')).toBe('code-unknown');
  });

  it('whoever is no proxy is where they connect from, and locks out nobody by a header', async () => {
    await fail('192.0.2.9', () => '203.0.113.6');
    expect(await guess('192.0.2.9', '203.0.113.7')).toBe('locked-out');
    expect(await guess('10.0.0.1', '203.0.113.6')).toBe('code-unknown');
  });
});
