import { isAbsolute, join } from 'node:path';
import Type from 'typebox';
import { ok, type Result, refuse } from '#domain/result.ts';

export interface OpenidConfig {
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client. */
  readonly secretFile: string | undefined;
  /** For people to read, on the button. */
  readonly name: string;
  /** Undefined: only accounts count that somebody has bound to a person. */
  readonly peopleFile: string | undefined;
}

/** Settings of signing in at an OpenID provider. */
export const OPENID_SETTINGS = {
  ACGS_OPENID_ISSUER: Type.Optional(
    Type.String({
      // Without query and fragment (OpenID Connect Discovery 1.0, section 3).
      pattern: '^(https://|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d+)?(/|$))[^?#\\s]*$',
      maxLength: 1024,
      description:
        'OpenID provider that people sign in at, by the name that it gives itself, to the letter (docs/reference/identity.md); http on loopback only.',
    }),
  ),
  ACGS_OPENID_CLIENT_ID: Type.Optional(
    Type.String({ minLength: 1, maxLength: 256, description: 'How this installation is registered there.' }),
  ),
  ACGS_OPENID_SECRET_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'File with the client secret. Default: a public client, which proves itself by PKCE alone.',
    }),
  ),
  ACGS_OPENID_NAME: Type.Optional(
    Type.String({
      pattern: '^[^\\x00-\\x1f\\x7f]{1,64}$',
      description: 'What people know the provider by. Default: its host.',
    }),
  ),
  ACGS_OPENID_PEOPLE_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'File (YAML) that says how people are known by what the provider says: verified e-mail addresses, groups. Default: only accounts that were bound by `acgs person bind`.',
    }),
  ),
};

/** All of it or nothing: a provider without a client, or the other way around, is a mistake. */
export function readOpenid(
  settings: Partial<Readonly<Record<keyof typeof OPENID_SETTINGS, string>>>,
  cwd: string,
): Result<OpenidConfig | undefined, 'setting-invalid'> {
  const { ACGS_OPENID_ISSUER: issuer, ACGS_OPENID_CLIENT_ID: clientId } = settings;
  const stray = Object.keys(OPENID_SETTINGS).find((name) => name in settings);
  if (issuer === undefined || clientId === undefined) {
    return stray === undefined
      ? ok(undefined)
      : refuse('setting-invalid', `${stray} needs ACGS_OPENID_ISSUER and ACGS_OPENID_CLIENT_ID.`);
  }
  if (!URL.canParse(issuer)) return refuse('setting-invalid', 'ACGS_OPENID_ISSUER is not an address.');
  const fileOf = (path: string | undefined) => (path === undefined || isAbsolute(path) ? path : join(cwd, path));
  return ok({
    issuer,
    clientId,
    secretFile: fileOf(settings.ACGS_OPENID_SECRET_FILE),
    name: settings.ACGS_OPENID_NAME ?? new URL(issuer).host,
    peopleFile: fileOf(settings.ACGS_OPENID_PEOPLE_FILE),
  });
}
