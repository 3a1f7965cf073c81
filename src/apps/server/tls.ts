import type { Server } from 'node:tls';
import { openServerTls } from '#adapters/tls/server-tls.ts';
import type { ServerConfig } from '#apps/server/config.ts';
import type { ClientCertificates } from '#domain/identity/client-certificate.ts';
import { ok, type Result } from '#domain/result.ts';
import type { EdgeDeps, EdgeServer } from '#services/edge.ts';

export interface OpenedTls {
  /** For the edge; absent where the server listens in plain text, on this machine. */
  readonly options?: EdgeDeps['tls'];
  /** Absent where nobody is asked for a certificate. */
  readonly certificates?: ClientCertificates;
  /** Takes renewed files into use. Returns what ends it. */
  watch(app: EdgeServer): () => void;
}

/** TLS as it is configured, and what certificates of callers are worth. */
export async function openTls({ tls }: Pick<ServerConfig, 'tls'>): Promise<Result<OpenedTls, 'tls-invalid'>> {
  if (tls === undefined) return ok({ watch: () => () => undefined });
  const opened = await openServerTls(tls);
  if (!opened.ok) return opened;
  const { options, certificateOf, watch } = opened.value;
  return ok({
    options,
    ...(tls.clients === undefined ? {} : { certificates: { trustDomain: tls.clients.trustDomain, of: certificateOf } }),
    watch: (app) =>
      // Fastify's type of its server is that of plain HTTP; with these options it is one of TLS.
      watch(app.server as unknown as Server, (error) =>
        app.log.error({ err: error }, 'the files for TLS have changed and cannot be used; those before still are'),
      ),
  });
}
