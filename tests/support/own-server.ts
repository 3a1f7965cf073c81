import { fileURLToPath } from 'node:url';
import type { ServerClock } from '#apps/server/clock.ts';
import { type Server, startServer } from '#apps/server/compose.ts';
import { parseConfig, type Runs } from '#apps/server/config.ts';

export const STARTER = fileURLToPath(new URL('../../constitution', import.meta.url));

/**
 * The server that `acgs start` starts, in this process, on a free port of loopback. Its search index is down unless one is named:
 * nobody listens there.
 */
export async function startOwnServer(given: {
  readonly home: string;
  /** Settings besides. */
  readonly env?: Readonly<Record<string, string>>;
  readonly constitution?: string;
  readonly runs?: Runs;
  readonly clock?: ServerClock;
}): Promise<Server> {
  const config = parseConfig({
    env: {
      ACGS_HOME: given.home,
      ACGS_LISTEN: '127.0.0.1:0',
      ACGS_LOG_LEVEL: 'silent',
      ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none',
      ...given.env,
    },
    cwd: given.home,
    starterConstitution: given.constitution ?? STARTER,
    defaultPort: 0,
    runs: given.runs ?? 'all',
  });
  if (!config.ok) throw new Error(config.refusal.message);
  const started = await startServer(config.value, '0.0.0', () => {}, given.clock);
  if (!started.ok) throw new Error(started.refusal.message);
  return started.value;
}
