import { type EmbeddedPostgres, startEmbeddedPostgres } from '#adapters/embedded-postgres/start.ts';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { createTailReader, type TailReader } from '#adapters/journal/tail-reader.ts';
import { createPostgresDecisionIndex } from '#adapters/postgres/decision-index.ts';
import { createIndexFollower, type IndexFollower } from '#adapters/postgres/follow.ts';
import { type DecisionIndex, type DecisionSearch, IndexUnavailable } from '#domain/decision/decision-index.ts';
import { never } from '#domain/result.ts';
import type { IndexProcessEvent, IndexProcessInput, IndexProcessOutput, IndexSettings, Question } from './protocol.ts';

/**
 * The work of the index's process, without the process: brings the journal to the index and answers questions from it.
 * `tell` reaches the server; `onStopped` is called once, when nothing is open any more.
 */
export function createIndexHost(tell: (message: IndexProcessOutput) => void, onStopped: () => void) {
  const stopping = new AbortController();
  let reader: TailReader | undefined;
  let embedded: EmbeddedPostgres | undefined;
  let index: DecisionIndex | undefined;
  let follower: IndexFollower | undefined;
  let starting: Promise<void> | undefined;

  return {
    receive(message: IndexProcessInput): void {
      switch (message.kind) {
        case 'begin':
          starting ??= start(message.settings).catch((error: unknown) => {
            if (!stopping.signal.aborted) onEvent({ kind: 'start-failed', error });
          });
          return;
        case 'head':
          reader?.advance(message.head);
          return;
        case 'ask':
          void reply(message.id, message.question);
          return;
        case 'stop':
          if (!stopping.signal.aborted) void stop().finally(onStopped);
          return;
        default:
          never(message);
      }
    },
  };

  async function start(settings: IndexSettings): Promise<void> {
    const { databaseUrl, directory, journal, intervalMs } = settings;
    reader = createTailReader(journal);
    if (databaseUrl === undefined) {
      embedded = await startEmbeddedPostgres({ directory, onEvent, signal: stopping.signal });
    }
    index = createPostgresDecisionIndex({
      database: embedded?.poolConfig ?? { connectionString: databaseUrl },
      parseEntry,
    });
    const onReached = (sequence: number): void => tell({ kind: 'reached', sequence });
    follower = createIndexFollower({ journal: reader, index, intervalMs, onEvent, onReached });
  }

  async function reply(id: number, question: Question): Promise<void> {
    try {
      if (index === undefined) throw new IndexUnavailable('the search index is still starting');
      tell({ kind: 'answer', id, value: await ask(index, question) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      tell({ kind: 'failed', id, isOutage: error instanceof IndexUnavailable, message });
    }
  }

  async function stop(): Promise<void> {
    // A start that is under way is given up: whoever stops the server does not wait for its index.
    stopping.abort();
    await starting;
    await follower?.stop();
    await index?.close();
    await embedded?.stop();
  }

  function onEvent(event: IndexProcessEvent): void {
    tell({ kind: 'event', event });
  }
}

function ask(index: DecisionSearch, { method, argument }: Question): Promise<unknown> {
  switch (method) {
    case 'find':
      return index.find(...argument);
    case 'list':
      return index.list(...argument);
    case 'sessions':
      return index.sessions(...argument);
    case 'outline':
      return index.outline(...argument);
    case 'timeline':
      return index.timeline(...argument);
    case 'stats':
      return index.stats(...argument);
    default:
      return never(method);
  }
}
