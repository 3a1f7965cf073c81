import type { prepareProceedings } from '#apps/server/proceedings.ts';
import { NOTHING_STRICTER } from '#domain/amendment/stricter.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { type Memory, REPLAY_RECORDS_MAX } from '#services/decision/memory.ts';
import type { LastSeen } from '#services/last-seen.ts';

/** Folds the tail of the journal, so that a node that restarts knows its sessions and open approvals. */
export async function recall({ memory, proceedings, lastSeen }: Recalled, journal: Journal): Promise<void> {
  const from = Math.max(1, journal.head().sequence - REPLAY_RECORDS_MAX + 1);
  for await (const { entry } of journal.read(from)) {
    memory.apply(entry);
    if (entry.kind === 'decision') {
      proceedings.recall(entry.decision);
      lastSeen.note(entry.decision.principal, entry.decision.timeMs);
    }
    if (entry.kind === 'order-taken') proceedings.follow(entry.order.stricter ?? NOTHING_STRICTER);
  }
}

interface Recalled {
  readonly memory: Memory;
  readonly lastSeen: LastSeen;
  readonly proceedings: ReturnType<typeof prepareProceedings>;
}
