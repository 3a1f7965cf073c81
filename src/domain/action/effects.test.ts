import { describe, expect, it } from 'vitest';
import {
  briefs,
  effectsOf,
  effectsOfCommand,
  HOME,
  programsOf,
  resolveLinks,
  WORKSPACE,
} from '#adapters/shell-parser/effects.contract.ts';
import { parseShell } from '#adapters/shell-parser/parse.ts';
import type { Action } from '#domain/action/action.ts';
import { EFFECT_COUNT_MAX, type Effect } from '#domain/action/effect.ts';
import { createEffectsOf } from '#domain/action/effects.ts';
import { SCRIPT_DEPTH_MAX } from '#domain/action/shell/machine.ts';
import { COMMAND_LENGTH_MAX } from '#domain/action/shell/script.ts';

const BASE = { cwd: WORKSPACE, workspaceRoots: [WORKSPACE] };
const TOKEN = `ghp_${'a'.repeat(36)}`;

describe('actions without a shell', () => {
  const cases: readonly (readonly [name: string, action: Action, effects: readonly Effect[]])[] = [
    [
      'an unknown tool',
      { ...BASE, kind: 'unknown', tool: 'X', input: { a: TOKEN } },
      [
        { kind: 'dynamic', cause: 'tool', detail: 'X' },
        { kind: 'expose', what: 'github-token' },
      ],
    ],
    [
      'a secret file read',
      { ...BASE, kind: 'file', operation: 'read', path: '.env' },
      [
        { kind: 'read', path: `${WORKSPACE}/.env`, zones: ['workspace', 'home', 'credentials'], recursive: false },
        { kind: 'credential', store: 'file', detail: `${WORKSPACE}/.env` },
      ],
    ],
    [
      'a file read through a link that leads out',
      { ...BASE, kind: 'file', operation: 'read', path: 'out/a' },
      [{ kind: 'read', path: '/srv/out/a', zones: ['system'], recursive: false }],
    ],
    [
      'a link deleted, not what it points to',
      { ...BASE, kind: 'file', operation: 'delete', path: 'out' },
      [{ kind: 'delete', path: `${WORKSPACE}/out`, zones: ['workspace', 'home'], recursive: false }],
    ],
    [
      'a shell startup file written',
      { ...BASE, kind: 'file', operation: 'write', path: '~/.bashrc', content: 'x' },
      [
        { kind: 'write', path: `${HOME}/.bashrc`, zones: ['home', 'shell-startup'], recursive: false },
        { kind: 'persist', means: 'shell-startup', detail: `${HOME}/.bashrc` },
      ],
    ],
    [
      'a secret written',
      { ...BASE, kind: 'file', operation: 'edit', path: 'a.ts', content: `const t = "${TOKEN}";`, anchor: '' },
      [
        { kind: 'write', path: `${WORKSPACE}/a.ts`, zones: ['workspace', 'home'], recursive: false },
        { kind: 'expose', what: 'github-token' },
      ],
    ],
    [
      'a folder searched',
      { ...BASE, kind: 'file', operation: 'read', path: '/', recursive: true },
      [
        { kind: 'read', path: '/', zones: ['root'], recursive: true },
        { kind: 'credential', store: 'file', detail: 'everything below /' },
      ],
    ],
    [
      'several files',
      {
        ...BASE,
        kind: 'files',
        accesses: [
          { operation: 'move', path: 'a', to: '/etc/b', content: '', anchor: '' },
          { operation: 'delete', path: 'c' },
        ],
      },
      [
        { kind: 'delete', path: `${WORKSPACE}/a`, zones: ['workspace', 'home'], recursive: false },
        { kind: 'write', path: '/etc/b', zones: ['system'], recursive: false },
        { kind: 'delete', path: `${WORKSPACE}/c`, zones: ['workspace', 'home'], recursive: false },
      ],
    ],
    [
      'a push',
      {
        ...BASE,
        kind: 'git',
        operation: 'push',
        remote: 'git@host:r.git',
        refs: ['refs/heads/main', 'refs/tags/v1'],
        force: true,
      },
      [
        { kind: 'git', operation: 'push', remote: 'git@host:r.git', ref: 'main', force: true, deletes: false },
        { kind: 'git', operation: 'push', remote: 'git@host:r.git', ref: 'v1', force: true, deletes: false },
        { kind: 'connect', host: 'host' },
      ],
    ],
    [
      'a commit',
      { ...BASE, kind: 'git', operation: 'commit', remote: '', refs: [], force: false },
      [{ kind: 'git', operation: 'commit', remote: '', force: false, deletes: false }],
    ],
    [
      'packages',
      { ...BASE, kind: 'package', manager: 'npm', packages: ['a@1', '@s/b', './c'] },
      [
        { kind: 'install', manager: 'npm', package: 'a', version: '1', source: 'registry', global: false },
        { kind: 'install', manager: 'npm', package: '@s/b', source: 'registry', global: false },
        { kind: 'install', manager: 'npm', package: './c', source: 'path', global: false },
      ],
    ],
    [
      'no package by name',
      { ...BASE, kind: 'package', manager: 'apt', packages: [] },
      [{ kind: 'install', manager: 'apt', package: '*', source: 'manifest', global: false }],
    ],
    [
      'the metadata service',
      { ...BASE, kind: 'network', operation: 'fetch', target: 'http://169.254.169.254/x' },
      [
        { kind: 'connect', host: '169.254.169.254', scheme: 'http' },
        { kind: 'credential', store: 'metadata-service', detail: '169.254.169.254' },
      ],
    ],
    [
      'an address that is none',
      { ...BASE, kind: 'network', operation: 'fetch', target: '' },
      [{ kind: 'connect', host: '*' }],
    ],
    ['a search', { ...BASE, kind: 'network', operation: 'search', target: 'q' }, [{ kind: 'search', query: 'q' }]],
    [
      'an MCP call',
      { ...BASE, kind: 'mcp', server: 's', tool: 't', input: [TOKEN] },
      [
        { kind: 'call', server: 's', tool: 't' },
        { kind: 'expose', what: 'github-token' },
      ],
    ],
    [
      'a tool of the agent itself',
      { ...BASE, kind: 'builtin', agent: 'codex', tool: 'plan', input: {} },
      [{ kind: 'call', server: 'codex', tool: 'plan' }],
    ],
    [
      'a deployment',
      { ...BASE, kind: 'deploy', environment: 'prod', artifact: 'a' },
      [{ kind: 'deploy', environment: 'prod', artifact: 'a' }],
    ],
    ['a prompt with a secret', { ...BASE, kind: 'prompt', text: `use ${TOKEN}` }, [{ kind: 'prompt', secrets: true }]],
    ['a prompt', { ...BASE, kind: 'prompt', text: 'fix it' }, [{ kind: 'prompt', secrets: false }]],
    [
      'a sub-agent',
      { ...BASE, kind: 'subagent', name: 'n', prompt: TOKEN },
      [
        { kind: 'delegate', name: 'n' },
        { kind: 'expose', what: 'github-token' },
      ],
    ],
  ];
  it.each(cases)('%s', (_name, action, effects) => {
    expect(effectsOf(action)).toEqual(effects);
  });
});

