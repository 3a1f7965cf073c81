import { setTimeout as sleep } from 'node:timers/promises';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import type { JournalHead } from '#domain/journal/journal.ts';
import { SHIPPED_RECORDS_MAX, type ShippedRecord } from '#domain/ledger/admit.ts';
import type { NodeWord } from './nodes.ts';
import type { AppendAnswer } from './sequencer.ts';

/** A record with its bytes, for a ledger that computes the hash itself. */
export interface ShippedFrame extends ShippedRecord {
  readonly bytes: Buffer;
}

/** The way to the ledger: in this process, or over HTTP. */
export interface LedgerLine {
  /** With no records it only says the word, and is told the position. @throws {LedgerUnavailable} */
  ship(node: string, frames: readonly ShippedFrame[], word: NodeWord): Promise<AppendAnswer>;
}

export type ShipperEvent =
  /** Reported once for each outage; the shipper tries again by itself. */
  | { readonly kind: 'ledger-down'; readonly error: unknown }
  | { readonly kind: 'ledger-up' }
  /** An incident: the ledger does not take this journal, for what it has of it is another. */
  | { readonly kind: 'journal-refused'; readonly code: string; readonly sequence: number; readonly what: string };

/** One request's worth, with the number of records whichever comes first. A longer record goes alone. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** How often a node that has nothing to ship says so: what tells the ledger a silent node from an idle one. */
const WORD_EVERY_MS = 5_000;
const BACKOFF_MS_MAX = 30_000;
/** A node that stops ships for so long what it still has; the rest after its next start. */
const STOP_SHIPPING_MS = 2_000;

/**
 * Brings a node's journal to the ledger, in order, for as long as it runs. Nothing waits for it: while the ledger is down
 * decisions go on, and the journal holds what is to be shipped. Where it stands, the ledger says: nothing is kept here.
 */
export function createShipper(deps: {
  readonly journal: {
    readonly node: string;
    head(): JournalHead;
    frames(fromSequence: number): AsyncIterable<ShippedFrame>;
  };
  readonly line: LedgerLine;
  /** How often the journal's head is looked at, in milliseconds. */
  readonly intervalMs: number;
  readonly nowMs: () => number;
  readonly onEvent: (event: ShipperEvent) => void;
  /** Called with the last record that the ledger has, whenever that changes. */
  readonly onShipped?: (sequence: number) => void;
}) {
  const { journal, line, intervalMs, nowMs, onEvent, onShipped = () => undefined } = deps;
  const stopping = new AbortController();
  /** As the ledger said last; undefined when it must be asked. */
  let position: ChainPosition | undefined;
  let spokeMs = 0;
  let isDown = false;
  /** The incident that was reported last, so that it is reported once. */
  let reported = '';
  let stopAtMs = Number.POSITIVE_INFINITY;

  const running = run();

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        failures = (await catchUp()) ? 0 : failures + 1;
        if (isDown) onEvent({ kind: 'ledger-up' });
        isDown = false;
      } catch (error) {
        failures += 1;
        position = undefined;
        if (!isDown) onEvent({ kind: 'ledger-down', error });
        isDown = true;
      }
      const backoffMs = Math.min(intervalMs * 2 ** Math.min(failures, 20), BACKOFF_MS_MAX);
      await sleep(backoffMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  /** False when the ledger does not take this journal. */
  async function catchUp(): Promise<boolean> {
    const head = journal.head();
    if (position === undefined || nowMs() - spokeMs >= WORD_EVERY_MS) {
      if (!(await send([], head))) return false;
    }
    // Sent before, or said by the ledger just now; `send` sets it.
    const at = position ?? genesisPosition(journal.node);
    if (at.sequence > head.sequence) {
      return refused(
        'journal-behind',
        head.sequence,
        `the ledger has ${at.sequence} records of this journal, which has ${head.sequence}`,
      );
    }
    if (at.sequence === head.sequence) {
      const isSame = head.sequence === 0 || at.hash.toString('hex') === head.hash;
      return (
        isSame || refused('record-different', head.sequence, 'the ledger has another record at the end of this journal')
      );
    }
    return shipFrom(at.sequence + 1, head);
  }

  async function shipFrom(sequence: number, head: JournalHead): Promise<boolean> {
    let batch: ShippedFrame[] = [];
    let bytes = 0;
    for await (const frame of journal.frames(sequence)) {
      if (batch.length > 0 && (batch.length >= SHIPPED_RECORDS_MAX || bytes + frame.bytes.length > BATCH_BYTES_MAX)) {
        if (!(await send(batch, head))) return false;
        batch = [];
        bytes = 0;
        if (nowMs() > stopAtMs) return true;
      }
      batch.push(frame);
      bytes += frame.bytes.length;
    }
    return batch.length === 0 || send(batch, head);
  }

  async function send(frames: readonly ShippedFrame[], head: JournalHead, hasLeft = false): Promise<boolean> {
    const answer = await line.ship(journal.node, frames, { headSequence: head.sequence, hasLeft });
    spokeMs = nowMs();
    if (answer.kind === 'refused') {
      const { code, sequence, what } = answer.refused;
      position = undefined;
      return refused(code, sequence, what);
    }
    if (answer.position.sequence !== position?.sequence) onShipped(answer.position.sequence);
    position = answer.position;
    if (frames.length > 0) reported = '';
    return true;
  }

  function refused(code: string, sequence: number, what: string): false {
    const key = `${code} ${sequence}`;
    if (key !== reported) onEvent({ kind: 'journal-refused', code, sequence, what });
    reported = key;
    return false;
  }

  return {
    /** Ships what the journal holds now, says that the node stops, and ends. The ledger may be down: then it does not wait. */
    async stop(): Promise<void> {
      stopping.abort();
      stopAtMs = nowMs() + STOP_SHIPPING_MS;
      await running;
      try {
        if (await catchUp()) await send([], journal.head(), true);
      } catch {
        // It was told already that the ledger is down; the journal is shipped after the next start.
      }
    },
  };
}
