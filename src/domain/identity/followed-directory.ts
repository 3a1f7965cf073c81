import type { AgentStatus } from '#domain/identity/agent.ts';
import { keyThumbprint } from '#domain/identity/agent-key.ts';
import { createDirectory, type Directory, type DirectoryState } from '#domain/identity/directory.ts';
import type { DirectoryCursor, DirectoryNews } from '#domain/identity/directory-news.ts';
import type { PublishedKey, PublishedKeys } from '#domain/identity/token-keys.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** What a node keeps of the directory that it follows: enough to go on after a restart while the identity service is away. */
export interface KeptDirectory {
  readonly issuer: string;
  readonly keys: readonly PublishedKey[];
  readonly state: DirectoryState;
  /** Unix milliseconds by this node's clock: at this moment the service was asked, and it answered that this is how things are. */
  readonly heardMs: number;
}

/** The two clocks that an age is told by. The monotonic one stands still in a machine that sleeps; the other one can be set. */
export interface Reading {
  /** Unix milliseconds. */
  readonly nowMs: number;
  /** Monotonic milliseconds. */
  readonly elapsedMs: number;
}

export type NewsRefusalCode = 'issuer-changed' | 'key-misnamed' | 'status-reverted';

export interface FollowedDirectory {
  readonly directory: Directory;
  readonly keys: PublishedKeys;
  /** Undefined until the service, or what was kept of it, has said whose tokens these are. */
  issuer(): string | undefined;
  cursor(): DirectoryCursor | undefined;
  /** Takes news in, whole or not at all. `asked`: when they were asked for, since which they are certainly true. */
  take(news: DirectoryNews, asked: Reading): Result<undefined, NewsRefusalCode>;
  /** How old what is known here may be, in milliseconds. Infinite: nothing was ever heard. */
  ageMs(now: Reading): number;
  kept(): KeptDirectory | undefined;
}

/** From these no status leads back: whoever says so is wrong, or wants an agent back whose key others have. */
const AFTER: Readonly<Partial<Record<AgentStatus, readonly AgentStatus[]>>> = {
  retired: ['retired', 'compromised'],
  compromised: ['compromised'],
};

/**
 * The directory as a node has it from the identity service. Its news carry no signature of their own, as they come by a connection
 * that both ends have authenticated; but what cannot follow from what is known here is refused, and then this node goes on with what
 * it has until that is too old.
 */
export function createFollowedDirectory(before?: KeptDirectory): FollowedDirectory {
  const directory = createDirectory();
  let { issuer, heardMs } = before ?? {};
  let keys = new Map((before?.keys ?? []).map((key) => [key.kid, key]));
  let cursor: DirectoryCursor | undefined;
  /** Monotonic; undefined: not in this run. */
  let heardElapsedMs: number | undefined;
  if (before !== undefined) directory.reset(before.state);

  return {
    directory,
    keys: { find: async (kid) => keys.get(kid) },
    issuer: () => issuer,
    cursor: () => cursor,
    take(news, asked) {
      if (issuer !== undefined && news.issuer !== issuer) {
        return refuse('issuer-changed', `This node follows ${issuer}, and ${news.issuer} has answered.`);
      }
      const misnamed = news.keys.find(({ x, kid }) => keyThumbprint(x) !== kid);
      if (misnamed !== undefined) return refuse('key-misnamed', `A key is named ${misnamed.kid} and is another.`);
      const reverted = firstReverted(news, directory);
      if (reverted !== undefined) {
        return refuse('status-reverted', `${reverted} was ended for good, and the identity service says otherwise.`);
      }
      const state = { ...news.state, revoked: news.state.revoked.filter(({ expiresMs }) => expiresMs > asked.nowMs) };
      if (news.kind === 'whole') directory.reset(state);
      else directory.merge(state);
      keys = new Map(news.keys.map((key) => [key.kid, key]));
      ({ issuer, cursor } = news);
      heardMs = asked.nowMs;
      heardElapsedMs = asked.elapsedMs;
      return ok(undefined);
    },
    ageMs(now) {
      if (heardMs === undefined) return Number.POSITIVE_INFINITY;
      if (heardElapsedMs !== undefined) return Math.max(now.elapsedMs - heardElapsedMs, now.nowMs - heardMs);
      // Kept from an earlier run: only a clock that can be set tells how long ago. One that was set back tells nothing.
      return now.nowMs < heardMs ? Number.POSITIVE_INFINITY : now.nowMs - heardMs;
    },
    kept: () =>
      issuer === undefined || heardMs === undefined
        ? undefined
        : { issuer, keys: [...keys.values()], state: directory.state(), heardMs },
  };
}

/** An agent that is ended here and is not any more in the news; one that whole news leave out is not ended either. */
function firstReverted(news: DirectoryNews, known: Directory): string | undefined {
  const told = new Map(news.state.agents.map((agent) => [agent.id, agent.state.status]));
  return known.agents().find(({ id, state }) => {
    const allowed = AFTER[state.status];
    const next = told.get(id);
    if (allowed === undefined) return false;
    return next === undefined ? news.kind === 'whole' : !allowed.includes(next);
  })?.id;
}
