import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { createKeyFile } from '#adapters/key-file/key-file.ts';
import { foundRepublic, type Republic } from '../support/republic.ts';
import { amendToSecond } from '../support/second-constitution.ts';

/** What the console shows of constitutions and amendments, on a real server: read, compared, proposed and voted on. */

const START_MS = Date.UTC(2026, 0, 14, 12);

let republic: Republic;
let inForce: string;
let draft: { readonly id: string; readonly digest: string };

beforeAll(async () => {
  republic = await foundRepublic(START_MS);
  await republic.start();
  const keys = await Promise.all(
    ['ada', 'ben', 'cem'].map((name) => createKeyFile(join(republic.root, `${name}.pem`))),
  );
  inForce = (await republic.call('ops', 'GET', '/v1/constitution')).body.ref.digest;
  const folder = republic.folder('second', (read, write) => amendToSecond(read, write, inForce, keys));
  const told = await republic.acgs('ada', 'propose', folder, '--title', 'Move the legacy tracker', '--json');
  expect(told).toMatchObject({ code: 0, err: '' });
  const { id, constitution } = JSON.parse(told.out);
  draft = { id, digest: constitution.digest };
}, 300_000);
afterAll(() => republic?.end());

describe('constitutions as people read them', { timeout: 300_000 }, () => {
  it.each(['reading', 'policies', `difference?from=${'b'.repeat(64)}`])(
    'refuses what is neither kept nor proposed: %s',
    async (what) => {
      const { status, body } = await republic.call('ada', 'GET', `/v1/constitutions/${'a'.repeat(64)}/${what}`);
      expect([status, body.code]).toEqual([404, 'constitution-unknown']);
    },
  );

  it('refuses a digest that is none', async () => {
    const { status, body } = await republic.call('ada', 'GET', '/v1/constitutions/latest/reading');
    expect([status, body.code]).toEqual([400, 'body-invalid']);
  });

  it('shows articles and policies, each with its reason', async () => {
    const { status, body } = await republic.call('codex', 'GET', `/v1/constitutions/${inForce}/reading`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ number: 1, digest: inForce, signers: 'founders', approverRoles: expect.any(Array) });
    const articles = new Set(body.articles.map((article: { number: string }) => article.number));
    expect(body.policies.length).toBeGreaterThan(50);
    for (const policy of body.policies) {
      expect(articles).toContain(policy.article);
      expect(policy.reason).not.toBe('');
    }
  });

  it('shows every policy as Cedar, the draft’s too', async () => {
    for (const digest of [inForce, draft.digest]) {
      const [reading, texts] = await Promise.all([
        republic.call('ada', 'GET', `/v1/constitutions/${digest}/reading`),
        republic.call('ada', 'GET', `/v1/constitutions/${digest}/policies`),
      ]);
      const ids = reading.body.policies.map(({ id }: { id: string }) => id);
      expect(Object.keys(texts.body.policies).toSorted()).toEqual(ids.toSorted());
      for (const text of Object.values<string>(texts.body.policies))
        expect(cedarLanguage.parsePolicies(text).ok).toBe(true);
    }
  });

  it('compares two, in both directions', async () => {
    const forth = await republic.call('ada', 'GET', `/v1/constitutions/${draft.digest}/difference?from=${inForce}`);
    const back = await republic.call('ada', 'GET', `/v1/constitutions/${inForce}/difference?from=${draft.digest}`);
    expect(forth.body).toMatchObject({ from: { number: 1 }, to: { number: 2 } });
    const added = forth.body.articles.flatMap((article: { added: string[] }) => article.added);
    expect(added.length).toBeGreaterThan(0);
    expect(back.body.articles.flatMap((article: { removed: string[] }) => article.removed)).toEqual(added);
    const signers = forth.body.sections.find(({ name }: { name: string }) => name === 'signers');
    expect(signers).toMatchObject({ before: 'founders', after: { keys: expect.any(Array) } });
    const none = await republic.call('ada', 'GET', `/v1/constitutions/${inForce}/difference?from=${inForce}`);
    expect(none.body).toMatchObject({ articles: [], sections: [] });
  });
});

describe('an amendment as people see it', { timeout: 300_000 }, () => {
  it('tells each person whether they may vote and what they said, and an agent neither', async () => {
    const seenBy = async (who: string) =>
      (await republic.call(who, 'GET', `/v1/amendments/${draft.id}`)).body.ballots[0];
    const rules = { quorumPercent: 10, winPercent: 50, isMoreThan: true };
    expect(await seenBy('ben')).toMatchObject({ rules, voted: 0, own: { isEntitled: true } });
    expect(await seenBy('codex')).not.toHaveProperty('own');
    const ballot = encodeURIComponent(`amendment:${draft.id}`);
    const voted = await republic.call('ben', 'POST', `/v1/ballots/${ballot}/votes`, { choice: 'for' });
    expect([voted.status, voted.body.own]).toEqual([200, { isEntitled: true, choice: 'for' }]);
    expect((await seenBy('ben')).own).toEqual({ isEntitled: true, choice: 'for' });
    expect((await seenBy('cem')).own).toEqual({ isEntitled: true });
    const all = await republic.call('ben', 'GET', '/v1/ballots');
    expect(all.body.ballots[0].own).toEqual({ isEntitled: true, choice: 'for' });
  });

  it('names whose signatures it needs', async () => {
    const { body } = await republic.call('ada', 'GET', `/v1/amendments/${draft.id}`);
    expect(body.signing).toMatchObject({ threshold: 1, keys: [{ name: 'installation', hasSigned: false }] });
    expect(body.signing.keys[0].keyId).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has a timeline that says what happened, and of a vote not whose', async () => {
    const unknown = await republic.call('ada', 'GET', '/v1/amendments/01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d/timeline');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'amendment-unknown']);
    const { body } = await republic.call('ada', 'GET', `/v1/amendments/${draft.id}/timeline`);
    const kinds = body.steps.map(({ kind }: { kind: string }) => kind);
    expect(kinds).toEqual(['amendment-drafted', 'impact-attached', 'amendment-proposed', 'ballot-opened', 'vote-cast']);
    expect(body.steps[0]).toMatchObject({ by: 'ada', timeMs: START_MS });
    expect(body.steps[4]).not.toHaveProperty('by');
    expect(JSON.stringify(body)).not.toContain('ben');
  });
});
