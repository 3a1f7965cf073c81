import { describe, expect, it } from 'vitest';
import { type DirectoryCursor, type DirectoryNews, IdentityUnavailable } from '#domain/identity/directory-news.ts';
import { createFollowedDirectory } from '#domain/identity/followed-directory.ts';
import { type FollowDirectoryEvent, followDirectory } from '#services/identity/follow-directory.ts';

type Answer = DirectoryNews | Error;
const news = (place: string, issuer = 'https://id.example'): DirectoryNews => ({
  kind: place === 'run.0' ? 'whole' : 'changed',
  cursor: place as DirectoryCursor,
  issuer,
  keys: [],
  state: { people: [], agents: [], revoked: [] },
});
const away = new IdentityUnavailable('away');

/** Lets a node ask until the answers are used up; what it did in between. */
async function follow(answers: readonly Answer[], keep: () => Promise<void> = async () => {}) {
  const asked: { readonly after: string | undefined; readonly holdMs: number }[] = [];
  const events: FollowDirectoryEvent['kind'][] = [];
  const slept: number[] = [];
  let kept = 0;
  const done = Promise.withResolvers<void>();
  const left = [...answers];
  const following = followDirectory({
    link: {
      news(after, holdMs, signal) {
        asked.push({ after, holdMs });
        const answer = left.shift();
        if (answer instanceof Error) return Promise.reject(answer);
        if (answer !== undefined) return Promise.resolve(answer);
        done.resolve();
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new IdentityUnavailable('nobody waits for it')));
        });
      },
    },
    followed: createFollowedDirectory(),
    keep(kept_) {
      kept_();
      kept += 1;
      return keep();
    },
    read: () => ({ nowMs: 0, elapsedMs: 0 }),
    ageMsMax: 60_000,
    random: () => 1,
    async sleep(ms) {
      slept.push(ms);
    },
    onEvent: ({ kind }) => events.push(kind),
  });
  await done.promise;
  await following.close();
  return { asked, events, slept, kept };
}

describe('following the directory', () => {
  it('comes again ever later while the service is away, up to a bound, and tells it once', async () => {
    const { slept, events, asked } = await follow([...Array.from({ length: 8 }, () => away), news('run.0'), away]);
    expect(slept).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 1_000, 50]);
    expect(events).toEqual(['identity-lost', 'identity-found', 'identity-lost']);
    // Held only while it follows.
    expect(asked.map(({ holdMs }) => holdMs > 0)).toEqual([...Array.from({ length: 9 }, () => false), true, false]);
  });

  it('asks for what has changed since the last answer, also after it was away', async () => {
    const { asked } = await follow([news('run.0'), news('run.3'), away]);
    expect(asked.map(({ after }) => after)).toEqual([undefined, 'run.0', 'run.3', 'run.3']);
  });

  it('takes nothing from another issuer, tells it once, and goes on asking for the last place', async () => {
    const other = news('run.9', 'https://other.example');
    const { events, asked } = await follow([news('run.0'), other, other]);
    expect(events).toEqual(['identity-found', 'news-refused']);
    expect(asked.at(-1)?.after).toBe('run.0');
  });

  it('keeps what it has heard when that is another, and goes on when it cannot', async () => {
    expect((await follow([news('run.0'), news('run.1'), news('run.1')])).kept).toBe(2);
    const { events, asked } = await follow([news('run.0'), news('run.1')], async () => {
      throw new Error('no space');
    });
    expect(events).toEqual(['identity-found', 'not-kept', 'not-kept']);
    expect(asked).toHaveLength(3);
  });

  it('survives what is a bug of ours, and says so', async () => {
    expect((await follow([new TypeError('a bug'), news('run.0')])).events).toEqual(['failed', 'identity-found']);
  });
});
