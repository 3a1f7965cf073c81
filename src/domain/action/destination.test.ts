import { describe, expect, it } from 'vitest';
import { connectEffects, parseDestination } from '#domain/action/destination.ts';

describe('destinations', () => {
  it.each([
    ['', undefined],
    ['./file', undefined],
    ['-x', undefined],
    ['file:///etc/passwd', undefined],
    [`http://${'a'.repeat(300)}/`, undefined],
    ['http://[::bad/', undefined],
    ['https://Example.COM:8443/p?q#f', { host: 'example.com', port: 8443, scheme: 'https' }],
    ['https://user:pw@host/x', { host: 'host', scheme: 'https' }],
    // What stands before `@` is a user name, however much it looks like a host.
    ['https://good.com@evil.com/x', { host: 'evil.com', scheme: 'https' }],
    ['http://$HOST/x', { host: '*', scheme: 'http' }],
    ['http://[::1]:80/', { host: '::1', port: 80, scheme: 'http' }],
    ['http://2852039166/', { host: '169.254.169.254', scheme: 'http' }],
    ['http://0xa9fea9fe/', { host: '169.254.169.254', scheme: 'http' }],
    ['http://127.1/', { host: '127.0.0.1', scheme: 'http' }],
    ['host.', { host: 'host' }],
    ['host:22', { host: 'host', port: 22 }],
    ['git@host:o/r.git', { host: 'host' }],
    ['u@[::1]:/x', { host: '::1' }],
    ['host/path', { host: 'host' }],
    ['ssh://u@host:2222/r', { host: 'host', port: 2222, scheme: 'ssh' }],
  ])('%s', (text, destination) => {
    expect(parseDestination(text)).toEqual(destination);
  });

  it('the hosts that hand out credentials are told apart', () => {
    expect(connectEffects({ host: 'metadata.google.internal' }).map(({ kind }) => kind)).toEqual([
      'connect',
      'credential',
    ]);
    expect(connectEffects({ host: 'example.com' }).map(({ kind }) => kind)).toEqual(['connect']);
  });
});
