import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { superviseProcess } from '#apps/server/child-process.ts';
import type {
  FromIndexProcess,
  IndexProcessEvent,
  IndexSettings,
  Question,
  ToIndexProcess,
} from '#apps/server/index-process/protocol.ts';
import { type DecisionSearch, IndexUnavailable } from '#domain/decision/decision-index.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { never } from '#domain/result.ts';

const PROCESS = fileURLToPath(new URL(`./index-process/main${extname(import.meta.url)}`, import.meta.url));
/** How often the head is told and looked at, in milliseconds: what a person who searches may have to wait. */
const FOLLOW_INTERVAL_MS = 200;

export type SearchIndexEvent =
  | IndexProcessEvent
  /** The index's process ended without being asked to, and is started again. */
  | { readonly kind: 'index-process-ended'; readonly how: string };

/**
 * The search index of a server, in a process of its own: it reads the journal's files up to the head that it is told, and
 * brings the records to the PostgreSQL that is configured, or to the embedded one, which starts beside it and takes seconds.
 * Reading back, checking and inserting what was decided takes longer than deciding it, so none of it happens on the thread
 * that decides. Nothing waits for the index: while it is not there every question to it is an outage, and decisions go on.
 */
export function startSearchIndex(options: {
  readonly journal: Pick<Journal, 'node' | 'head'> & { readonly directory: string };
  readonly databaseUrl: string | undefined;
  /** Of the embedded database. */
  readonly directory: string;
  readonly onEvent: (event: SearchIndexEvent) => void;
}) {
  const { journal, databaseUrl, directory, onEvent } = options;
  /** Last record that the index is known to hold. */
  let reached = 0;
  let told = 0;

  const supervised = superviseProcess<IndexSettings, Question, ToIndexProcess, FromIndexProcess>({
    file: PROCESS,
    settings() {
      const head = journal.head();
      told = head.sequence;
      return {
        ...(databaseUrl === undefined ? {} : { databaseUrl }),
        directory,
        journal: { directory: journal.directory, node: journal.node, head },
        intervalMs: FOLLOW_INTERVAL_MS,
      };
    },
    receive,
    outage: (message) => new IndexUnavailable(`the search index: ${message}`),
    onEnded: (how) => onEvent({ kind: 'index-process-ended', how }),
  });
  const telling = setInterval(tellHead, FOLLOW_INTERVAL_MS).unref();

  /** What comes back is what the same method gave on the other side of the channel. */
  type Answer<Method extends keyof DecisionSearch> = ReturnType<DecisionSearch[Method]>;
  const { ask } = supervised;
  const index: DecisionSearch = {
    find: (...argument) => ask({ method: 'find', argument }) as Answer<'find'>, // see Answer
    list: (...argument) => ask({ method: 'list', argument }) as Answer<'list'>, // see Answer
    sessions: (...argument) => ask({ method: 'sessions', argument }) as Answer<'sessions'>, // see Answer
    outline: (...argument) => ask({ method: 'outline', argument }) as Answer<'outline'>, // see Answer
    timeline: (...argument) => ask({ method: 'timeline', argument }) as Answer<'timeline'>, // see Answer
    stats: (...argument) => ask({ method: 'stats', argument }) as Answer<'stats'>, // see Answer
  };

  function receive(message: FromIndexProcess): void {
    switch (message.kind) {
      case 'reached':
        reached = message.sequence;
        return;
      case 'event':
        onEvent(message.event);
        return;
      default:
        never(message);
    }
  }

  function tellHead(): void {
    const head = journal.head();
    if (head.sequence === told || !supervised.isConnected()) return;
    told = head.sequence;
    supervised.post({ kind: 'head', head });
  }

  return {
    index,
    lagRecords: () => Math.max(journal.head().sequence - reached, 0),
    pid: supervised.pid,
    async close() {
      clearInterval(telling);
      await supervised.close();
    },
  };
}
