import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createAccessTokenSigner, createAccessTokenVerifier } from '#adapters/jose-tokens/access-tokens.ts';
import { createAssertionVerifier } from '#adapters/jose-tokens/client-assertion.ts';
import { createProofVerifier } from '#adapters/jose-tokens/proof.ts';
import { openKeyRing } from '#adapters/token-keys/key-ring.ts';
import type { Access } from '#domain/access/access.ts';
import { ENROLMENT_CODE_BYTES, enrolmentCode } from '#domain/identity/agent-lifecycle.ts';
import type { DirectoryFold } from '#domain/identity/directory.ts';
import { createReplayCache } from '#domain/identity/replay-cache.ts';
import { assignableRoles } from '#domain/identity/role.ts';
import { SIGNING_KEY_MS } from '#domain/identity/token-keys.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { createIdentityRecord } from '#services/identity/record.ts';
import type { IdentityServiceDeps } from '#services/identity/service.ts';

/** Proofs and assertions that are remembered until they expire: a node answers fewer requests in a minute. */
const REPLAYS_MAX = 500_000;
/** How often it is looked at whether the signing key is due, in milliseconds. */
const ROTATION_LOOK_MS = 60 * 60_000;

export interface OpenedIdentity {
  readonly service: IdentityServiceDeps;
  close(): void;
}

/** Puts the parts of the identity service together: signing keys in the state folder, who is known, and what was seen. */
export async function openIdentity(deps: {
  readonly home: string;
  readonly publicUrl: string;
  readonly journal: Journal;
  readonly directory: DirectoryFold;
  readonly access: Access;
  readonly approverRoles: () => readonly string[];
  readonly onError: (error: unknown) => void;
  readonly newId: () => string;
  readonly nowMs: () => number;
}): Promise<OpenedIdentity> {
  const { directory, nowMs, publicUrl } = deps;
  const keys = await openKeyRing(join(deps.home, 'token-keys'), nowMs);
  const issuer = publicUrl.replace(/\/$/, '');
  const record = createIdentityRecord(deps);
  const proofs = createProofVerifier({ publicUrl, replays: createReplayCache(REPLAYS_MAX), nowMs });
  const service: IdentityServiceDeps = {
    issuer,
    keys,
    directory,
    record,
    access: deps.access,
    assignableRoles: () => assignableRoles(deps.approverRoles()),
    accessTokens: createAccessTokenVerifier({ issuer, keys, proofs, nowMs }),
    sign: createAccessTokenSigner({ issuer, keys, nowMs, newId: deps.newId }),
    proveKey: proofs.verify,
    verifyAssertion: createAssertionVerifier({ issuer, directory, replays: createReplayCache(REPLAYS_MAX), nowMs }),
    newCode: () => enrolmentCode(randomBytes(ENROLMENT_CODE_BYTES)),
    nowMs,
  };

  async function rotateWhenDue(): Promise<void> {
    if (nowMs() - keys.current().sinceMs < SIGNING_KEY_MS) return;
    const { kid } = await keys.rotate({ forget: false });
    await record.note({ kind: 'signing-key-rotated', timeMs: nowMs(), keyId: kid });
  }
  await rotateWhenDue();
  const timer = setInterval(() => rotateWhenDue().catch(deps.onError), ROTATION_LOOK_MS);
  timer.unref();
  return { service, close: () => clearInterval(timer) };
}
