import { describe, expect, it } from 'vitest';
import { hostFacts } from '#domain/policy/host.ts';

describe('hostFacts', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['017700000001', '127.0.0.1'],
    ['localhost', 'localhost'],
    ['LOCALHOST.', 'localhost'],
    ['app.localhost', 'app.localhost'],
    ['::1', '[::1]'],
    ['[0:0:0:0:0:0:0:1]', '[::1]'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
  ])('knows this machine as %s', (host, name) => {
    expect(hostFacts(host)).toMatchObject({ name, loopback: true, private: true, metadata: false });
  });

  it.each([
    '169.254.169.254',
    '0xa9fea9fe',
    '169.254.43518',
    'fd00:ec2::254',
    '::ffff:a9fe:a9fe',
    'metadata.google.internal',
    'Metadata.Google.Internal.',
    '169.254.170.2',
    '100.100.100.200',
  ])('knows the metadata service as %s', (host) => {
    expect(hostFacts(host)).toMatchObject({ metadata: true, private: true, loopback: false });
  });

  it.each([
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    'fd12::1',
    'fe80::1',
    'nas',
    'db.internal',
    'printer.local',
  ])('counts %s as private', (host) => {
    expect(hostFacts(host)).toMatchObject({ private: true, loopback: false });
  });

  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '192.169.0.1',
    '100.128.0.1',
    '11.0.0.1',
    '2606:4700::1111',
    'example.org',
    'localhost.example.org',
    'nointernal.org',
  ])('counts %s as public', (host) => {
    expect(hostFacts(host)).toMatchObject({ private: false, loopback: false, metadata: false });
  });

  it('places a name in all domains above it, and an address in none', () => {
    expect(hostFacts('API.GitHub.com').domains).toEqual(['api.github.com', 'github.com', 'com']);
    expect(hostFacts('8.8.8.8').domains).toEqual([]);
    expect(hostFacts('[2606:4700::1111]').domains).toEqual([]);
  });

  it.each(['$HOST', 'a/b', 'user@host', '', '*', '999.999.999.999', 'a b'])(
    'keeps %j, which is no host, as it is written',
    (text) => {
      expect(hostFacts(text)).toMatchObject({ name: text.toLowerCase(), loopback: false, metadata: false });
    },
  );
});
