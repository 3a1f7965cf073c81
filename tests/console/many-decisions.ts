import { join } from 'node:path';
import { openJournal } from '#adapters/journal/open-journal.ts';
import { sampleDecision } from '#adapters/journal/sample-entries.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { SessionId } from '#domain/session/session.ts';
import { type ServerProcess, until } from '../support/server-process.ts';

/** Appends at a time: each waits for a sync that it shares with the others. */
const APPENDS = 2_000;
/** How many runs they are of, by turns. */
const RUNS = 1_000;
/** Milliseconds from one decision to the next. */
const STEP_MS = 1_000;

/**
 * Writes `count` decisions into the journal of a node that is not running, `make target-<number>` from 1 on, the last of them at
 * `lastMs`. They are no agent's: the journal, its syncs and the index that follows it are the real ones, the actions are made up.
 */
export async function growJournal(
  home: string,
  options: {
    readonly count: number;
    readonly lastMs: number;
    readonly change?: (decision: Decision, number: number) => Decision;
  },
): Promise<void> {
  const { count, lastMs, change = (decision) => decision } = options;
  const opened = await openJournal({ directory: join(home, 'journal') });
  if (!opened.ok) throw new Error(opened.refusal.message);
  for (let from = 1; from <= count; from += APPENDS) {
    await Promise.all(
      Array.from({ length: Math.min(APPENDS, count - from + 1) }, (_, at) => {
        const number = from + at;
        const sample = sampleDecision(number, []);
        const decision = {
          ...sample,
          timeMs: lastMs - (count - number) * STEP_MS,
          sessionId: `run-${number % RUNS}` as SessionId,
          action: { ...sample.action, command: `make target-${number}` },
        };
        return opened.value.append({ kind: 'decision', decision: change(decision, number) });
      }),
    );
  }
  await opened.value.close();
}

/** Waits until the server's index has followed its journal up to so many decisions. */
export async function untilIndexed(server: ServerProcess, count: number, timeoutMs: number): Promise<void> {
  await until(async () => {
    const outline = await server.get('/v1/decisions/outline?limit=100').catch(() => undefined);
    return outline?.ok === true && ((await outline.json()) as { readonly count: number }).count >= count; // our own server's answer
  }, timeoutMs);
}
