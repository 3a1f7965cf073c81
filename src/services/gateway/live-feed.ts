import { setTimeout as sleep } from 'node:timers/promises';
import { liveEventOf } from '#domain/export/live-event.ts';
import { parsePosition, positionText } from '#domain/export/position.ts';
import type { JournalReader } from '#domain/journal/journal.ts';

/** How often the journal's head is looked at while anybody watches, in milliseconds: below what a person takes for a delay. */
const LOOK_MS = 100;
/** Records that are told in one look; of more than these, watchers are told to read anew: nobody reads 2,000 lines a second. */
const RECORDS_PER_LOOK_MAX = 200;
/** Records that are read back for somebody who comes again; after a longer gap they read anew. */
const RESUMED_RECORDS_MAX = 1_000;
/** Milliseconds between comments on an idle stream: below the minute after which proxies give a silent connection up. */
const HEARTBEAT_MS = 15_000;
/** People with the console open. Each costs a text that is made once for all of them, and its own buffer. */
export const WATCHERS_MAX = 256;

/** Somebody who looks on. What cannot be sent at once is given up, with the connection: it comes again and resumes. */
export interface Watcher {
  /** Server-sent events; false when the text did not fit into the watcher's buffer, or is not for the watcher any more. */
  readonly write: (text: string) => boolean;
  /** Ends the connection. */
  readonly cutOff: () => void;
}

export interface LiveFeed {
  /** `after`: the id of the last event that was received. Returns what ends it; undefined when there is no room. */
  watch(watcher: Watcher, after: string | undefined): (() => void) | undefined;
  close(): void;
}

/**
 * What is recorded, told to everyone who looks on. It reads the journal's tail by itself and is waited for by nobody: a watcher that
 * reads slowly is cut off, and a burst is shortened, so that deciding costs the same whoever watches.
 *
 * Newcomers are served by the same loop that tells everybody, one look after the other: so nothing can come between what is read
 * back for them and what they are told from then on.
 */
export function createLiveFeed(deps: {
  readonly journal: JournalReader;
  readonly onError: (error: unknown) => void;
}): LiveFeed {
  const { journal } = deps;
  const watchers = new Set<Watcher>();
  const newcomers = new Map<Watcher, string | undefined>();
  const closing = new AbortController();
  let isLooking = false;
  /** The next record to be told. */
  let next = 1;

  return {
    watch(watcher, after) {
      if (watchers.size + newcomers.size >= WATCHERS_MAX || closing.signal.aborted) return undefined;
      newcomers.set(watcher, after);
      if (!isLooking) void look();
      return () => leave(watcher);
    },
    close() {
      closing.abort();
      for (const watcher of [...watchers, ...newcomers.keys()]) cutOff(watcher);
    },
  };

  async function look(): Promise<void> {
    isLooking = true;
    next = journal.head().sequence + 1;
    let quietMs = 0;
    while (watchers.size + newcomers.size > 0 && !closing.signal.aborted) {
      try {
        await admit();
        quietMs = (await tell()) ? 0 : quietMs + LOOK_MS;
      } catch (error) {
        // The journal cannot be read: whoever watches is told by the end of the stream, and comes again.
        deps.onError(error);
        for (const watcher of [...watchers, ...newcomers.keys()]) cutOff(watcher);
      }
      if (quietMs >= HEARTBEAT_MS) {
        quietMs = 0;
        send(':\n\n');
      }
      await sleep(LOOK_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
    isLooking = false;
  }

  /** Brings newcomers to where everybody is. */
  async function admit(): Promise<void> {
    for (const [watcher, after] of [...newcomers]) {
      const missed = await missedSince(after);
      if (!newcomers.delete(watcher)) continue; // it has left meanwhile
      watchers.add(watcher);
      sendTo(watcher, missed);
    }
  }

  /** Everybody's place is told at once, so that who is cut off before the first event resumes as well. */
  async function missedSince(after: string | undefined): Promise<string> {
    const here = { node: journal.node, sequence: next - 1 };
    if (after === undefined) return eventText(here, 'here', {});
    const position = parsePosition(after);
    const isOurs = position.ok && position.value.node === journal.node && position.value.sequence < next;
    if (!isOurs || next - 1 - position.value.sequence > RESUMED_RECORDS_MAX) return eventText(here, 'reset', {});
    // The place after what is told again: who is cut off in the middle of that would otherwise resume behind it.
    return `${await textOf(position.value.sequence + 1, next)}${eventText(here, 'here', {})}`;
  }

  /** True when there was something. */
  async function tell(): Promise<boolean> {
    const head = journal.head().sequence;
    if (head < next) return false;
    const from = Math.max(next, head - RECORDS_PER_LOOK_MAX + 1);
    const isShortened = from > next;
    const text = await textOf(from, head + 1);
    next = head + 1;
    send(isShortened ? `${text}${eventText({ node: journal.node, sequence: head }, 'reset', {})}` : text);
    return true;
  }

  async function textOf(from: number, before: number): Promise<string> {
    let text = '';
    if (from >= before) return text;
    for await (const record of journal.read(from)) {
      if (record.sequence >= before) break;
      const { name, data } = liveEventOf(record.entry);
      text += eventText(record, name, data);
    }
    return text;
  }

  function send(text: string): void {
    for (const watcher of watchers) sendTo(watcher, text);
  }

  function sendTo(watcher: Watcher, text: string): void {
    if (text !== '' && !watcher.write(text)) cutOff(watcher);
  }

  function cutOff(watcher: Watcher): void {
    leave(watcher);
    watcher.cutOff();
  }

  function leave(watcher: Watcher): void {
    watchers.delete(watcher);
    newcomers.delete(watcher);
  }
}

/** WHATWG HTML, section 9.2.6; JSON has no newline of its own. */
function eventText(position: { readonly node: string; readonly sequence: number }, name: string, data: object): string {
  return `id: ${positionText(position)}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
