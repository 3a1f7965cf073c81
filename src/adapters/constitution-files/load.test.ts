import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { loadConstitution, loadConstitutionFolder } from '#adapters/constitution-files/load.ts';

const STARTER = fileURLToPath(new URL('../../../constitution', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acgs-constitution-'));
  await cp(STARTER, folder, { recursive: true });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function change(file: string, from: string | RegExp, to: string): Promise<void> {
  const path = join(folder, file);
  const before = await readFile(path, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`nothing to change in ${file}`);
  await writeFile(path, after);
}

async function refusal(): Promise<string> {
  const loaded = await loadConstitution(folder, cedarLanguage);
  return loaded.ok ? 'loaded' : `${loaded.refusal.code}: ${loaded.refusal.message}`;
}

async function digest(): Promise<string> {
  const loaded = await loadConstitution(folder, cedarLanguage);
  if (!loaded.ok) throw new Error(loaded.refusal.message);
  return loaded.value.digest;
}

describe('loadConstitution', () => {
  it.each([
    ['constitution.yaml', 'no file'],
    ['schema.cedarschema', 'no file'],
    ['policies', 'no folder'],
    ['tests', 'no folder'],
  ])('refuses a folder without %s', async (name, message) => {
    await rm(join(folder, name), { recursive: true });
    expect(await refusal()).toContain(`constitution-unreadable: There is ${message}`);
  });

  it('refuses a file that is not text, and one that is too large', async () => {
    await writeFile(join(folder, 'schema.cedarschema'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(await refusal()).toContain('is not UTF-8');
    await writeFile(join(folder, 'schema.cedarschema'), ' '.repeat((1 << 20) + 1));
    expect(await refusal()).toContain('is larger than');
  });

  it.each([
    ['entities.json', '[]'],
    ['templates.cedar', 'permit(principal == ?principal, action, resource);'],
    ['policies/links.json', '[]'],
    ['policies/99-more.cedar.disabled', 'permit(principal, action, resource);'],
    ['tests/more.yml', '[]'],
  ])('refuses %s, which the digest would not cover', async (name, text) => {
    await writeFile(join(folder, name), text);
    expect(await refusal()).toContain(`${name} would not be part of the digest`);
  });

  it('refuses a template, and leaves alone what is for people', async () => {
    await writeFile(join(folder, 'README.md'), 'Ours.');
    await writeFile(join(folder, 'policies', 'NOTES.md'), 'Ours.');
    await writeFile(join(folder, '.gitattributes'), '');
    expect(await refusal()).toBe('loaded');
    await writeFile(
      join(folder, 'policies', '99-t.cedar'),
      '@id("t") permit(principal == ?principal, action, resource);',
    );
    expect(await refusal()).toContain('templates');
  });

  it('throws when a file cannot be read for another reason', async () => {
    await rm(join(folder, 'constitution.yaml'));
    await cp(join(folder, 'policies'), join(folder, 'constitution.yaml'), { recursive: true });
    await expect(loadConstitution(folder, cedarLanguage)).rejects.toThrow('EISDIR');
  });

  const git = 'policies/03-git.cedar';
  it.each([
    [
      'an unknown key',
      'constitution.yaml',
      'number: 1',
      'number: 1\nsurprise: 2',
      'constitution-document',
      'additional',
    ],
    [
      'a key that is given twice',
      'constitution.yaml',
      'number: 1',
      'number: 1\nnumber: 2',
      'constitution-document',
      'unique',
    ],
    [
      'an alias',
      'constitution.yaml',
      'title: The starter constitution',
      'title: &a x\nother: *a',
      'constitution-document',
      'alias',
    ],
    ['a number below 1', 'constitution.yaml', 'number: 1', 'number: 0', 'constitution-document', '/number'],
    [
      'a parent that is no digest',
      'constitution.yaml',
      /parent: .*/,
      'parent: genesis',
      'constitution-document',
      '/parent',
    ],
    [
      'two articles of one number',
      'constitution.yaml',
      'number: "2"',
      'number: "1"',
      'constitution-document',
      'same number',
    ],
    [
      'more policies than its limit',
      'constitution.yaml',
      'policies: 500',
      'policies: 5',
      'constitution-policies',
      'the limit is 5',
    ],
    ['a schema with an error', 'schema.cedarschema', 'entity Team;', 'entity Team', 'constitution-schema', 'line'],
    [
      'a schema that does not know an effect',
      'schema.cedarschema',
      'action detach',
      'action leave',
      'constitution-schema',
      '"detach"',
    ],
    [
      'a schema that lacks a zone',
      'schema.cedarschema',
      '"manifest"',
      '"manifests"',
      'constitution-schema',
      'manifest',
    ],
    [
      'a schema that requires what may be absent',
      'schema.cedarschema',
      'port?: Long',
      'port: Long',
      'constitution-schema',
      '"connect"',
    ],
    [
      'a schema that forgets the approval',
      'schema.cedarschema',
      /approval\?: Approval/g,
      'approved?: Approval',
      'constitution-schema',
      'approval',
    ],
    ['a policy that does not parse', git, 'permit (', 'allow (', 'constitution-policies', '03-git.cedar: line'],
    ['a policy that does not validate', git, 'context.force', 'context.forced', 'constitution-policies', 'forced'],
    [
      'a policy without an id',
      git,
      '@id("git-force")\n',
      '',
      'constitution-policies',
      '03-git.cedar, policy 3: It needs an @id',
    ],
    [
      'a policy with a reserved id',
      git,
      '@id("git-force")',
      '@id("default-deny")',
      'constitution-policies',
      'reserved',
    ],
    [
      'a second policy with an id',
      git,
      '@id("git-force")',
      '@id("git-rewrite")',
      'constitution-policies',
      'a second policy',
    ],
    [
      'a policy without an article',
      git,
      '@id("git-force")\n@article("3")',
      '@id("git-force")',
      'constitution-policies',
      'no @article',
    ],
    [
      'a policy that cites an unknown article',
      git,
      '@article("3")',
      '@article("99")',
      'constitution-policies',
      'unknown article 99',
    ],
    [
      'a policy without a reason',
      git,
      /@reason\("A forced push replaces[^\n]*\n/,
      '',
      'constitution-policies',
      'git-force has no @reason',
    ],
    [
      'a policy with an unknown annotation',
      git,
      '@id("git-force")',
      '@id("git-force")\n@severity("1")',
      'constitution-policies',
      '@severity',
    ],
    [
      'an example for no policy',
      'tests/03-git.yaml',
      'policy: git-force,',
      'policy: git-farce,',
      'constitution-examples',
      'no policy git-farce',
    ],
    [
      'a policy without an allowed example',
      'tests/03-git.yaml',
      '- { policy: git-unchecked, command: \'git commit -m "Fix the test"\', expect: allow }\n',
      '',
      'constitution-examples',
      'git-unchecked has no example of what is allowed',
    ],
    [
      'a policy without a refused example',
      'tests/03-git.yaml',
      /- \{ policy: git-unchecked, [^\n]*ask developer \}\n/,
      '',
      'constitution-examples',
      'git-unchecked has no example of what is refused',
    ],
    [
      'an example without an action',
      'tests/03-git.yaml',
      /command: 'git log[^']*', /,
      '',
      'constitution-examples',
      'either',
    ],
    [
      'an example with two actions',
      'tests/03-git.yaml',
      /command: 'git log/,
      "action: { kind: prompt, text: a }, command: 'git log",
      'constitution-examples',
      'either',
    ],
    [
      'an example of an unknown verdict',
      'tests/03-git.yaml',
      'expect: allow',
      'expect: maybe',
      'constitution-examples',
      '/expect',
    ],
    [
      'an example at no time',
      'tests/03-git.yaml',
      'expect: allow',
      'time: noon, expect: allow',
      'constitution-examples',
      '`time`',
    ],
    [
      'an example of an unknown shape',
      'tests/03-git.yaml',
      'operation: push',
      'operation: pull',
      'constitution-examples',
      '03-git.yaml',
    ],
  ] as const)('refuses %s', async (_, file, from, to, code, message) => {
    await change(file, from, to);
    const told = await refusal();
    expect(told).toContain(`${code}: `);
    expect(told.toLowerCase()).toContain(message.toLowerCase());
  });

  it('loads the starter constitution', async () => {
    const loaded = await loadConstitutionFolder(folder, cedarLanguage);
    if (!loaded.ok) throw new Error(loaded.refusal.message);
    const { constitution, examples } = loaded.value;
    expect(constitution.number).toBe(1);
    expect(constitution.annotations.size).toBe(Object.keys(constitution.policies).length);
    expect(examples.length).toBeGreaterThanOrEqual(2 * constitution.annotations.size);
  });

  it('reads all that an example may say', async () => {
    await writeFile(
      join(folder, 'tests', '99-more.yaml'),
      `- { policy: git-force, command: ls, principal: person, time: '2026-05-01T00:00:00Z', labels: [changed-manifest], expect: allow }
- { policy: git-force, action: { kind: shell, command: ls, cwd: /elsewhere }, teams: [web], approval: { role: security, by: ada }, expect: ask security }`,
    );
    const loaded = await loadConstitutionFolder(folder, cedarLanguage);
    if (!loaded.ok) throw new Error(loaded.refusal.message);
    expect(loaded.value.examples.slice(-2)).toEqual([
      {
        policy: 'git-force',
        action: {
          kind: 'shell',
          command: 'ls',
          background: false,
          cwd: '/home/dev/project',
          workspaceRoots: ['/home/dev/project'],
        },
        labels: ['changed-manifest'],
        principal: { kind: 'person', id: 'example', roles: ['operator'] },
        timeMs: Date.UTC(2026, 4, 1),
        expected: { verdict: 'allow' },
        at: 'tests/99-more.yaml, example 1',
      },
      {
        policy: 'git-force',
        action: {
          kind: 'shell',
          command: 'ls',
          background: false,
          cwd: '/elsewhere',
          workspaceRoots: ['/home/dev/project'],
        },
        labels: [],
        approval: { role: 'security', by: 'ada' },
        principal: { kind: 'agent', id: 'example', agent: 'claude-code', teams: ['web'] },
        expected: { verdict: 'ask', role: 'security' },
        at: 'tests/99-more.yaml, example 2',
      },
    ]);
  });
});

describe('the digest of a folder', () => {
  it('does not change with layout, comments, the order of files or the examples', async () => {
    const before = await digest();
    await change('policies/03-git.cedar', /\n {2}/g, '\n\t');
    await change('policies/03-git.cedar', 'permit (', '// a comment\npermit(');
    await cp(join(folder, 'policies/01-workspace.cedar'), join(folder, 'policies/99-moved.cedar'));
    await rm(join(folder, 'policies/01-workspace.cedar'));
    await change('schema.cedarschema', 'entity Team;', '\n// a comment\nentity Team ;');
    await change('tests/03-git.yaml', 'feature/parser', 'feature/lexer');
    expect(await digest()).toBe(before);
  });

  it.each([
    ['a literal', 'policies/03-git.cedar', '"trunk"', '"stem"'],
    ['a reason', 'policies/03-git.cedar', 'A forced push replaces', 'A forced push rewrites'],
    ['an advice', 'policies/03-git.cedar', 'Push a new commit', 'Add a new commit'],
    ['a limit', 'constitution.yaml', 'effectsPerAction: 10000', 'effectsPerAction: 9999'],
    ['the order of roles', 'constitution.yaml', '[developer, maintainer,', '[maintainer, developer,'],
    ['an article', 'constitution.yaml', 'Reading the network is ordinary.', 'Reading the network is fine.'],
    ['the schema', 'schema.cedarschema', 'entity Team;', 'entity Team; entity Crew;'],
  ])('changes with %s', async (_, file, from, to) => {
    const before = await digest();
    await change(file, from, to);
    expect(await digest()).not.toBe(before);
  });
});
