import type { FastifyInstance, FastifyReply } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** Whoever may be held open, to be let go when the server stops. */
    held: Held;
  }
}

interface Held {
  readonly open: Set<AbortController>;
  isOver: boolean;
}

/** Before requests in flight are waited for: those that are held open would hold a stop up for as long as they may wait. */
export function installGoneSignal(app: FastifyInstance): void {
  const held: Held = { open: new Set(), isOver: false };
  app.decorate('held', held);
  app.addHook('preClose', async () => {
    held.isOver = true;
    for (const gone of held.open) gone.abort();
  });
}

/** Aborted when there is nobody to wait for any more: the caller has gone away, was answered, or the server stops. */
export function goneSignal({ raw, server: { held } }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (held.isOver) gone.abort();
  // A set and not the listeners of one signal: leaving takes the same however many are held open.
  held.open.add(gone);
  raw.once('close', () => {
    held.open.delete(gone);
    gone.abort();
  });
  return gone.signal;
}
