import path from 'node:path';
import type { PoolConfig } from 'pg';
import { startEmbeddedPostgres } from '#adapters/embedded-postgres/start.ts';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { createPostgresDecisionIndex } from '#adapters/postgres/decision-index.ts';
import { createPostgresIndexAudit } from '#adapters/postgres/index-audit.ts';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { agentPrincipal, TOKEN_DAYS } from '#apps/server/tokens.ts';
import type { AgentKind } from '#domain/action/action.ts';
import type { DecisionIndex } from '#domain/decision/decision-index.ts';
import type { IndexAudit } from '#domain/decision/index-audit.ts';

/** How long an agent's token is good for, in milliseconds: as those of the first start. */
const TOKEN_TTL_MS = TOKEN_DAYS * 86_400_000;

/**
 * A token for an agent, from the installation whose state folder this is. Refused where there is none: a token that no
 * server knows would block every action of the agent.
 */
export async function issueAgentToken(io: CliIo, agent: AgentKind, nowMs: number): Promise<string> {
  const tokens = createTokenFile(path.join(stateFolder(io), 'tokens.json'));
  if ((await tokens.load()).size === 0) {
    throw failure(
      EXIT.unavailable,
      `there is no installation in ${stateFolder(io)}: run "acgs start" once, or set ACGS_HOME to its state folder`,
    );
  }
  return tokens.issue(agentPrincipal(agent), nowMs, TOKEN_TTL_MS);
}

/** The search index of this installation, while no server runs: on the configured PostgreSQL, or on the embedded one. */
export function openSearchIndex(io: CliIo): Promise<DecisionIndex> {
  return onDatabase(io, (database) => createPostgresDecisionIndex({ database, parseEntry }));
}

/** The same, to be compared with the journals. With a PostgreSQL of its own the server may run. */
export function openIndexAudit(io: CliIo): Promise<IndexAudit> {
  return onDatabase(io, (database) => createPostgresIndexAudit({ database }));
}

/** Whoever closes what is opened here closes the embedded database with it. */
async function onDatabase<T extends { close(): Promise<void> }>(
  io: CliIo,
  open: (database: PoolConfig) => T,
): Promise<T> {
  const url = io.env['ACGS_DATABASE_URL'];
  if (url !== undefined) return open({ connectionString: url });
  const embedded = await startEmbeddedPostgres({ directory: path.join(stateFolder(io), 'index') });
  const opened = open(embedded.poolConfig);
  return {
    ...opened,
    async close() {
      await opened.close();
      await embedded.stop();
    },
  };
}
