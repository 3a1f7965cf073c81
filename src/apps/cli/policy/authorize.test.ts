import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliIo } from '#apps/cli/io.ts';
import { createAuthorizeCommand } from '#apps/cli/policy/authorize.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'acgs-authorize-'));
  mkdirSync(join(folder, 'suite/data'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: unknown) =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

/** Runs the command in the folder: its exit code and what it printed. */
async function run(
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly message: string }> {
  let out = '';
  const io: CliIo = {
    out: (text) => {
      out += text;
    },
    err: () => {},
    columns: 100,
    colour: false,
    cwd: folder,
    env: {},
    readStdin: async () => '',
  };
  try {
    await createAuthorizeCommand(io)
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parseAsync(argv, { from: 'user' });
    return { code: 0, out, message: '' };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { code: error.exitCode, out, message: error.message };
  }
}

const uid = (type: string, id: string) => ({ type, id });
const ask = (user: string, more: object = {}) => ({
  principal: uid('User', user),
  action: uid('Action', 'view'),
  resource: uid('Doc', 'd'),
  context: {},
  ...more,
});
const WITH_FILES = ['--policies', 'p.cedar', '--entities', 'e.json', '--requests', 'r.json'];
const POLICIES =
  'permit(principal in Team::"t", action, resource);\nforbid(principal, action, resource) when { context.n > 9007199254740993 };';
const ENTITIES = [{ uid: uid('User', 'ann'), attrs: {}, parents: [uid('Team', 't')] }];
const SCHEMA =
  'entity Team; entity User in [Team]; entity Doc; action view appliesTo { principal: User, resource: Doc, context: { n?: Long } };';

describe('acgs policy authorize', () => {
  it.each<readonly [string, () => void, readonly string[]]>([
    ['nothing', () => {}, []],
    ['no requests', () => write('p.cedar', POLICIES), ['--policies', 'p.cedar']],
    ['both ways at once', () => {}, ['--suite', '.', '--policies', 'p.cedar']],
    ['a file that is not there', () => {}, ['--policies', 'p.cedar', '--requests', 'r.json']],
    ['policies that do not parse', () => files({ 'p.cedar': 'permit' }), WITH_FILES],
    ['requests that are no JSON', () => files({ 'r.json': '[' }), WITH_FILES],
    ['a line that is no JSON', () => files({ 'r.json': '{}\n{' }), WITH_FILES],
    ['entities that are no list', () => files({ 'e.json': {} }), WITH_FILES],
    [
      'a schema that does not parse',
      () => files({ 's.cedarschema': 'entity' }),
      [...WITH_FILES, '--schema', 's.cedarschema'],
    ],
    ['a schema that is none', () => files({ 's.json': [] }), [...WITH_FILES, '--schema', 's.json']],
    ['a policy set that is none', () => files({ 'p.json': [] }), ['--policies', 'p.json', '--requests', 'r.json']],
    [
      'policies by id that are none',
      () => files({ 'p.json': { staticPolicies: [] } }),
      ['--policies', 'p.json', '--requests', 'r.json'],
    ],
    [
      'a link that is none',
      () => files({ 'p.json': { templateLinks: [3] } }),
      ['--policies', 'p.json', '--requests', 'r.json'],
    ],
    [
      'a policy of an unknown form',
      () => files({ 'p.json': { staticPolicies: { a: 1 } } }),
      ['--policies', 'p.json', '--requests', 'r.json'],
    ],
    ['a suite that is not there', () => {}, ['--suite', 'nowhere']],
    ['a suite without cases', () => write('suite/data/a.json', []), ['--suite', 'suite']],
    ['a case without policies', () => write('suite/c.json', { requests: [] }), ['--suite', 'suite']],
    [
      'a case whose policies are not there',
      () => write('suite/c.json', { policies: '../../p.cedar', requests: [] }),
      ['--suite', 'suite'],
    ],
    [
      'a case whose policies are no path',
      () => write('suite/c.json', { policies: 3, requests: [] }),
      ['--suite', 'suite'],
    ],
  ])('refuses %s', async (_, prepare, argv) => {
    prepare();
    expect((await run(...argv)).code).toBe(2);
  });

  it('counts requests that cannot be read as refused, and says so by its exit code', async () => {
    files({ 'r.json': [ask('ann'), { ...ask('ann'), principal: 3 }, ask('ann', { context: { n: 1.5 } })] });
    const { code, out } = await run(...WITH_FILES);
    expect(code).toBe(1);
    expect(out).toContain('3 requests in 1 cases: 1 allowed, 0 denied, 2 refused');
    files({ 'e.json': [3] });
    expect((await run(...WITH_FILES)).out).toContain('1 refused');
  });

  it('answers a list or lines, with failed policies, by 64-bit integers', async () => {
    const requests = [ask('ann', { context: { n: 1 } }), ask('ann'), ask('bob', { context: { n: 1 } })];
    const text = `${JSON.stringify(ask('ann', { context: { n: 0 } })).replace('"n":0', '"n":9007199254740994')}\n\n${requests.map((each) => JSON.stringify(each)).join('\n')}\n`;
    files({ 'r.json': text });
    const { code, out } = await run(...WITH_FILES, '--schema', 's.cedarschema', '--json');
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.slice(0, -1).map(({ decision, reason, errors }) => [decision, reason, errors.length])).toEqual([
      ['deny', ['policy1'], 0],
      ['allow', ['policy0'], 0],
      ['allow', ['policy0'], 1],
      ['deny', [], 0],
    ]);
    expect(lines.at(-1).totals).toMatchObject({
      requests: 4,
      allowed: 2,
      denied: 2,
      withErrors: 1,
      refused: 0,
      compared: 0,
    });
    const human = await run(...WITH_FILES, '--mode', 'closures');
    expect(human.out).toContain('policy1 failed: record does not have the attribute `n`');
  });

  it('runs policy sets with templates', async () => {
    const template = {
      effect: 'permit',
      principal: { op: '==', slot: '?principal' },
      action: { op: 'All' },
      resource: { op: 'All' },
      conditions: [],
    };
    files({
      'p.json': {
        templates: { t: template },
        templateLinks: [{ templateId: 't', newId: 'l', values: { '?principal': uid('User', 'ann') } }],
      },
      'r.json': [ask('ann', { decision: 'allow', reason: ['l'], errors: [] }), ask('bob', { decision: 'deny' })],
    });
    const { code, out } = await run('--policies', 'p.json', '--requests', 'r.json');
    expect([code, out.includes('2 compared, 0 differ')]).toEqual([0, true]);
  });

  it('runs a suite, and prints each difference', async () => {
    write('suite/p.cedar', POLICIES);
    write('suite/data/s.cedarschema', SCHEMA);
    write('suite/data/e.json', ENTITIES);
    const files = { policies: 'p.cedar', schema: 'data/s.cedarschema', entities: 'data/e.json' };
    write('suite/good.json', {
      ...files,
      requests: [ask('ann', { context: { n: 1 }, decision: 'allow', reason: ['policy0'], errors: [] })],
    });
    expect(await run('--suite', 'suite')).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 compared, 0 differ'),
    });
    write('suite/data/bad.json', {
      ...files,
      requests: [
        ask('ann', { decision: 'deny', reason: [], errors: [] }),
        ask('bob', { principal: 3, decision: 'allow' }),
      ],
    });
    const { code, out } = await run('--suite', 'suite');
    expect(code).toBe(1);
    expect(out).toContain(
      'decision allow, expected deny; reason [policy0], expected []; errors [policy1], expected []',
    );
    expect(out).toContain('decision refused, expected allow');
    expect(out).toContain('3 compared, 2 differ');
  });

  it('evaluates 60,000 requests in seconds', { timeout: 60_000 }, async () => {
    files({
      'r.json': Array.from({ length: 60_000 }, (_, index) =>
        JSON.stringify(ask(index % 2 === 0 ? 'ann' : 'bob', { context: { n: index } })),
      ).join('\n'),
    });
    const started = performance.now();
    const { out } = await run(...WITH_FILES, '--json');
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '').totals).toMatchObject({
      requests: 60_000,
      allowed: 30_000,
      denied: 30_000,
    });
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});

/** Good files, but for these. */
function files(changed: Readonly<Record<string, unknown>>): void {
  const good = { 'p.cedar': POLICIES, 'e.json': ENTITIES, 'r.json': [ask('ann')], 's.cedarschema': SCHEMA };
  for (const [name, content] of Object.entries({ ...good, ...changed })) write(name, content);
}
