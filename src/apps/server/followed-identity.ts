import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { CredentialFileDamaged, createSavedJson, readSaved } from '#adapters/credential-files/saved-json.ts';
import { FollowedFile, followedFileOf, keptOf } from '#adapters/directory-file/followed-file.ts';
import { createHttpDirectoryLink } from '#adapters/identity-client/http-directory-link.ts';
import { createAccessTokenVerifier } from '#adapters/jose-tokens/access-tokens.ts';
import { createProofVerifier } from '#adapters/jose-tokens/proof.ts';
import type { ServerConfig } from '#apps/server/config.ts';
import type { AccessTokenVerifier } from '#domain/identity/access-token.ts';
import { IdentityUnavailable } from '#domain/identity/directory-news.ts';
import { createFollowedDirectory, type KeptDirectory, type Reading } from '#domain/identity/followed-directory.ts';
import { createReplayCache } from '#domain/identity/replay-cache.ts';
import { tokenOfFile } from '#domain/identity/token.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';
import { type FollowDirectoryEvent, followDirectory } from '#services/identity/follow-directory.ts';

/** Proofs that are remembered until they expire. */
const REPLAYS_MAX = 500_000;
/** For the first news a start waits this long, in milliseconds; then it goes on by what it kept, or refuses everybody until they come. */
const FIRST_NEWS_MS = 5_000;

type Log = Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;

/** Who may call this node, as the identity service of another process says. */
export async function openFollowedIdentity(
  config: Pick<ServerConfig, 'home' | 'publicUrl'>,
  { url, tokenFile, ageMsMax }: NonNullable<ServerConfig['followsIdentity']>,
) {
  const path = join(config.home, 'followed-directory.json');
  const followed = createFollowedDirectory(await readKept(path));
  const file = createSavedJson(path);
  let following: ReturnType<typeof followDirectory> | undefined;

  const proofs = createProofVerifier({
    publicUrl: config.publicUrl,
    replays: createReplayCache(REPLAYS_MAX),
    nowMs: Date.now,
  });
  let verifier: { readonly issuer: string; readonly accessTokens: AccessTokenVerifier } | undefined;
  /** Whose tokens they are is known with the first news, and may be kept. */
  function verifierNow(): Result<AccessTokenVerifier, 'directory-stale'> {
    const issuer = followed.issuer();
    if (issuer === undefined) return refuse('directory-stale', 'This node has not heard yet who may call.');
    if (verifier?.issuer !== issuer) {
      const accessTokens = createAccessTokenVerifier({ issuer, keys: followed.keys, proofs, nowMs: Date.now });
      verifier = { issuer, accessTokens };
    }
    return ok(verifier.accessTokens);
  }
  const accessTokens: AccessTokenVerifier = {
    async verify(presented) {
      const now = verifierNow();
      return now.ok ? now.value.verify(presented) : now;
    },
    async read(text) {
      const now = verifierNow();
      return now.ok ? now.value.read(text) : now;
    },
  };
  return {
    directory: followed.directory,
    accessTokens,
    ageMs: () => followed.ageMs(read()),
    isStale: () => followed.ageMs(read()) > ageMsMax,
    /** Begins; resolves with the first news, or after a while without. */
    async follow(log: Log): Promise<void> {
      following = followDirectory({
        link: createHttpDirectoryLink({ url, token: () => readToken(tokenFile) }),
        followed,
        keep: (kept) => file.save(() => followedFileOf(kept())),
        read,
        ageMsMax,
        random: Math.random,
        // Being told to stop is no failure: the loop looks before it asks again.
        sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
        onEvent: (event) => tell(event, log),
      });
      await following.heard(FIRST_NEWS_MS);
    },
    close: async () => following?.close(),
  };
}

function read(): Reading {
  return { nowMs: Date.now(), elapsedMs: performance.now() };
}

function readToken(file: string): string {
  try {
    return tokenOfFile(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new IdentityUnavailable(`the node's token cannot be read from ${file}`, { cause: error });
  }
}

/** What is damaged is as good as none: this node then knows nobody until it hears. */
async function readKept(path: string): Promise<KeptDirectory | undefined> {
  try {
    const saved = await readSaved(path, FollowedFile);
    return saved === undefined ? undefined : keptOf(saved);
  } catch (error) {
    if (error instanceof CredentialFileDamaged) return undefined;
    throw error;
  }
}

function tell(event: FollowDirectoryEvent, log: Log): void {
  switch (event.kind) {
    case 'identity-found':
      return log.info('the identity service is heard: who may call is what it says');
    case 'identity-lost':
      return log.warn(
        { err: event.error },
        'the identity service is lost; what it said last counts until it is too old',
      );
    case 'news-refused':
      return log.error(
        { incident: true, ...event.refusal },
        'the identity service says what cannot be; what it said before counts until it is too old',
      );
    case 'not-kept':
      return log.error({ err: event.error }, 'the directory could not be kept: a restart would not know it');
    case 'failed':
      return log.error({ err: event.error }, 'bug: news of the directory were not taken');
    default:
      return never(event);
  }
}
