import { type DirectoryLink, IdentityUnavailable } from '#domain/identity/directory-news.ts';
import type { FollowedDirectory, KeptDirectory, Reading } from '#domain/identity/followed-directory.ts';
import type { Refusal } from '#domain/result.ts';

/** For how long the service may hold a question, in milliseconds. It is also how old at most what a node knows is while all is well. */
const HOLD_MS = 5_000;
/** Between two tries when the service is away, doubled from the first to the last, in milliseconds. The last bounds how late a node may be after the service is back. */
const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 1_000;
/** How often it is kept that nothing has changed, in milliseconds: what a restart takes from the age bound at most. */
const KEEP_MS = 15_000;

export interface FollowDirectoryDeps {
  readonly link: DirectoryLink;
  readonly followed: FollowedDirectory;
  /** Keeps it for the next start; what cannot be kept is told and stops nothing. */
  readonly keep: (kept: () => KeptDirectory) => Promise<void>;
  readonly read: () => Reading;
  /** What is known must not grow too old while a question is held. In milliseconds. */
  readonly ageMsMax: number;
  /** From 0 to 1: so that a thousand nodes do not come back at the same moment. */
  readonly random: () => number;
  /** Resolves after so many milliseconds, or when it is closed. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: FollowDirectoryEvent) => void;
}

export type FollowDirectoryEvent =
  | { readonly kind: 'identity-found' }
  | { readonly kind: 'identity-lost'; readonly error: unknown }
  /** It answers what cannot be; what was known before still counts, until it is too old. */
  | { readonly kind: 'news-refused'; readonly refusal: Refusal }
  | { readonly kind: 'not-kept'; readonly error: unknown }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Follows the directory of the identity service: one question after the other, each held until there is something new. */
export function followDirectory(deps: FollowDirectoryDeps): {
  /** Resolves when the first news were taken, or `ms` have passed. */
  heard(ms: number): Promise<void>;
  close(): Promise<void>;
} {
  const { followed } = deps;
  const holdMs = Math.floor(Math.min(HOLD_MS, deps.ageMsMax / 4));
  const closing = new AbortController();
  const first = Promise.withResolvers<void>();
  let failures = 0;
  let isFollowing = false;
  let keptMs = Number.NEGATIVE_INFINITY;

  async function step(): Promise<void> {
    const asked = deps.read();
    // After a failure the first question is not held: it is to be known soon whether the service is back.
    const news = await deps.link.news(followed.cursor(), isFollowing ? holdMs : 0, closing.signal);
    const hasChanged = news.kind === 'whole' || news.cursor !== followed.cursor();
    const taken = followed.take(news, asked);
    if (!taken.ok) {
      if (failures === 0) deps.onEvent({ kind: 'news-refused', refusal: taken.refusal });
      return missed();
    }
    if (!isFollowing) deps.onEvent({ kind: 'identity-found' });
    isFollowing = true;
    failures = 0;
    first.resolve();
    if (hasChanged || asked.elapsedMs - keptMs >= KEEP_MS) keep(asked.elapsedMs);
  }

  /** Not waited for: what has been revoked must not wait for a disk. */
  function keep(elapsedMs: number): void {
    keptMs = elapsedMs;
    deps
      .keep(() => {
        const kept = followed.kept();
        if (kept === undefined) throw new Error('what was just heard is not there');
        return kept;
      })
      .catch((error: unknown) => deps.onEvent({ kind: 'not-kept', error }));
  }

  async function missed(): Promise<void> {
    isFollowing = false;
    failures += 1;
    const delayMs = Math.min(RETRY_MS_MIN * 2 ** (failures - 1), RETRY_MS_MAX);
    // Half of it at least, and never more than the bound.
    await deps.sleep(delayMs * (0.5 + deps.random() / 2), closing.signal);
  }

  async function followOn(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await step();
      } catch (error) {
        if (closing.signal.aborted) return;
        if (!(error instanceof IdentityUnavailable)) deps.onEvent({ kind: 'failed', error });
        else if (failures === 0) deps.onEvent({ kind: 'identity-lost', error });
        await missed();
      }
    }
  }

  const running = followOn();
  return {
    heard: (ms) => Promise.race([first.promise, deps.sleep(ms, closing.signal)]),
    async close() {
      closing.abort();
      await running;
    },
  };
}
