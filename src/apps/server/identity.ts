import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createAccessTokenSigner, createAccessTokenVerifier } from '#adapters/jose-tokens/access-tokens.ts';
import { createAssertionVerifier } from '#adapters/jose-tokens/client-assertion.ts';
import { createProofVerifier } from '#adapters/jose-tokens/proof.ts';
import { openKeyRing } from '#adapters/token-keys/key-ring.ts';
import { openSignIns } from '#apps/server/sign-ins.ts';
import type { Access } from '#domain/access/access.ts';
import { isAgentKeyOverdue } from '#domain/identity/agent-key.ts';
import { ENROLMENT_CODE_BYTES, enrolmentCode } from '#domain/identity/agent-lifecycle.ts';
import type { ClientCertificates } from '#domain/identity/client-certificate.ts';
import type { DirectoryFold } from '#domain/identity/directory.ts';
import type { IdentitySeen } from '#domain/identity/identity-metrics.ts';
import { createReplayCache } from '#domain/identity/replay-cache.ts';
import { assignableRoles } from '#domain/identity/role.ts';
import type { TokenIndex } from '#domain/identity/token.ts';
import { isSigningKeyDue } from '#domain/identity/token-keys.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { createDirectoryFeed } from '#services/identity/directory-feed.ts';
import { createIdentityRecord, type IdentityRecord } from '#services/identity/record.ts';
import type { IdentityServiceDeps, OpenidParts } from '#services/identity/service.ts';
import type { SignInDesk } from '#services/identity/sign-in-desk.ts';

/** Proofs and assertions that are remembered until they expire: a node answers fewer requests in a minute. */
const REPLAYS_MAX = 500_000;
/** How often it is looked at whether the next signing key is due, in milliseconds: often in the time for which it is published ahead. */
const ROTATION_LOOK_MS = 60_000;

export interface OpenedIdentity {
  readonly service: IdentityServiceDeps;
  readonly signIns: SignInDesk;
  /** Publishes the next signing key in time, and destroys those that nobody needs any more; by itself every minute. */
  lookAfterKeys(): Promise<void>;
  readonly seen: () => IdentitySeen;
  close(): Promise<void>;
}

/** Puts the parts of the identity service together: signing keys and credentials in the state folder, who is known, and what was seen. */
export async function openIdentity(deps: {
  readonly home: string;
  readonly publicUrl: string;
  readonly journal: Journal;
  readonly directory: DirectoryFold;
  readonly access: Access;
  readonly approverRoles: () => readonly string[];
  /** The opaque tokens that there are now. */
  readonly tokens: () => TokenIndex;
  readonly openid?: OpenidParts | undefined;
  /** Absent where nobody is asked for a certificate. */
  readonly certificates?: ClientCertificates | undefined;
  readonly onError: (error: unknown, what: string) => void;
  readonly newId: () => string;
  readonly nowMs: () => number;
}): Promise<OpenedIdentity> {
  const { directory, nowMs, publicUrl } = deps;
  const keys = await openKeyRing(join(deps.home, 'token-keys'), nowMs);
  const issuer = publicUrl.replace(/\/$/, '');
  const feed = createDirectoryFeed({ directory, published: keys.published, issuer, run: randomUUID() });
  let [attemptsRefused, lockOuts] = [0, 0];
  const written = createIdentityRecord({
    journal: deps.journal,
    directory: {
      ...directory,
      apply(event) {
        directory.apply(event);
        feed.changed(event);
        heed(event);
      },
    },
  });
  const record: IdentityRecord = {
    ...written,
    note(event) {
      // Counted also where it cannot be written: that is when somebody must hear of it.
      if (event.kind === 'authentication-refused') attemptsRefused += 1;
      if (event.kind === 'locked-out') lockOuts += 1;
      return written.note(event);
    },
  };
  const { signInDesk, heed, close: closeSignIns, ...accounts } = await openSignIns({ ...deps, record });
  const proofs = createProofVerifier({ publicUrl, replays: createReplayCache(REPLAYS_MAX), nowMs });
  const service: IdentityServiceDeps = {
    issuer,
    keys: {
      ...keys,
      async rotate(options) {
        const rotated = await keys.rotate(options);
        feed.keysChanged();
        return rotated;
      },
    },
    directory,
    record,
    feed,
    signInDesk,
    ...accounts,
    ...(deps.openid === undefined ? {} : { openid: deps.openid }),
    tokens: deps.tokens,
    access: deps.access,
    assignableRoles: () => assignableRoles(deps.approverRoles()),
    accessTokens: createAccessTokenVerifier({ issuer, keys, proofs, nowMs }),
    sign: createAccessTokenSigner({ issuer, keys, nowMs, newId: deps.newId }),
    proveKey: proofs.verify,
    verifyAssertion: createAssertionVerifier({ issuer, directory, replays: createReplayCache(REPLAYS_MAX), nowMs }),
    certificates: deps.certificates,
    newCode: () => enrolmentCode(randomBytes(ENROLMENT_CODE_BYTES)),
    nowMs,
  };

  /** What fails here is tried again at the next look; until then the key that there is goes on signing. */
  async function lookAfterKeys(): Promise<void> {
    try {
      await keys.tidy();
      if (!isSigningKeyDue(keys.newestSinceMs(), nowMs())) return;
      const { kid } = await service.keys.rotate({ forget: false });
      await record.note({ kind: 'signing-key-rotated', timeMs: nowMs(), keyId: kid });
    } catch (error) {
      rotationFailures += 1;
      deps.onError(error, 'the key that signs tokens could not be changed');
    }
  }
  let rotationFailures = 0;
  await lookAfterKeys();
  const timer = setInterval(lookAfterKeys, ROTATION_LOOK_MS);
  timer.unref();
  return {
    service,
    signIns: signInDesk,
    lookAfterKeys,
    seen: () => ({
      signingKeyAgeMs: nowMs() - keys.current().sinceMs,
      rotationFailures,
      attemptsRefused,
      lockOuts,
      agentKeysOverdue: directory.agents().filter((agent) => isAgentKeyOverdue(agent, nowMs())).length,
    }),
    close() {
      clearInterval(timer);
      return closeSignIns();
    },
  };
}
