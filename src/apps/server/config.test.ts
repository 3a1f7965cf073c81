import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeSettings, parseConfig } from '#apps/server/config.ts';

const parse = (env: Record<string, string>) =>
  parseConfig({ env, cwd: '/work', starterConstitution: '/pkg/constitution', defaultPort: 8010 });

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

  it('is documented by a page made from it', () => {
    const page = readFileSync(new URL('../../../docs/reference/configuration.md', import.meta.url), 'utf8');
    expect(page, 'run npm run docs:config').toBe(describeSettings());
  });
});
