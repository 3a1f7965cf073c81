import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDirectory } from '#domain/identity/directory.ts';
import { createFollowedDirectory } from '#domain/identity/followed-directory.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import { createDirectoryFeed } from '#services/identity/directory-feed.ts';

const by = { kind: 'person', id: 'op' } as const;
const READING = { nowMs: 0, elapsedMs: 0 };
/** Longer than a test may take: whoever is answered was woken. */
const HELD_MS = 600_000;

function start(run = 'run') {
  const directory = createDirectory();
  const feed = createDirectoryFeed({ directory, published: () => [], issuer: 'https://id.example', run });
  return {
    directory,
    feed,
    record(event: IdentityEvent) {
      directory.apply(event);
      feed.changed(event);
    },
    async since(after: string | undefined, holdMs = 0) {
      const news = await feed.news(after, holdMs);
      if (!news.ok) throw new Error(news.refusal.message);
      return news.value;
    },
  };
}

function added(id: string): IdentityEvent {
  return { kind: 'person-added', timeMs: 0, by, personId: id as PersonId, name: id, roles: [] };
}
const revoked = (tokenId: string): IdentityEvent => ({ kind: 'token-revoked', timeMs: 0, by, tokenId, expiresMs: 1 });

describe('the feed of the directory', () => {
  it.each([undefined, '', '.', 'other.0', 'run.1', 'run.-1', 'run.1.5', 'run.x'])(
    'gives the whole directory to whoever names the place %s, which is none',
    async (after) => {
      const { record, since } = start();
      record(added('ada'));
      const whole = await since(after === 'run.1' ? 'run.2' : after);
      expect(whole).toMatchObject({ kind: 'whole', state: { people: [{ id: 'ada' }] } });
    },
  );

  it('gives only what has changed, and each once', async () => {
    const { record, since } = start();
    record(added('ada'));
    const { cursor } = await since(undefined);
    record(added('ben'));
    record({ kind: 'person-roles-set', timeMs: 0, by, personId: 'ben' as PersonId, roles: ['auditor'] });
    record(revoked('t'));
    const news = await since(cursor);
    expect(news.kind).toBe('changed');
    expect(news.state).toMatchObject({ people: [{ id: 'ben', roles: ['auditor'] }], agents: [] });
    expect(news.state.revoked).toEqual([{ tokenId: 't', expiresMs: 1 }]);
    expect((await since(news.cursor)).state).toEqual({ people: [], agents: [], revoked: [] });
  });

  it('holds a question until somebody changes or a key does, and answers it at its end', async () => {
    const { record, since, feed } = start();
    const { cursor } = await since(undefined);
    const waiting = since(cursor, HELD_MS);
    record(added('ada'));
    const news = await waiting;
    expect(news.state.people).toHaveLength(1);
    const onKeys = since(news.cursor, HELD_MS);
    feed.keysChanged();
    expect((await onKeys).state.people).toHaveLength(0);
    const closing = since(news.cursor, HELD_MS);
    feed.close();
    await closing;
    expect((await since(news.cursor, 1)).cursor).toBe(news.cursor);
  });

  it('wakes nobody for what is only evidence', async () => {
    const { record, since, feed } = start();
    const { cursor } = await since(undefined);
    let isAnswered = false;
    const waiting = since(cursor, HELD_MS).then(() => {
      isAnswered = true;
    });
    record({ kind: 'signed-out', timeMs: 0, personId: 'ada' as PersonId, everywhere: false });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
    feed.close();
    await waiting;
  });

  it('holds no more than a thousand', async () => {
    const { since, feed } = start();
    const { cursor } = await since(undefined);
    const held = Array.from({ length: 1_000 }, () => feed.news(cursor, HELD_MS));
    expect(await feed.news(cursor, HELD_MS)).toMatchObject({ ok: false, refusal: { code: 'nodes-limit' } });
    feed.close();
    expect((await Promise.all(held)).every(({ ok }) => ok)).toBe(true);
  });

  it('remembers a bounded number of changes, and whoever is further behind gets everything', async () => {
    const { record, since } = start();
    const { cursor } = await since(undefined);
    for (let n = 0; n < 20_001; n += 1) record(revoked(`t${n}`));
    expect((await since(cursor)).kind).toBe('whole');
    expect((await since('run.19000')).state.revoked).toHaveLength(1_001);
  });

  it('leaves a node with the same directory, whenever it asks and however often the service starts again', async () => {
    const ids = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      ids.map((id) => ({ does: 'add', id }) as const),
      fc
        .tuple(ids, fc.constantFrom('active', 'suspended'))
        .map(([id, status]) => ({ does: 'set', id, status }) as const),
      ids.map((id) => ({ does: 'invite', id }) as const),
      fc.constant({ does: 'ask' } as const),
      fc.constant({ does: 'restart' } as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const directory = createDirectory();
        let runs = 0;
        const open = () =>
          createDirectoryFeed({
            directory,
            published: () => [],
            issuer: 'https://id.example',
            run: `run${++runs}`,
          });
        let feed = open();
        const node = createFollowedDirectory();
        const ask = async () => {
          const news = await feed.news(node.cursor(), 0);
          if (news.ok) expect(node.take(news.value, READING).ok).toBe(true);
        };
        const record = (event: IdentityEvent) => {
          directory.apply(event);
          feed.changed(event);
        };
        for (const one of steps) {
          if (one.does === 'ask') await ask();
          else if (one.does === 'restart') feed = open();
          else if (one.does === 'add') record(added(one.id));
          else if (one.does === 'set')
            record({ kind: 'person-status-set', timeMs: 0, by, personId: one.id as PersonId, status: one.status });
          else
            record({
              kind: 'agent-invited',
              timeMs: 0,
              by,
              agentId: one.id as AgentId,
              agent: 'codex',
              owner: 'op' as PersonId,
              teams: [],
              codeSha256: '0',
              expiresMs: 1,
            });
        }
        await ask();
        expect(node.kept()?.state).toEqual(directory.state());
      }),
    );
  });
});