describe('a shell action', () => {
  it('says that it is detached, and that it leaves the sandbox', () => {
    const action: Action = { ...BASE, kind: 'shell', command: 'ls', background: true, unsandboxed: true };
    expect(effectsOf(action).map((effect) => effect.kind)).toEqual(['detach', 'escalate', 'run']);
  });

  it('says that its text holds a secret', () => {
    expect(briefs(`echo ${TOKEN} > a`)).toEqual([`write ${WORKSPACE}/a`, 'expose github-token']);
  });

  it.each([
    ["bash -c 'rm /srv/x' # tail", '/srv/x'],
    ['A=1; (cd /srv && rm x)', 'x'],
    ['bash <<E\nrm /srv/x\nE', '/srv/x'],
    ["ssh h 'rm /srv/x'", '/srv/x'],
    ['eval rm /srv/x', '/srv/x'],
    ['echo `rm /srv/x`', '/srv/x'],
    // Where the text is not written as it is run, the command that runs it is the place.
    ['eval "rm \\"/srv/x\\""', 'eval "rm \\"/srv/x\\""'],
    ['echo `echo \\`rm /srv/x\\``', '`echo \\`rm /srv/x\\``'],
  ])('%s: the deletion is placed at %s', (command, text) => {
    const effect = effectsOfCommand(command).find(({ kind }) => kind === 'delete');
    expect(command.slice(effect?.span?.start, effect?.span?.end)).toBe(text);
  });

  it('keeps what cannot be parsed beside what can', () => {
    expect(briefs('|&')).toEqual(['dynamic syntax']);
    expect(briefs("rm /srv/x 'open")).toContain('dynamic syntax');
    expect(briefs("bash -c 'rm /srv/x; |& ls'")).toEqual(['dynamic syntax', 'delete /srv/x']);
    expect(briefs('')).toEqual([]);
  });
});

