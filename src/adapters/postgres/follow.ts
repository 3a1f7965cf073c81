import { setTimeout as sleep } from 'node:timers/promises';
import { type DecisionIndex, IndexDiverged } from '#domain/decision/decision-index.ts';
import type { JournalReader, JournalRecord } from '#domain/journal/journal.ts';

/** One transaction's worth, whichever comes first: few round trips, and little memory in the node that decides. */
const BATCH_RECORDS_MAX = 500;
const BATCH_CHARS_MAX = 4 * 1024 * 1024;
const BACKOFF_MS_MAX = 30_000;
/** How often an index that has nothing to get is asked where it stands: it may have been emptied, replaced or gone down. */
const POSITION_CHECK_MS = 5_000;

export type FollowerEvent =
  /** Reported once for each outage; the follower tries again by itself. */
  | { readonly kind: 'index-down'; readonly error: unknown }
  | { readonly kind: 'index-up' }
  /** The index held records of another journal, or more than this one has: it was emptied and is being filled again. */
  | { readonly kind: 'index-rebuilt'; readonly reason: string };

export interface IndexFollower {
  /** Records that the journal holds and the index does not; all of them until the index has been reached once. */
  lagRecords(): number;
  /** Resolves when the index holds what the journal held at the time of the call; rejects when the follower stops before. */
  caughtUp(): Promise<void>;
  /** Ends after the batch in hand. The index and the journal stay open. */
  stop(): Promise<void>;
}

/**
 * Brings new journal records to the index, in batches, for as long as it runs. Nothing waits for it: while the index is
 * down the node decides, records and answers as before, and the lag grows.
 */
export function createIndexFollower(deps: {
  readonly journal: JournalReader;
  readonly index: Pick<DecisionIndex, 'apply' | 'position' | 'rebuild'>;
  /** How often the journal's head is looked at, in milliseconds. */
  readonly intervalMs: number;
  readonly onEvent?: (event: FollowerEvent) => void;
  /** Called with the last record that the index holds, whenever that changes. */
  readonly onReached?: (sequence: number) => void;
}): IndexFollower {
  const { journal, index, intervalMs, onEvent = () => undefined, onReached = () => undefined } = deps;
  const stopping = new AbortController();
  /** Last record known to be in the index; undefined when it must be asked. */
  let position: number | undefined;
  let idleRounds = 0;
  let reached = 0;
  let down = false;
  let waiting: { readonly sequence: number; readonly resolve: () => void; readonly reject: (error: Error) => void }[] =
    [];

  const running = run();

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await catchUp();
        failures = 0;
        if (down) onEvent({ kind: 'index-up' });
        down = false;
      } catch (error) {
        failures += 1;
        if (!down) onEvent({ kind: 'index-down', error });
        down = true;
      }
      const backoffMs = Math.min(intervalMs * 2 ** Math.min(failures, 20), BACKOFF_MS_MAX);
      await sleep(failures === 0 ? intervalMs : backoffMs, undefined, { signal: stopping.signal }).catch(
        () => undefined,
      );
    }
    for (const { reject } of waiting) reject(new Error('the index follower was stopped'));
    waiting = [];
  }

  async function catchUp(): Promise<void> {
    try {
      if (idleRounds * intervalMs >= POSITION_CHECK_MS) position = undefined;
      if (position === undefined) {
        position = await join();
        reach(position);
        idleRounds = 0;
      }
      idleRounds += 1;
      if (journal.head().sequence > position) {
        await applyFrom(position + 1);
        idleRounds = 0;
      }
    } catch (error) {
      // Whatever went wrong, the index may have been emptied or replaced meanwhile.
      position = undefined;
      if (!(error instanceof IndexDiverged)) throw error;
      await index.rebuild();
      reached = 0;
      onReached(0);
      onEvent({ kind: 'index-rebuilt', reason: error.message });
    }
  }

  /** Where the index stands, after making sure that it stands on this journal: its last record is given to it once more. */
  async function join(): Promise<number> {
    const at = await index.position(journal.node);
    const head = journal.head().sequence;
    if (at > head) throw new IndexDiverged(`the index holds ${at} records of a journal that has ${head}`);
    if (at > 0) {
      for await (const record of journal.read(at)) {
        await index.apply([record]);
        break;
      }
    }
    return at;
  }

  async function applyFrom(sequence: number): Promise<void> {
    let batch: JournalRecord[] = [];
    let chars = 0;
    const flush = async (): Promise<void> => {
      const last = batch.at(-1);
      if (last === undefined) return;
      await index.apply(batch);
      position = last.sequence;
      reach(position);
      batch = [];
      chars = 0;
    };
    for await (const record of journal.read(sequence)) {
      if (stopping.signal.aborted) break;
      batch.push(record);
      chars += JSON.stringify(record.entry).length;
      if (batch.length >= BATCH_RECORDS_MAX || chars >= BATCH_CHARS_MAX) await flush();
    }
    await flush();
  }

  function reach(sequence: number): void {
    if (sequence !== reached) onReached(sequence);
    reached = sequence;
    for (const one of waiting.filter((waiter) => waiter.sequence <= sequence)) one.resolve();
    waiting = waiting.filter((waiter) => waiter.sequence > sequence);
  }

  return {
    lagRecords: () => Math.max(journal.head().sequence - reached, 0),
    caughtUp() {
      const { sequence } = journal.head();
      if (sequence <= reached && position !== undefined) return Promise.resolve();
      if (stopping.signal.aborted) return Promise.reject(new Error('the index follower was stopped'));
      return new Promise((resolve, reject) => waiting.push({ sequence, resolve, reject }));
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
