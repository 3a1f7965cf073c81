import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type {
  FromIndexProcess,
  IndexProcessEvent,
  Question,
  ToIndexProcess,
} from '#apps/server/index-process/protocol.ts';
import { type DecisionSearch, IndexUnavailable } from '#domain/decision/decision-index.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { never } from '#domain/result.ts';

const PROCESS = fileURLToPath(new URL(`./index-process/main${extname(import.meta.url)}`, import.meta.url));
/** How often the head is told and looked at, in milliseconds: what a person who searches may have to wait. */
const FOLLOW_INTERVAL_MS = 200;
/** Longer than the index itself waits for its database. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Longer than the embedded database may take to end. */
const STOP_TIMEOUT_MS = 15_000;
const RESTART_MS_MIN = 500;
const RESTART_MS_MAX = 30_000;
/** A process that lived this long is started again at once when it ends. */
const SOUND_AFTER_MS = 60_000;
/** Of the process's last words, for the event that tells how it ended. */
const STDERR_CHARS_KEPT = 2_000;

export type SearchIndexEvent =
  | IndexProcessEvent
  /** The index's process ended without being asked to, and is started again. */
  | { readonly kind: 'index-process-ended'; readonly how: string };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

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
  const closing = new AbortController();
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let asked = 0;
  /** Last record that the index is known to hold. */
  let reached = 0;
  let told = 0;

  const telling = setInterval(tellHead, FOLLOW_INTERVAL_MS).unref();
  const supervising = supervise();

  const ask = (question: Question): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (child?.connected !== true) return reject(new IndexUnavailable('the search index is not running'));
      asked += 1;
      const id = asked;
      const timer = setTimeout(
        () => waiting.get(id)?.reject(new IndexUnavailable('the search index did not answer in time')),
        ANSWER_TIMEOUT_MS,
      );
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(id);
      };
      waiting.set(id, {
        resolve(value) {
          done();
          resolve(value);
        },
        reject(error) {
          done();
          reject(error);
        },
      });
      send({ kind: 'ask', id, question });
    });

  // What comes back is what the same method gave on the other side of the channel.
  const index: DecisionSearch = {
    find: (...argument) => ask({ method: 'find', argument }) as ReturnType<DecisionSearch['find']>,
    list: (...argument) => ask({ method: 'list', argument }) as ReturnType<DecisionSearch['list']>,
    sessions: (...argument) => ask({ method: 'sessions', argument }) as ReturnType<DecisionSearch['sessions']>,
    stats: (...argument) => ask({ method: 'stats', argument }) as ReturnType<DecisionSearch['stats']>,
  };

  async function supervise(): Promise<void> {
    let delayMs = RESTART_MS_MIN;
    while (!closing.signal.aborted) {
      const startedMs = performance.now();
      const how = await run();
      for (const one of waiting.values()) one.reject(new IndexUnavailable('the search index has ended'));
      if (closing.signal.aborted) return;
      onEvent({ kind: 'index-process-ended', how });
      delayMs = performance.now() - startedMs > SOUND_AFTER_MS ? RESTART_MS_MIN : Math.min(delayMs * 2, RESTART_MS_MAX);
      await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  /** One life of the process; resolves when it has ended, with how. */
  async function run(): Promise<string> {
    const started = spawn(process.execPath, [PROCESS], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    child = started;
    let words = '';
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = `${words}${text}`.slice(-STDERR_CHARS_KEPT);
    });
    started.on('message', (message) => receive(message as FromIndexProcess)); // our own process at the other end
    const ended = once(started, 'close').then(
      ([code, signal]: unknown[]) => `${signal ?? `exit code ${code}`}${words === '' ? '' : `: ${words.trim()}`}`,
      (error: unknown) => String(error),
    );
    const head = journal.head();
    told = head.sequence;
    send({
      kind: 'begin',
      settings: {
        ...(databaseUrl === undefined ? {} : { databaseUrl }),
        directory,
        journal: { directory: journal.directory, node: journal.node, head },
        intervalMs: FOLLOW_INTERVAL_MS,
      },
    });
    return ended;
  }

  function receive(message: FromIndexProcess): void {
    switch (message.kind) {
      case 'reached':
        reached = message.sequence;
        return;
      case 'event':
        onEvent(message.event);
        return;
      case 'answer':
        waiting.get(message.id)?.resolve(message.value);
        return;
      case 'failed': {
        const { id, isOutage } = message;
        waiting.get(id)?.reject(isOutage ? new IndexUnavailable(message.message) : new Error(message.message));
        return;
      }
      default:
        never(message);
    }
  }

  function tellHead(): void {
    const head = journal.head();
    if (head.sequence === told || child?.connected !== true) return;
    told = head.sequence;
    send({ kind: 'head', head });
  }

  function send(message: ToIndexProcess): void {
    // A message that does not arrive is one to a process that has ended: `supervise` deals with that.
    child?.send(message, () => undefined);
  }

  return {
    index,
    lagRecords: () => Math.max(journal.head().sequence - reached, 0),
    /** Of the process that follows now; changes when it was restarted. */
    pid: () => child?.pid,
    async close() {
      closing.abort();
      clearInterval(telling);
      send({ kind: 'stop' });
      const timer = setTimeout(() => child?.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await supervising;
      clearTimeout(timer);
    },
  };
}
