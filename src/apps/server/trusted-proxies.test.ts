import { describe, expect, it } from 'vitest';
import { readTrustedProxies } from '#apps/server/trusted-proxies.ts';

describe('trusted proxies', () => {
  it.each([
    '',
    '127.0.0.1,',
    'localhost',
    'loopback',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '::/0',
    '::1/129',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    'true',
    '1',
    Array.from({ length: 33 }, () => '10.0.0.1').join(),
  ])('are not %j', (text) => {
    expect(readTrustedProxies(text)).toMatchObject({ ok: false, refusal: { code: 'setting-invalid' } });
  });

  it('are addresses and ranges, and nobody by default', () => {
    expect(readTrustedProxies(undefined)).toEqual({ ok: true, value: [] });
    expect(readTrustedProxies('127.0.0.1, 10.0.0.0/8,fd00::/8')).toEqual({
      ok: true,
      value: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
    });
  });
});
