import { LRUCache } from 'lru-cache';
import { dueNotices } from '#domain/approval/escalation.ts';
import { type Channel, isReachedBy, type Notice, noticeOf } from '#domain/approval/notice.ts';
import type { ApprovalRequest } from '#domain/approval/request.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { ApprovalBook } from '#services/decision/approval-book.ts';

/** How often it is looked whether somebody has to be told, in milliseconds; a new request is told at once. */
const LOOK_MS = 5_000;
/** Deliveries under way at once: a channel that hangs does not hold up the others for long. */
const DELIVERIES_MAX = 16;
/** Attempts for one delivery, and the wait before the second, doubled for each further one. */
const ATTEMPTS_MAX = 5;
const RETRY_MS = 2_000;
/** What was told, by request, step and channel. After a restart it is told again: twice is better than never. */
const TOLD_MAX = 100_000;

export type TellingEvent =
  | { readonly kind: 'told'; readonly channel: string; readonly notice: string }
  /** Given up: the request waits on, and is seen by `acgs approvals` and the console. */
  | { readonly kind: 'not-told'; readonly channel: string; readonly notice: string; readonly error: unknown };

/** Tells people what they are asked, by the channels that reach them, and escalates by the constitution's times. */
export function createTellPeople(deps: {
  readonly approvals: Pick<ApprovalBook, 'requests' | 'onChange'>;
  readonly governance: Governance;
  readonly channels: readonly Channel[];
  /** Where people find the server, and its console if they have an address of it. */
  readonly at: Parameters<typeof noticeOf>[3];
  /** One line for people, of an action as recorded. */
  readonly subjectOf: (request: ApprovalRequest) => string;
  readonly nowMs: () => number;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly onEvent: (event: TellingEvent) => void;
}) {
  const told = new LRUCache<string, true>({ max: TOLD_MAX });
  const stopping = new AbortController();
  let waiting: { readonly channel: Channel; readonly notice: Notice }[] = [];
  const delivering = new Set<Promise<void>>();

  function look(requests: readonly ApprovalRequest[]): void {
    for (const request of requests) {
      const { constitution } =
        deps.governance.inForce(request.decision.constitution.digest) ?? deps.governance.active();
      for (const due of dueNotices(request, constitution.approvals, constitution.approverRoles, deps.nowMs())) {
        const notice = noticeOf(request, due, deps.subjectOf(request), deps.at);
        for (const channel of deps.channels.filter((one) => isReachedBy(due.recipient, one))) {
          const key = JSON.stringify([notice.id, channel.name]);
          if (told.has(key)) continue;
          told.set(key, true);
          waiting.push({ channel, notice });
        }
      }
    }
    deliver();
  }

  function deliver(): void {
    while (delivering.size < DELIVERIES_MAX && !stopping.signal.aborted) {
      const [next, ...rest] = waiting;
      if (next === undefined) return;
      waiting = rest;
      const delivery = attempt(next.channel, next.notice).finally(() => {
        delivering.delete(delivery);
        deliver();
      });
      delivering.add(delivery);
    }
  }

  async function attempt(channel: Channel, notice: Notice): Promise<void> {
    const named = { channel: channel.name, notice: notice.id };
    for (let attempts = 1; ; attempts += 1) {
      try {
        await channel.send(notice);
        deps.onEvent({ kind: 'told', ...named });
        return;
      } catch (error) {
        if (attempts === ATTEMPTS_MAX || stopping.signal.aborted) {
          deps.onEvent({ kind: 'not-told', ...named, error });
          return;
        }
        await deps.pause(RETRY_MS * 2 ** (attempts - 1), stopping.signal).catch(() => undefined);
      }
    }
  }

  const timer = setInterval(() => look(deps.approvals.requests()), LOOK_MS);
  timer.unref();
  const endListening = deps.approvals.onChange((request) => look([request]));
  look(deps.approvals.requests());

  return {
    /** Ends after the deliveries under way. */
    async stop(): Promise<void> {
      stopping.abort();
      clearInterval(timer);
      endListening();
      await Promise.all(delivering);
    },
  };
}
