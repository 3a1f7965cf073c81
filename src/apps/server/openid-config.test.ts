import { describe, expect, it } from 'vitest';
import { parseConfig } from '#apps/server/config.ts';
import { openOpenid } from '#apps/server/openid.ts';

const parse = (env: Readonly<Record<string, string>>) =>
  parseConfig({ env, cwd: '/work', starterConstitution: '/starter', defaultPort: 8010 });
const ISSUER = { ACGS_OPENID_ISSUER: 'https://id.example/realms/team', ACGS_OPENID_CLIENT_ID: 'acgs' };

describe('settings of the OpenID provider', () => {
  it.each([
    ['an issuer without a client', { ACGS_OPENID_ISSUER: ISSUER.ACGS_OPENID_ISSUER }],
    ['a client without an issuer', { ACGS_OPENID_CLIENT_ID: 'acgs' }],
    ['a secret alone', { ACGS_OPENID_SECRET_FILE: 'secret' }],
    ['http elsewhere than here', { ...ISSUER, ACGS_OPENID_ISSUER: 'http://id.example' }],
    [
      'http at a host that begins like this machine',
      { ...ISSUER, ACGS_OPENID_ISSUER: 'http://localhost.evil.example' },
    ],
    [
      'http at a name and password like this machine',
      { ...ISSUER, ACGS_OPENID_ISSUER: 'http://127.0.0.1:80@evil.example/' },
    ],
    ['a query', { ...ISSUER, ACGS_OPENID_ISSUER: 'https://id.example/?a=b' }],
    ['a fragment', { ...ISSUER, ACGS_OPENID_ISSUER: 'https://id.example/#a' }],
    ['no address', { ...ISSUER, ACGS_OPENID_ISSUER: 'id.example' }],
    ['a name with a line feed', { ...ISSUER, ACGS_OPENID_NAME: 'a\nb' }],
  ])('are refused: %s', (_name, env) => {
    expect(parse(env)).toMatchObject({ ok: false, refusal: { code: 'setting-invalid' } });
  });

  it('are all there or none, with the host for a name', () => {
    expect(parse({})).toMatchObject({ ok: true, value: { openid: undefined } });
    expect(parse({ ...ISSUER, ACGS_OPENID_SECRET_FILE: 'secret' })).toMatchObject({
      value: { openid: { name: 'id.example', secretFile: '/work/secret', peopleFile: undefined } },
    });
    expect(parse({ ...ISSUER, ACGS_OPENID_ISSUER: 'http://[::1]:8080/' }).ok).toBe(true);
  });

  it('make no public client of one whose secret is empty, and do not start without a file that is named', async () => {
    const config = { issuer: 'https://id.example', clientId: 'acgs', name: 'x', peopleFile: undefined };
    const others = { publicUrl: 'https://acgs.example', nowMs: () => 0 };
    expect(await openOpenid({ ...config, secretFile: '/dev/null' }, others)).toMatchObject({
      refusal: { code: 'setting-invalid' },
    });
    await expect(openOpenid({ ...config, secretFile: '/nowhere/secret' }, others)).rejects.toThrow('ENOENT');
  });
});