describe('limits are effects', () => {
  it.each([
    ['a command that is too long', 'a'.repeat(COMMAND_LENGTH_MAX + 1)],
    ['nesting that is too deep', `${'$('.repeat(150)}a${')'.repeat(150)}`],
    ['scripts in scripts that are too deep', `${'eval '.repeat(SCRIPT_DEPTH_MAX + 1)} ls`],
    ['wrappers in wrappers without end', 'env nice '.repeat(20_000)],
    ['code that is read again and again', 'eval '.repeat(52_000)],
    ['processes in processes', `${'xargs find . -exec '.repeat(SCRIPT_DEPTH_MAX)} ls`],
    [
      'functions that multiply',
      `${Array.from({ length: 24 }, (_, index) => `f${index}() { f${index + 1}; f${index + 1}; f${index + 1}; }`).join(
        '; ',
      )}; f0`,
    ],
    [
      'values that multiply',
      `${Array.from({ length: 6 }, (_, index) => `for v${index} in a b c; do :; done`).join('; ')}; x $v0$v1$v2$v3$v4$v5`,
    ],
    ['more effects than are kept', Array.from({ length: EFFECT_COUNT_MAX + 5 }, (_, index) => `r${index}`).join('\n')],
    ['code that is too long', `python -c '${'a=1;'.repeat(20_000)}'`],
  ])('%s', (_name, command) => {
    // That it comes back at all is half of it; the runner's own time-out is the bound, as machines differ.
    expect(briefs(command)).toContain('dynamic limit');
  });

  it('keeps at most EFFECT_COUNT_MAX effects', () => {
    const command = Array.from({ length: EFFECT_COUNT_MAX + 5 }, (_, index) => `r${index}`).join('\n');
    const patient = createEffectsOf({
      parseShell,
      resolveLinks,
      home: HOME,
      temporaryDirectories: ['/tmp'],
      nowMs: () => 0,
    });
    expect(patient({ ...BASE, kind: 'shell', command, background: false })).toHaveLength(EFFECT_COUNT_MAX);
  });

  it('stops when the time is up, and says so', () => {
    let now = 0;
    const slow = createEffectsOf({
      parseShell,
      resolveLinks,
      home: HOME,
      temporaryDirectories: ['/tmp'],
      nowMs: () => (now += 200),
    });
    const effects = slow({ ...BASE, kind: 'shell', command: 'ls /srv;'.repeat(2_000), background: false });
    expect(effects).toContainEqual({ kind: 'dynamic', cause: 'limit', detail: 'more commands than are looked at' });
  });

  it('does not let a text grow without end', () => {
    expect(briefs(`X=aaaaaaaaaaaaaaaa; ${'X=$X$X; '.repeat(40)} $X`)).toEqual(['dynamic limit']);
    expect(programsOf('f() { f; }; f')).toEqual([]);
  });

  it.each([
    'rm -rf /srv/x;',
    'A=$A/x; rm $A;',
    'f() { rm a; }; f; ',
    'cd a && ',
    'echo a | ',
    'echo "$(ls)" ',
    'a{b,c}',
    'sudo ',
    'env A=1 ',
    'x=1 ',
    '*/',
    'xargs ',
    '<a ',
    "'a' ",
    '"a',
    'if a; then b; fi; ',
    'python -c "print(1)";',
    'cat <<E\nE\n',
  ])('a large text of %j is answered in bounded time', (piece) => {
    const command = piece.repeat(Math.floor(COMMAND_LENGTH_MAX / piece.length));
    expect(effectsOfCommand(command).length).toBeLessThanOrEqual(EFFECT_COUNT_MAX);
  });
});
