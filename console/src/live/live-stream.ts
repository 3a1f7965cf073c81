import { useEffect, useRef, useSyncExternalStore } from 'react';

/**
 * What happens now, from `GET /v1/live`: one connection for the whole page, however many parts of it listen. It resumes after the
 * last event that it has seen; when the server no longer has what came between, listeners are told to read anew (`reset`).
 */
export type LiveState = 'idle' | 'connecting' | 'open' | 'lost';

export interface LiveEvent {
  /** `decision`, `approval`, `outcome`, `reset`, …: the event's name in the stream. */
  readonly name: string;
  readonly data: unknown;
}

/** As src/domain/export/live-event.ts names them; `approval` also comes with a decision that makes or changes a request. */
const LIVE_EVENT_NAMES = ['decision', 'outcome', 'approval', 'change', 'reset'] as const;

/** Milliseconds before a lost connection is tried again; twice as long each time. */
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 10_000;

const listeners = new Set<(event: LiveEvent) => void>();
const watchers = new Set<() => void>();
let source: EventSource | undefined;
let state: LiveState = 'idle';
let lastId: string | undefined;
let retryMs = RETRY_MS_MIN;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Calls back with each event while the component is there. */
export function useLive(onEvent: (event: LiveEvent) => void): LiveState {
  const latest = useRef(onEvent);
  latest.current = onEvent;
  useEffect(() => {
    const listener = (event: LiveEvent) => latest.current(event);
    listeners.add(listener);
    connect();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) disconnect();
    };
  }, []);
  return useLiveState();
}

/** Without listening to events: of the connection that parts of the page have. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );
}

function connect(): void {
  if (source !== undefined || timer !== undefined) return;
  setState(state === 'lost' ? 'lost' : 'connecting');
  const opened = new EventSource(lastId === undefined ? '/v1/live' : `/v1/live?after=${encodeURIComponent(lastId)}`);
  source = opened;
  opened.onopen = () => {
    retryMs = RETRY_MS_MIN;
    setState('open');
  };
  opened.onerror = () => {
    setState('lost');
    // The browser tries again by itself while it takes the connection for broken; a refusal ends it, and then it is up to us.
    if (opened.readyState !== EventSource.CLOSED) return;
    source = undefined;
    timer = setTimeout(() => {
      timer = undefined;
      if (listeners.size > 0) connect();
    }, retryMs);
    retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
  };
  opened.addEventListener('here', (event: MessageEvent<string>) => {
    const isFirst = lastId === undefined;
    lastId = event.lastEventId;
    // What was read before the stream began may lack what came in between.
    if (isFirst) tell({ name: 'reset', data: {} });
  });
  for (const name of LIVE_EVENT_NAMES) {
    opened.addEventListener(name, (event: MessageEvent<string>) => {
      if (event.lastEventId !== '') lastId = event.lastEventId;
      const data: unknown = JSON.parse(event.data);
      tell({ name, data });
      // A decision that asks a person is a new request, and one that used an approval has changed one.
      if (name === 'decision' && changesRequests(data)) tell({ name: 'approval', data });
    });
  }
}

function tell(event: LiveEvent): void {
  for (const listener of listeners) listener(event);
}

function changesRequests(decision: unknown): boolean {
  if (typeof decision !== 'object' || decision === null) return false;
  if ('approvalId' in decision) return true;
  const verdict = 'verdict' in decision ? decision.verdict : undefined;
  return typeof verdict === 'object' && verdict !== null && 'kind' in verdict && verdict.kind === 'ask';
}

function disconnect(): void {
  source?.close();
  source = undefined;
  clearTimeout(timer);
  timer = undefined;
  setState('idle');
}

function setState(next: LiveState): void {
  if (next === state) return;
  state = next;
  for (const watcher of watchers) watcher();
}
