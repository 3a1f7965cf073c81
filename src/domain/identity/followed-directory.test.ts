import { describe, expect, it } from 'vitest';
import type { Agent, AgentStatus } from '#domain/identity/agent.ts';
import { agentKey, keyThumbprint } from '#domain/identity/agent-key.ts';
import type { DirectoryCursor, DirectoryNews } from '#domain/identity/directory-news.ts';
import { createFollowedDirectory, type KeptDirectory, type Reading } from '#domain/identity/followed-directory.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';

const HOUR_MS = 3_600_000;
const asked: Reading = { nowMs: 1_800_000_000_000, elapsedMs: 5_000 };
const later = (ms: number): Reading => ({ nowMs: asked.nowMs + ms, elapsedMs: asked.elapsedMs + ms });
const x = 'A'.repeat(43);
const key = { kty: 'OKP', crv: 'Ed25519', x, kid: keyThumbprint(x), use: 'sig', alg: 'EdDSA' } as const;

function agent(id: string, status: AgentStatus): Agent {
  const state =
    status === 'active' || status === 'suspended'
      ? { status, key: agentKey(x, 0) }
      : status === 'pending'
        ? { status, codeSha256: '', expiresMs: 0 }
        : { status };
  return { id: id as AgentId, agent: 'codex', owner: 'ada' as PersonId, teams: [], state };
}

function news(kind: DirectoryNews['kind'], agents: readonly Agent[], more: Partial<DirectoryNews> = {}): DirectoryNews {
  const cursor = 'run.1' as DirectoryCursor;
  return {
    kind,
    cursor,
    issuer: 'https://id.example',
    keys: [key],
    state: { people: [], agents, revoked: [] },
    ...more,
  };
}

describe('the directory that a node follows', () => {
  it.each<[string, DirectoryNews, string]>([
    ['another issuer', news('changed', [], { issuer: 'https://other.example' }), 'issuer-changed'],
    [
      'a key under the name of another',
      news('changed', [], { keys: [{ ...key, kid: 'B'.repeat(43) }] }),
      'key-misnamed',
    ],
    ['a compromised agent that is active again', news('changed', [agent('lost', 'active')]), 'status-reverted'],
    ['a compromised agent that is merely retired', news('whole', [agent('lost', 'retired')]), 'status-reverted'],
    ['a compromised agent that there never was', news('whole', [agent('good', 'suspended')]), 'status-reverted'],
  ])('refuses %s, and takes nothing of it', async (_name, wrong, code) => {
    const followed = createFollowedDirectory();
    followed.take(news('whole', [agent('good', 'active'), agent('lost', 'compromised')]), asked);
    const before = followed.kept();
    const refused = followed.take(
      { ...wrong, state: { ...wrong.state, revoked: [{ tokenId: 't', expiresMs: Number.MAX_SAFE_INTEGER }] } },
      later(HOUR_MS),
    );
    expect(refused).toMatchObject({ ok: false, refusal: { code } });
    expect(followed.kept()).toEqual(before);
    expect(followed.ageMs(later(HOUR_MS))).toBe(HOUR_MS);
    expect(await followed.keys.find('B'.repeat(43))).toBeUndefined();
  });

  it('holds a node to what it knew before its restart', () => {
    const first = createFollowedDirectory();
    first.take(news('whole', [agent('lost', 'compromised')]), asked);
    const second = createFollowedDirectory(first.kept());
    expect(second.take(news('whole', [agent('lost', 'active')]), later(1))).toMatchObject({ ok: false });
  });

  it('lets a retired agent turn out compromised, and says nothing of one that news leave out', () => {
    const followed = createFollowedDirectory();
    followed.take(news('whole', [agent('old', 'retired'), agent('other', 'active')]), asked);
    expect(followed.take(news('changed', [agent('other', 'suspended')]), asked).ok).toBe(true);
    expect(followed.take(news('changed', [agent('old', 'compromised')]), asked).ok).toBe(true);
    const statuses = followed.directory.agents().map(({ id, state }) => [id, state.status]);
    expect(statuses).toEqual([
      ['old', 'compromised'],
      ['other', 'suspended'],
    ]);
  });

  it('forgets keys that are not published any more, and revoked tokens that have expired', async () => {
    const followed = createFollowedDirectory();
    followed.take(news('whole', []), asked);
    expect(await followed.keys.find(key.kid)).toEqual(key);
    const revoked = [
      { tokenId: 'over', expiresMs: asked.nowMs },
      { tokenId: 'good', expiresMs: asked.nowMs + 1 },
    ];
    followed.take(news('changed', [], { keys: [], state: { people: [], agents: [], revoked } }), asked);
    expect(await followed.keys.find(key.kid)).toBeUndefined();
    expect([followed.directory.isRevoked('over'), followed.directory.isRevoked('good')]).toEqual([false, true]);
  });
});

describe('the age of what a node knows', () => {
  const kept = (): KeptDirectory => {
    const followed = createFollowedDirectory();
    followed.take(news('whole', []), asked);
    const found = followed.kept();
    if (found === undefined) throw new Error('nothing was kept');
    return found;
  };

  it('is infinite until something was heard', () => {
    expect(createFollowedDirectory().ageMs(asked)).toBe(Number.POSITIVE_INFINITY);
  });

  it('goes on with the clock that has gone further: one may be set back, the other sleeps', () => {
    const followed = createFollowedDirectory();
    followed.take(news('whole', []), asked);
    expect(followed.ageMs({ nowMs: 0, elapsedMs: asked.elapsedMs + HOUR_MS })).toBe(HOUR_MS);
    expect(followed.ageMs({ nowMs: asked.nowMs + HOUR_MS, elapsedMs: asked.elapsedMs })).toBe(HOUR_MS);
  });

  it('goes on over a restart, and is infinite when the clock says that it was heard in the future', () => {
    const followed = createFollowedDirectory(kept());
    expect(followed.ageMs({ nowMs: asked.nowMs + HOUR_MS, elapsedMs: 1 })).toBe(HOUR_MS);
    expect(followed.ageMs({ nowMs: asked.nowMs - 1, elapsedMs: 1 })).toBe(Number.POSITIVE_INFINITY);
  });
});
