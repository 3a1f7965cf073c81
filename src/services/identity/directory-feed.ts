import { type Directory, type DirectoryState, isChange } from '#domain/identity/directory.ts';
import { type DirectoryCursor, type DirectoryNews, type Touched, touchedBy } from '#domain/identity/directory-news.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import type { PublishedKey } from '#domain/identity/token-keys.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Changes that are remembered: a node that is further behind gets the whole directory. A flood of changes is caught up with at once. */
const REMEMBERED_MAX = 10_000;
/** Nodes that are held open at once; as many as the constitution service knows. */
const WAITING_MAX = 1_000;

export interface DirectoryFeed {
  /** Somebody has become another, and it is written down: those who wait are answered now. */
  changed(event: IdentityEvent): void;
  /** Another set of keys is published. */
  keysChanged(): void;
  /** Since `after`; held up to `holdMs` milliseconds while there is nothing new. */
  news(after: string | undefined, holdMs: number): Promise<Result<DirectoryNews, 'nodes-limit'>>;
  /** Answers everybody who waits. */
  close(): void;
}

/**
 * Tells nodes who is who, as it changes. A place in it is `<run>.<number>`: numbers begin anew with each run, as they are in no
 * journal, and a node that names a place of another run gets the whole directory.
 */
export function createDirectoryFeed(deps: {
  readonly directory: Directory & { state(): DirectoryState };
  readonly published: () => readonly PublishedKey[];
  readonly issuer: string;
  /** Drawn anew at each start. */
  readonly run: string;
}): DirectoryFeed {
  const { directory, issuer, run } = deps;
  let at = 0;
  let touched: { readonly at: number; readonly what: Touched }[] = [];
  const waiting = new Set<() => void>();

  function wake(): void {
    for (const answer of waiting) answer();
  }

  function nextChange(holdMs: number): Promise<void> {
    return new Promise((resolve) => {
      const answer = () => {
        clearTimeout(timer);
        waiting.delete(answer);
        resolve();
      };
      const timer = setTimeout(answer, holdMs);
      waiting.add(answer);
    });
  }

  function since(after: string | undefined): DirectoryNews {
    const told = { cursor: `${run}.${at}` as DirectoryCursor, issuer, keys: deps.published() }; // minted here, and nowhere else
    const from = placeOf(after);
    if (from === undefined) return { kind: 'whole', ...told, state: directory.state() };
    return { kind: 'changed', ...told, state: changedSince(from) };
  }

  /** Undefined: a place of another run, or one that is not remembered any more. */
  function placeOf(after: string | undefined): number | undefined {
    const number = after?.startsWith(`${run}.`) === true ? after.slice(run.length + 1) : '';
    const place = Number(number);
    if (!/^\d{1,15}$/.test(number) || place > at) return undefined;
    const oldest = touched[0];
    return oldest === undefined || place >= oldest.at - 1 ? place : undefined;
  }

  function changedSince(place: number): DirectoryState {
    const about = new Map(
      touched.filter((one) => one.at > place).map(({ what }) => [`${what.kind} ${what.id}`, what] as const),
    );
    const all = [...about.values()];
    return {
      // Looked up, not trusted: what is not there is not told.
      people: all.flatMap(({ kind, id }) => some(kind === 'person' ? directory.person(id as PersonId) : undefined)),
      agents: all.flatMap(({ kind, id }) => some(kind === 'agent' ? directory.agent(id as AgentId) : undefined)),
      revoked: all.flatMap((what) => (what.kind === 'token' ? [{ tokenId: what.id, expiresMs: what.expiresMs }] : [])),
    };
  }

  return {
    changed(event) {
      if (!isChange(event)) return;
      at += 1;
      touched.push({ at, what: touchedBy(event) });
      // Twice as many now and then, rather than one moved for each.
      if (touched.length > 2 * REMEMBERED_MAX) touched = touched.slice(-REMEMBERED_MAX);
      wake();
    },
    keysChanged: wake,
    async news(after, holdMs) {
      if (placeOf(after) === at && holdMs > 0) {
        if (waiting.size >= WAITING_MAX) return refuse('nodes-limit', `More than ${WAITING_MAX} nodes wait for news.`);
        await nextChange(holdMs);
      }
      return ok(since(after));
    },
    close: wake,
  };
}

function some<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
