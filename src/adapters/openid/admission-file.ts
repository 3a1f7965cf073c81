import { readFile } from 'node:fs/promises';
import Type from 'typebox';
import Value from 'typebox/value';
import { parse, YAMLParseError } from 'yaml';
import type { OpenidAdmission } from '#domain/identity/openid-person.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

const closed = { additionalProperties: false } as const;
const Word = Type.String({ minLength: 1, maxLength: 256 });

const Settings = Type.Object(
  {
    byEmail: Type.Boolean({ default: false }),
    groups: Type.Optional(
      Type.Object(
        {
          claim: Word,
          /** A scope has no blanks (RFC 6749, section 3.3). */
          scope: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,256}$' })),
          roles: Type.Record(
            Type.String({ minLength: 1, maxLength: 256 }),
            Type.Array(Word, { minItems: 1, maxItems: 32 }),
            {
              minProperties: 1,
              maxProperties: 256,
            },
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);

export interface Admission extends OpenidAdmission {
  /** The claim whose values are groups. */
  readonly claim: string | undefined;
  /** To be asked for, so that the claim is there. */
  readonly scopes: readonly string[];
}

/**
 * How people are known who sign in at the provider (YAML): by e-mail, by groups. Nothing is allowed that is not written there.
 * @param path undefined: only accounts count that are bound to a person
 * @throws when it cannot be read
 */
export async function loadAdmission(path: string | undefined): Promise<Result<Admission, 'openid-people-malformed'>> {
  if (path === undefined) return ok({ byEmail: false, rolesByGroup: new Map(), claim: undefined, scopes: [] });
  let data: unknown;
  try {
    data = parse(await readFile(path, 'utf8'), { maxAliasCount: 0, uniqueKeys: true });
  } catch (error) {
    if (error instanceof YAMLParseError) return malformed(path, error.message);
    throw error;
  }
  const settings: unknown = Value.Default(Settings, data);
  if (!Value.Check(Settings, settings)) {
    const first = Value.Errors(Settings, settings)[0];
    return malformed(path, `${first?.instancePath || '/'} ${first?.message ?? 'is not what is expected'}`);
  }
  const { byEmail, groups } = settings;
  return ok({
    byEmail,
    rolesByGroup: new Map(Object.entries(groups?.roles ?? {})),
    claim: groups?.claim,
    scopes: groups?.scope === undefined ? [] : [groups.scope],
  });
}

function malformed(path: string, what: string) {
  return refuse('openid-people-malformed', `${path} (ACGS_OPENID_PEOPLE_FILE): ${what}.`);
}
