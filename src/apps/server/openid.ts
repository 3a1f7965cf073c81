import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { loadAdmission } from '#adapters/openid/admission-file.ts';
import { createOpenidProvider } from '#adapters/openid/provider.ts';
import type { OpenidConfig } from '#apps/server/openid-config.ts';
import { OPENID_SECRET_BYTES } from '#domain/identity/openid-attempt.ts';
import { createReplayCache } from '#domain/identity/replay-cache.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { createIdTokenHints } from '#services/identity/openid-hints.ts';
import { OPENID_CALLBACK } from '#services/identity/openid-routes.ts';
import type { OpenidParts } from '#services/identity/service.ts';

/** Attempts that have come back, and logout tokens, that are remembered until they expire: minutes. */
const REPLAYS_MAX = 100_000;

/**
 * The OpenID provider that people sign in at. What is configured is read now, and a start is refused where it is wrong; the provider
 * is asked when the first person wants to sign in, so that ACGS starts without it.
 */
export async function openOpenid(
  config: OpenidConfig | undefined,
  { publicUrl, nowMs }: { readonly publicUrl: string; readonly nowMs: () => number },
): Promise<Result<OpenidParts | undefined>> {
  if (config === undefined) return ok(undefined);
  const secret = await readSecret(config.secretFile);
  if (!secret.ok) return secret;
  const admission = await loadAdmission(config.peopleFile);
  if (!admission.ok) return admission;
  const { byEmail, rolesByGroup, claim, scopes } = admission.value;
  const ours = publicUrl.replace(/\/$/, '');
  const provider = createOpenidProvider(
    {
      issuer: config.issuer,
      clientId: config.clientId,
      clientSecret: secret.value,
      name: config.name,
      redirectUri: ours + OPENID_CALLBACK,
      signedOutUri: `${ours}/`,
      scopes: ['profile', 'email', ...scopes],
      wantsEmail: byEmail || rolesByGroup.size > 0,
      groupsClaim: claim,
    },
    { logouts: createReplayCache(REPLAYS_MAX), nowMs },
  );
  return ok({
    provider,
    admission: { byEmail, rolesByGroup },
    attemptKey: randomBytes(OPENID_SECRET_BYTES),
    answered: createReplayCache(REPLAYS_MAX),
    hints: createIdTokenHints(),
    newSecret: () => randomBytes(OPENID_SECRET_BYTES).toString('base64url'),
  });
}

async function readSecret(path: string | undefined): Promise<Result<string | undefined>> {
  if (path === undefined) return ok(undefined);
  const secret = (await readFile(path, 'utf8')).trim();
  // An empty secret would make a public client of one that was meant to have a secret.
  return secret === '' ? refuse('setting-invalid', `${path} (ACGS_OPENID_SECRET_FILE) is empty.`) : ok(secret);
}
