import { LRUCache } from 'lru-cache';
import Type from 'typebox';
import type { Principal } from '#domain/identity/principal.ts';
import type { EdgeServer } from '#services/edge.ts';
import { list } from '#services/replies.ts';

/** Callers that are remembered: as many as the directory holds agents. */
const CALLERS_MAX = 100_000;
/** Of one kind, told at once: people look at those who were here lately. */
const TOLD_MAX = 5_000;

interface Caller {
  readonly kind: Principal['kind'];
  readonly id: string;
}

/**
 * When each caller was last let in. In memory: after a start it is what the journal's tail says of decisions, so that it is late rather
 * than wrong; nothing is decided by it.
 */
export function createLastSeen(nowMs: () => number) {
  const seen = new LRUCache<string, number>({ max: CALLERS_MAX });
  const keyOf = ({ kind, id }: Caller) => `${kind} ${id}`;
  return {
    note(caller: Caller, atMs: number = nowMs()): void {
      const key = keyOf(caller);
      // What is recalled from the journal does not overtake what was seen since.
      if (atMs > (seen.peek(key) ?? 0)) seen.set(key, atMs);
    },
    /** Unix milliseconds by id, of this kind; the latest, at most so many. */
    of(kind: Principal['kind']): Readonly<Record<string, number>> {
      const told: Record<string, number> = {};
      let count = 0;
      // The most recently noted first.
      for (const [key, atMs] of seen.entries()) {
        if (!key.startsWith(`${kind} `)) continue;
        told[key.slice(kind.length + 1)] = atMs;
        count += 1;
        if (count === TOLD_MAX) break;
      }
      return told;
    },
  };
}

export type LastSeen = ReturnType<typeof createLastSeen>;

const Times = Type.Record(Type.String(), Type.Number(), { description: 'Unix milliseconds, by id' });

/** Who was here lately, and which roles people can be given: what a page about agents and people needs beside their lists. */
export function registerLastSeen(
  app: EdgeServer,
  deps: { readonly lastSeen: Pick<LastSeen, 'of'>; readonly assignableRoles: () => readonly string[] },
): void {
  app.get(
    '/v1/last-seen',
    {
      config: { permission: 'agents.read' },
      schema: {
        summary: 'When agents and people last called this node',
        response: { 200: Type.Object({ agents: Times, people: Times }) },
      },
    },
    async () => ({ agents: deps.lastSeen.of('agent'), people: deps.lastSeen.of('person') }),
  );

  app.get(
    '/v1/roles',
    {
      config: { permission: 'people.read' },
      schema: {
        summary: 'The roles that people can be given: standing ones, and those that the constitution in force names',
        response: { 200: Type.Object({ roles: list(Type.String()) }) },
      },
    },
    async () => ({ roles: deps.assignableRoles() }),
  );
}
