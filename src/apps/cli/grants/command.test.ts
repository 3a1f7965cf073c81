import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { proposalOf } from '#apps/cli/grants/proposal.ts';
import { type SampleAnswer, type SampleServer, startSampleServer } from '#apps/cli/log/sample-server.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';

const ID = '01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d';
const shown = {
  decisionId: ID,
  principalId: 'codex',
  role: 'developer',
  workspaceRoots: ['/w'],
  constitution: { lineage: 'l', number: 1, digest: 'a'.repeat(64) },
  expiresMs: 0,
  covers: ['git push feature/* (all that begin so) at the remote origin, also by force'],
  policies: ['permit (…);\n'],
};
const grant = { id: ID, ...shown, state: { kind: 'in-force' }, proposedMs: 0, agreed: ['ada'] };

let server: SampleServer;
let answer: (path: string) => SampleAnswer;
beforeEach(async () => {
  answer = () => ({ body: grant });
  server = await startSampleServer((path) => answer(path));
});
afterEach(() => server.close());

async function acgs(...argv: readonly string[]) {
  const io = createRecordedIo({ cwd: '/', env: { ACGS_URL: server.url, ACGS_TOKEN: 'acgs_t' } });
  return { code: await run(argv, io), ...io.written() };
}
const paths = () => server.requests.map(({ path }) => path);

describe('acgs grants', () => {
  it.each([
    [['grants', 'propose', 'everything', '--for', '3d']],
    [['grants', 'propose', ID]],
    [['grants', 'propose', ID, '--for', '3d', '--until', '2026-11-27']],
    [['grants', 'propose', ID, '--for', 'ever']],
    [['grants', 'propose', ID, '--until', 'friday']],
    [['grants', 'revoke', 'all']],
    [['approve', ID, '--standing']],
    [['approve', ID, '--standing', '--refuse', '--for', '3d']],
  ])('%j is wrong, and asks nobody', async (argv) => {
    expect((await acgs(...argv)).code).toBe(2);
    expect(paths()).toEqual([]);
  });

  it('says why the server refuses', async () => {
    answer = () => ({ status: 409, body: { title: 'Not by this constitution.', code: 'standing-grant-none' } });
    const refused = await acgs('grants', 'propose', ID, '--for', '3d');
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toContain('[standing-grant-none]');
  });

  it('answers nothing where no grant can be given', async () => {
    answer = () => ({ status: 409, body: { title: 'No.', code: 'standing-grant-not-possible' } });
    expect((await acgs('approve', ID, '--standing', '--for', '3d')).code).toBe(1);
    expect(paths()).toEqual(['/v1/grants']);
  });

  it('shows what is granted: all of it, with the policy', async () => {
    const { out } = await acgs('grants', 'propose', ID, '--for', '3d', '--ref', 'feature/*');
    expect(out).toContain('codex may do this without asking developer again, until 1970-01-01T00:00:00.000Z, in /w:');
    for (const text of [...shown.covers, ...shown.policies, `in-force, by ada: ${ID}`]) expect(out).toContain(text);
  });

  it('shows before what it would have let through', async () => {
    answer = () => ({
      body: { ...shown, persons: 2, looked: 7, letThrough: [{ id: ID, timeMs: 0, subject: 'git push -f\nrm' }] },
    });
    const { out } = await acgs('grants', 'preview', ID, '--for', '8h');
    expect(out).toContain('2 persons must agree.');
    expect(out).toContain('Of the last 7 questions of codex it would have let through 1:\n  git push -f\n');
    expect(paths()).toEqual(['/v1/grants/preview']);
  });

  it.each([
    [['grants'], '/v1/grants?'],
    [['grants', 'list', '--state', 'all', '--agent', 'codex'], '/v1/grants?state=all&agent=codex'],
    [['grants', 'show', ID], `/v1/grants/${ID}`],
    [['grants', 'agree', ID], `/v1/grants/${ID}/agreement`],
    [['grants', 'revoke', ID], `/v1/grants/${ID}/revocation`],
  ])('%j asks %s', async (argv, path) => {
    answer = (asked) => ({ body: asked.startsWith('/v1/grants?') ? { grants: [grant] } : grant });
    const { code, out } = await acgs(...argv);
    expect([code, paths()]).toEqual([0, [path]]);
    expect(out).toContain('in-force');
  });

  it('counts the time from now, and sends what makes it wider as fields', () => {
    expect(proposalOf(ID, { for: '2h' }, 1_000)).toEqual({ decisionId: ID, expiresMs: 7_201_000 });
    expect(proposalOf(ID, { until: '1970-01-02T00:00Z', ref: 'x*', anyVersion: true }, 0)).toEqual({
      decisionId: ID,
      expiresMs: 86_400_000,
      widen: { ref: 'x*', anyVersion: true },
    });
  });
});
