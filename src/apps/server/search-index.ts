import {
  type EmbeddedPostgres,
  type EmbeddedPostgresEvent,
  startEmbeddedPostgres,
} from '#adapters/embedded-postgres/start.ts';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { createPostgresDecisionIndex } from '#adapters/postgres/decision-index.ts';
import { createIndexFollower, type FollowerEvent, type IndexFollower } from '#adapters/postgres/follow.ts';
import { type DecisionIndex, IndexUnavailable } from '#domain/decision/decision-index.ts';
import type { Journal } from '#domain/journal/journal.ts';

/** How often the follower looks for new records, in milliseconds: what a person who searches may have to wait. */
const FOLLOW_INTERVAL_MS = 200;

export type SearchIndexEvent =
  | FollowerEvent
  | EmbeddedPostgresEvent
  | { readonly kind: 'start-failed'; readonly error: unknown };

/**
 * The search index of a server: on the PostgreSQL that is configured, or on the embedded one, which starts beside the
 * server and takes seconds. Nothing waits for it: until it is there every question to it is an outage, and decisions go on.
 */
export function startSearchIndex(options: {
  readonly journal: Journal;
  readonly databaseUrl: string | undefined;
  /** Of the embedded database. */
  readonly directory: string;
  readonly onEvent: (event: SearchIndexEvent) => void;
}) {
  const { journal, databaseUrl, directory, onEvent } = options;
  let embedded: EmbeddedPostgres | undefined;
  let current: DecisionIndex | undefined;
  let follower: IndexFollower | undefined;

  const closing = new AbortController();
  const starting = start().catch((error: unknown) => {
    if (!closing.signal.aborted) onEvent({ kind: 'start-failed', error });
  });

  async function start(): Promise<void> {
    if (databaseUrl === undefined)
      embedded = await startEmbeddedPostgres({ directory, onEvent, signal: closing.signal });
    const database = embedded?.poolConfig ?? { connectionString: databaseUrl };
    current = createPostgresDecisionIndex({ database, parseEntry });
    follower = createIndexFollower({ journal, index: current, intervalMs: FOLLOW_INTERVAL_MS, onEvent });
  }

  function index(): DecisionIndex {
    if (current === undefined) throw new IndexUnavailable('the search index is still starting');
    return current;
  }

  /** Asks the index once it is there; until then every call rejects. */
  const lazy: DecisionIndex = {
    apply: async (records) => index().apply(records),
    position: async (node) => index().position(node),
    find: async (id) => index().find(id),
    list: async (filter, page) => index().list(filter, page),
    sessions: async (page) => index().sessions(page),
    stats: async (span) => index().stats(span),
    rebuild: async () => index().rebuild(),
    close: async () => current?.close(),
  };

  return {
    index: lazy,
    lagRecords: () => follower?.lagRecords() ?? journal.head().sequence,
    async close() {
      // A start that is under way is given up: whoever stops the server does not wait for its index.
      closing.abort();
      await starting;
      await follower?.stop();
      await current?.close();
      await embedded?.stop();
    },
  };
}
