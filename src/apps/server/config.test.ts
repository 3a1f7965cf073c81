import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeSettings, parseConfig, type Runs } from '#apps/server/config.ts';

const parse = (env: Record<string, string>, runs: Runs = 'all') =>
  parseConfig({ env, cwd: '/work', starterConstitution: '/pkg/constitution', defaultPort: 8010, runs });

describe('parseConfig', () => {
  it.each([
    ['an unknown setting', { ACGS_LISTENN: '127.0.0.1:1' }, 'setting-unknown', 'ACGS_LISTENN'],
    ['a listen address without port', { ACGS_LISTEN: 'localhost' }, 'setting-invalid', 'ACGS_LISTEN'],
    ['a port out of range', { ACGS_LISTEN: 'localhost:70000' }, 'setting-invalid', 'ACGS_LISTEN'],
    ['a number that is none', { ACGS_IN_FLIGHT_MAX: 'many' }, 'setting-invalid', 'ACGS_IN_FLIGHT_MAX'],
    ['a bound of zero', { ACGS_IN_FLIGHT_MAX: '0' }, 'setting-invalid', 'ACGS_IN_FLIGHT_MAX'],
    ['an engine that is none', { ACGS_ENGINE: 'regex' }, 'setting-invalid', 'ACGS_ENGINE'],
    ['a database of another kind', { ACGS_DATABASE_URL: 'mysql://x' }, 'setting-invalid', 'ACGS_DATABASE_URL'],
    ['a log level that is none', { ACGS_LOG_LEVEL: 'loud' }, 'setting-invalid', 'ACGS_LOG_LEVEL'],
  ])('refuses %s and names it', (_name, env, code, named) => {
    const parsed = parse(env);
    expect(parsed).toMatchObject({ ok: false, refusal: { code } });
    expect(parsed.ok ? '' : parsed.refusal.message).toContain(named);
  });

  it('has a default for everything that a first start needs', () => {
    expect(parse({ PATH: '/bin', ACGS_URL: 'http://x' })).toMatchObject({
      ok: true,
      value: {
        home: '/work/.acgs',
        listen: { kind: 'tcp', host: '127.0.0.1', port: 8010 },
        publicUrl: 'http://127.0.0.1:8010',
        constitution: '/pkg/constitution',
        engine: 'compiled',
        databaseUrl: undefined,
      },
    });
  });

  it('reads a socket, an IPv6 address and relative folders', () => {
    expect(parse({ ACGS_LISTEN: 'unix:/run/acgs.sock', ACGS_HOME: 'state' })).toMatchObject({
      value: { listen: { kind: 'unix', path: '/run/acgs.sock' }, home: '/work/state', publicUrl: 'http://localhost' },
    });
    expect(parse({ ACGS_LISTEN: '[::1]:9', ACGS_CONSTITUTION: 'ours', ACGS_TOOLHIVE_SECRET_FILE: '/s' })).toMatchObject(
      {
        value: { listen: { host: '::1', port: 9 }, constitution: '/work/ours', toolhiveSecretFile: '/s' },
      },
    );
  });

  const identity = { ACGS_IDENTITY_URL: 'https://id.example/', ACGS_NODE_TOKEN_FILE: 'token' };
  const tls = { ACGS_TLS_CERT_FILE: 'crt', ACGS_TLS_KEY_FILE: 'key' };
  const clients = { ACGS_TLS_CLIENT_CA_FILE: 'ca', ACGS_SPIFFE_TRUST_DOMAIN: 'acgs.example' };
  const without = (env: Record<string, string>, name: string) =>
    Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));
  it.each<[string, Record<string, string>, Runs, string]>([
    ['in plain text from elsewhere', { ...identity, ACGS_IDENTITY_URL: 'http://id.example' }, 'decision', 'URL'],
    [
      'that only begins like this machine',
      { ...identity, ACGS_IDENTITY_URL: 'http://127.0.0.1.evil.example' },
      'decision',
      'URL',
    ],
    ['without a token of its own', without(identity, 'ACGS_NODE_TOKEN_FILE'), 'decision', 'ACGS_NODE_TOKEN_FILE'],
    ['while it serves identity itself', identity, 'all', 'ACGS_IDENTITY_URL'],
    [
      'without a bound',
      { ...identity, ACGS_IDENTITY_AGE_MINUTES_MAX: '0' },
      'decision',
      'ACGS_IDENTITY_AGE_MINUTES_MAX',
    ],
  ])('follows no directory %s', (_name, env, runs, named) => {
    const parsed = parse(env, runs);
    expect(parsed.ok ? '' : parsed.refusal.message).toContain(named);
  });

  it.each(Object.keys({ ...tls, ...clients }))('listens with TLS only where all is there: not without %s', (name) => {
    const parsed = parse(without({ ...tls, ...clients }, name));
    expect(parsed.ok ? '' : parsed.refusal.message).toContain(name);
    expect(parse(without(tls, name)).ok).toBe(!(name in tls));
  });

  it('reads whom it follows, and how it listens', () => {
    expect(parse({ ...identity, ...tls, ...clients }, 'decision')).toMatchObject({
      value: {
        publicUrl: 'https://127.0.0.1:8010',
        followsIdentity: { url: 'https://id.example', tokenFile: '/work/token', ageMsMax: 900_000 },
        tls: {
          certFile: '/work/crt',
          keyFile: '/work/key',
          clientCaFile: '/work/ca',
          clients: { trustDomain: 'acgs.example' },
        },
      },
    });
    expect(parse({ ...identity, ACGS_IDENTITY_URL: 'http://[::1]:8016' }, 'decision').ok).toBe(true);
    expect(parse(tls)).toMatchObject({ value: { tls: { clients: undefined } } });
  });

  it('is documented by a page made from it', () => {
    const page = readFileSync(new URL('../../../docs/reference/configuration.md', import.meta.url), 'utf8');
    expect(page, 'run npm run docs:config').toBe(describeSettings());
  });
});
