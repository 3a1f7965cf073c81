import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { startSampleServer } from '#apps/cli/log/sample-server.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';

const STARTER = fileURLToPath(new URL('../../../../constitution', import.meta.url));

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'acgs-cli-constitution-'));
  await cp(STARTER, join(root, 'draft'), { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function acgs(...argv: readonly string[]) {
  const io = createRecordedIo({ cwd: root, env: { ACGS_HOME: join(root, 'home') } });
  const code = await run(['constitution', ...argv], io);
  return { code, ...io.written() };
}
const json = async (...argv: readonly string[]) => JSON.parse((await acgs(...argv, '--json')).out);

async function edit(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(join(root, file), 'utf8');
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing to change in ${file}`);
  await writeFile(join(root, file), changed);
}

describe('acgs constitution, before there is anything', () => {
  it.each([
    [['lineage'], 4, 'there is no installation'],
    [['diff', 'draft'], 4, 'there is no installation'],
    [['status', '--server', 'http://127.0.0.1:1'], 4, 'cannot be reached'],
    [['build', 'none'], 2, 'refused'],
    [['verify-genesis', 'none'], 2, 'cannot be read'],
    [['sign', 'none', '--key', 'none'], 2, 'cannot be read'],
    [['sign', 'draft/constitution.yaml', '--key', 'none'], 2, 'not the bundle of a constitution'],
    [['found', 'draft/constitution.yaml', '--founders', 'none'], 2, 'not the bundle of a constitution'],
  ] as const)('ends %j with %i and says why', async (argv, code, message) => {
    const ended = await acgs(...argv);
    expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(message)]);
  });

  it('refuses a tidied genesis with 1', async () => {
    await writeFile(join(root, 'genesis.txt'), 'We the people');
    const ended = await acgs('verify-genesis', 'genesis.txt');
    expect([ended.code, ended.err]).toEqual([1, expect.stringContaining('not the genesis text')]);
    expect(await json('verify-genesis', 'genesis.txt')).toMatchObject({ isGenesis: false, code: 'genesis-mismatch' });
  });
});

describe('the life of a constitution that people have founded, by the command line', () => {
  it('is built, signed by two of three, founded, amended with other signers, and verified', async () => {
    const publicKeys = new Map<string, string>();
    for (const name of ['ada', 'ben', 'cem', 'eve']) publicKeys.set(name, (await json('key', `${name}.pem`)).publicKey);
    const signers = (threshold: number, ...names: readonly string[]) => ({
      threshold,
      keys: names.map((name) => ({ name, publicKey: publicKeys.get(name) })),
    });
    await writeFile(join(root, 'founders.json'), JSON.stringify(signers(2, 'ada', 'ben', 'cem')));

    // Number 1: built, and signed in another order than the founders are named in.
    const built = await json('build', 'draft', '--out', 'one.json');
    expect(built).toMatchObject({ number: 1, policies: expect.any(Number) });
    const sign = (file: string, who: string, ...more: readonly string[]) =>
      acgs('sign', file, '--key', `${who}.pem`, ...more);
    const bySigners = ['--signers', 'founders.json'];
    expect((await sign('one.json', 'ada')).code).toBe(4);
    expect(await sign('one.json', 'eve', ...bySigners)).toMatchObject({
      code: 1,
      err: expect.stringContaining('signature-foreign'),
    });
    await chmod(join(root, 'cem.pem'), 0o644);
    expect((await sign('one.json', 'cem', ...bySigners)).err).toContain('can be read by others');
    await chmod(join(root, 'cem.pem'), 0o600);
    expect((await sign('one.json', 'cem', ...bySigners)).out).toContain('1 of 2 signatures');
    expect(await acgs('found', 'one.json', '--founders', 'founders.json')).toMatchObject({
      code: 1,
      err: expect.stringContaining('signatures-too-few'),
    });
    expect((await sign('one.json', 'ada', ...bySigners)).out).toContain('2 of 2 signatures');
    expect((await sign('one.json', 'ada', ...bySigners)).out).toContain('2 of 2 signatures');
    expect(await acgs('found', 'one.json', '--founders', 'founders.json')).toMatchObject({ code: 0 });
    expect(await acgs('found', 'one.json', '--founders', 'founders.json')).toMatchObject({
      code: 1,
      err: expect.stringContaining('registry-founded'),
    });

    // Number 2: a limit, a reason, and other signers.
    const same = await acgs('diff', 'draft');
    expect([same.code, same.out]).toEqual([0, expect.stringContaining('nothing that could change a decision differs')]);
    await edit('draft/constitution.yaml', 'number: 1', 'number: 2');
    await edit('draft/constitution.yaml', /parent: .*/, `parent: ${built.digest}`);
    await edit('draft/constitution.yaml', 'effectsPerAction: 10000', 'effectsPerAction: 9000');
    await edit('draft/constitution.yaml', 'signers: founders', `signers: ${JSON.stringify(signers(2, 'ben', 'eve'))}`);
    await edit('draft/policies/03-git.cedar', 'A forced push replaces', 'A forced push overwrites');
    const { digest } = await json('build', 'draft', '--out', 'two.json');
    const differs = await acgs('diff', 'two.json');
    expect(differs.code).toBe(1);
    expect(differs.out).toContain('~ forbid git-force  (annotations)');
    expect(differs.out).toContain('- {"approvalMinutes":60,"effectsPerAction":10000,');
    expect(differs.out).toContain('+ {"approvalMinutes":60,"effectsPerAction":9000,');
    expect((await acgs('diff', 'draft', '--from', 'two.json')).code).toBe(0);
    // Now this installation knows who signs.
    expect((await sign('two.json', 'eve')).err).toContain('signature-foreign');
    for (const who of ['ben', 'ada']) expect((await sign('two.json', who)).code).toBe(0);

    // What a roll-out does at its end.
    const registry = createFileRegistry(join(root, 'home'));
    const mark = { number: 2, digest: digest as ConstitutionDigest };
    const envelope = JSON.parse(await readFile(join(root, 'two.json.envelope.json'), 'utf8'));
    await registry.add({ ...mark, bytes: await readFile(join(root, 'two.json')), envelope });
    await registry.putInForce(mark);
    const lineage = await acgs('lineage');
    expect(lineage.code).toBe(0);
    expect(lineage.out).toMatch(
      new RegExp(`#1  ${built.digest}.*\\n.*signed by ada, cem \\(of 3\\)\\n.*#2  ${digest}.*\\n.*signed by ada, ben`),
    );
    expect((await json('lineage')).constitutions).toHaveLength(2);

    // From a server every bundle is fetched and verified here; what it says of itself is not believed.
    const told = {
      founders: signers(2, 'ada', 'ben', 'cem'),
      constitutions: [
        { digest: built.digest, inForce: false },
        { digest, inForce: true },
      ],
    };
    const server = await startSampleServer((path) => {
      if (path === '/v1/lineage') return { body: told };
      const name = path.endsWith(digest) ? 'two.json' : 'one.json';
      return { body: bundles.get(name) };
    });
    const bundles = new Map<string, object>();
    for (const name of ['one.json', 'two.json'])
      bundles.set(name, {
        digest,
        bundle: (await readFile(join(root, name))).toString('base64'),
        envelope: JSON.parse(await readFile(join(root, `${name}.envelope.json`), 'utf8')),
      });
    const remote = await acgs('lineage', '--server', server.url);
    expect([remote.code, remote.err]).toEqual([0, expect.stringContaining('those that the server names')]);
    await writeFile(join(root, 'others.json'), JSON.stringify(signers(1, 'eve')));
    expect(await acgs('lineage', '--server', server.url, '--founders', 'others.json')).toMatchObject({
      code: 1,
      err: expect.stringContaining('signature-foreign'),
    });
    bundles.set('two.json', {
      ...bundles.get('two.json'),
      envelope: (bundles.get('one.json') as { envelope: object }).envelope,
    });
    expect(await acgs('lineage', '--server', server.url)).toMatchObject({
      code: 1,
      err: expect.stringContaining('envelope-payload'),
    });
    await server.close();

    // And a registry that was tampered with.
    await writeFile(join(root, 'home', 'high-water.json'), JSON.stringify({ number: 3, digest }));
    expect(await acgs('lineage')).toMatchObject({ code: 1, err: expect.stringContaining('high-water-below') });
  }, 180_000);
});

