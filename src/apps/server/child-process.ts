import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const RESTART_MS_MIN = 500;
const RESTART_MS_MAX = 30_000;
/** A process that lived this long is started again at once when it ends. */
const SOUND_AFTER_MS = 60_000;
/** Of the process's last words, for the event that tells how it ended. */
const STDERR_CHARS_KEPT = 2_000;
/** Longer than what a process waits for itself (a database, a disk). */
const ANSWER_TIMEOUT_MS = 30_000;
/** Longer than an embedded database or a last checkpoint may take; then it is killed, which both are made for. */
const STOP_TIMEOUT_MS = 15_000;

/** What goes back and forth whatever the process does, by structured clone over Node's IPC channel. */
export type ToChild<Settings, Question, More> =
  | { readonly kind: 'begin'; readonly settings: Settings }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'stop' }
  | More;

export type FromChild<More> =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  /** `isOutage`: it cannot be had now; otherwise it is a bug. */
  | { readonly kind: 'failed'; readonly id: number; readonly isOutage: boolean; readonly message: string }
  | More;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * A part of the server in a process of its own, so that its work is not done on the thread that decides. Started again when
 * it ends, for as long as the server runs; while it is away every question to it is an outage.
 */
export function superviseProcess<
  Settings,
  Question,
  To extends { readonly kind: string },
  From extends { readonly kind: string },
>(options: {
  /** The file that it runs. */
  readonly file: string;
  /** Asked at each start. */
  readonly settings: () => Settings;
  readonly receive: (message: From) => void;
  readonly outage: (message: string) => Error;
  /** It ended without being asked to. */
  readonly onEnded: (how: string) => void;
}) {
  const { file, settings, receive, outage, onEnded } = options;
  const closing = new AbortController();
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let asked = 0;

  const supervising = supervise();

  async function supervise(): Promise<void> {
    let delayMs = RESTART_MS_MIN;
    while (!closing.signal.aborted) {
      const startedMs = performance.now();
      const how = await run();
      for (const one of waiting.values()) one.reject(outage('it has ended'));
      if (closing.signal.aborted) return;
      onEnded(how);
      delayMs = performance.now() - startedMs > SOUND_AFTER_MS ? RESTART_MS_MIN : Math.min(delayMs * 2, RESTART_MS_MAX);
      await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  /** One life of the process; resolves when it has ended, with how. */
  async function run(): Promise<string> {
    const started = spawn(process.execPath, [file], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    child = started;
    let words = '';
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = `${words}${text}`.slice(-STDERR_CHARS_KEPT);
    });
    started.on('message', (message) => dispatch(message as FromChild<From>)); // our own process at the other end
    const ended = once(started, 'close').then(
      ([code, signal]: unknown[]) => `${signal ?? `exit code ${code}`}${words === '' ? '' : `: ${words.trim()}`}`,
      (error: unknown) => String(error),
    );
    post({ kind: 'begin', settings: settings() });
    return ended;
  }

  function dispatch(message: FromChild<From>): void {
    if (message.kind === 'answer' && 'id' in message) waiting.get(message.id)?.resolve(message.value);
    else if (message.kind === 'failed' && 'id' in message) {
      const { id, isOutage, message: text } = message;
      waiting.get(id)?.reject(isOutage ? outage(text) : new Error(text));
    } else receive(message as From); // the two kinds above are ours
  }

  function post(message: ToChild<Settings, Question, To>): void {
    // A message that does not arrive is one to a process that has ended: `supervise` deals with that.
    child?.send(message, () => undefined);
  }

  return {
    post: (message: To): void => post(message),
    isConnected: () => child?.connected === true,
    /** Of the process that runs now; changes when it was restarted. */
    pid: () => child?.pid,
    ask(question: Question): Promise<unknown> {
      return new Promise((resolve, reject) => {
        if (child?.connected !== true) return reject(outage('it is not running'));
        asked += 1;
        const id = asked;
        const timer = setTimeout(() => waiting.get(id)?.reject(outage('it did not answer in time')), ANSWER_TIMEOUT_MS);
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
        post({ kind: 'ask', id, question });
      });
    },
    async close(): Promise<void> {
      closing.abort();
      post({ kind: 'stop' });
      const timer = setTimeout(() => child?.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await supervising;
      clearTimeout(timer);
    },
  };
}
