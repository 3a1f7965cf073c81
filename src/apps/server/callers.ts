import type { FastifyBaseLogger } from 'fastify';
import type { ServerConfig } from '#apps/server/config.ts';
import { openFollowedIdentity } from '#apps/server/followed-identity.ts';
import { openIdentity } from '#apps/server/identity.ts';
import { openOpenid } from '#apps/server/openid.ts';
import { recallDirectory } from '#apps/server/recall-directory.ts';
import type { Directory } from '#domain/identity/directory.ts';
import type { IdentitySeen } from '#domain/identity/identity-metrics.ts';
import { ok, type Result } from '#domain/result.ts';
import type { CredentialDeps } from '#services/credentials.ts';
import type { IdentityServiceDeps } from '#services/identity/service.ts';

/** Who may call this process, and how it knows. */
export interface Callers {
  readonly directory: Directory;
  /** What the guard asks. */
  readonly identity: NonNullable<CredentialDeps['identity']>;
  /** Absent where it is not served by this process. */
  readonly service?: IdentityServiceDeps;
  /** For metrics. Absent where another process serves identity. */
  readonly seen?: () => IdentitySeen;
  /** For metrics: how old what is known here may be. Absent where it is this process itself that says who may call. */
  readonly ageMs?: () => number;
  /** Begins to follow the identity service, where that is another process; resolves with its first news, or after a while without. */
  follow(log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>): Promise<void>;
  close(): Promise<void>;
}

/** From this process's own journal, or from the identity service that it follows. */
export async function openCallers(
  config: Pick<ServerConfig, 'runs' | 'home' | 'publicUrl' | 'followsIdentity' | 'openid'>,
  deps: Omit<Parameters<typeof openIdentity>[0], 'home' | 'publicUrl' | 'directory' | 'openid'>,
): Promise<Result<Callers>> {
  const { certificates } = deps;
  if (config.followsIdentity !== undefined) {
    const followed = await openFollowedIdentity(config, config.followsIdentity);
    const { directory, accessTokens, isStale, ageMs, follow, close } = followed;
    return ok({
      directory,
      // Cookies are for the server that gave them.
      identity: { directory, accessTokens, isStale, certificates, signIns: { recognise: () => undefined } },
      ageMs,
      follow,
      close,
    });
  }
  const { home, publicUrl } = config;
  const openid = await openOpenid(config.openid, { publicUrl, nowMs: deps.nowMs });
  if (!openid.ok) return openid;
  const recalled = await recallDirectory(home, deps.journal);
  const { directory } = recalled;
  const { service, signIns, seen, close } = await openIdentity({
    ...deps,
    home,
    publicUrl,
    directory,
    openid: openid.value,
  });
  return ok({
    directory,
    identity: { directory, accessTokens: service.accessTokens, signIns, certificates, isStale: () => false },
    ...(config.runs === 'all' || config.runs === 'identity' ? { service } : {}),
    seen,
    follow: async () => undefined,
    async close() {
      await close();
      await recalled.close();
    },
  });
}