describe('acgs constitution status', () => {
  const inForce = {
    ref: { lineage: 'cdd01ef066bc6cf2', number: 2, digest: 'd'.repeat(64) },
    title: 'The second',
    verifiedAt: '2026-01-01T00:00:00.000Z',
    ageSeconds: 30,
    ageHoursMax: 96,
    signedBy: [],
    nextSigners: { threshold: 2, keys: [{ name: 'ada' }, { name: 'ben' }] },
  };
  const node = {
    id: 'n1',
    number: 2,
    digest: 'd'.repeat(64),
    verified: true,
    verifiedSecondsAgo: 12,
    seenSecondsAgo: 1,
    isStale: false,
  };
  const status = async (body: object, nodes: readonly object[]) => {
    const server = await startSampleServer((path) => ({ body: path === '/v1/nodes' ? { nodes } : body }));
    const ended = await acgs('status', '--server', server.url);
    await server.close();
    return ended;
  };

  it('shows every node: digest, number, age, and whether it was verified', async () => {
    const ended = await status(inForce, [node, { ...node, id: 'n2', candidate: { number: 3, stage: 'canary' } }]);
    expect(ended.code).toBe(0);
    expect(ended.out).toContain('verified 30 s ago');
    expect(ended.out).toContain('signed by 2 of ada, ben');
    expect(ended.out).toMatch(/n1 +2 +dddddddddddddddd… +12 s ago +1 s ago/);
    expect(ended.out).toMatch(/n2 .*canary of number 3/);
  });

  it.each<[string, object, object]>([
    ['this server refuses', { ...inForce, refusal: { code: 'lineage-digest', message: 'spoilt' } }, node],
    ['a node refuses', inForce, { ...node, verified: false }],
    ['a node is stale', inForce, { ...node, isStale: true }],
  ])('ends with 1 when %s', async (_name, body, one) => {
    const ended = await status(body, [one]);
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(/refused|stale/);
  });
});
