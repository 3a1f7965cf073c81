import fc from 'fast-check';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { claudeCodeInstaller } from '#agents/claude-code/install.ts';
import { codexInstaller } from '#agents/codex/install.ts';
import { copilotInstaller } from '#agents/copilot/install.ts';
import { cursorInstaller } from '#agents/cursor/install.ts';
import { geminiCliInstaller } from '#agents/gemini-cli/install.ts';
import { HOOK_SCOPES, type HookInstaller, type InstallPlan } from '#agents/install.ts';
import { openCodeInstaller, PLUGIN_MARK } from '#agents/opencode/install.ts';
import type { Result } from '#domain/result.ts';

const PLAN: InstallPlan = {
  client: "'/home/dev/.config/acgs/hook/acgs-hook'",
  hookHome: '/home/dev/.config/acgs/hook',
  deadlineS: 50,
  scope: 'user',
  plugin: `${PLUGIN_MARK}\nconst FOLDER = '';\n`,
};
const MANAGED: InstallPlan = {
  ...PLAN,
  client: "'/etc/acgs/hook/acgs-hook'",
  hookHome: '/etc/acgs/hook',
  scope: 'managed',
};
const JSON_INSTALLERS = [claudeCodeInstaller, codexInstaller, cursorInstaller, geminiCliInstaller, copilotInstaller];

describe.each(JSON_INSTALLERS.map((installer) => [installer.agent, installer] as const))('%s', (agent, installer) => {
  it.each([
    ['no JSON', '{"hooks": '],
    ['a trailing comma', '{"a": 1,}'],
    ['a list', '[]'],
    ['text', 'hello'],
    ['hooks that are no object', '{"hooks": []}'],
    ['an event that is no list', `{"hooks": {"${installer.events[0]?.name}": {}}}`],
    ['a key twice', '{"hooks": {}, "hooks": {}}'],
    ['an event twice', '{"hooks": {"X": [], "X": []}}'],
    ['text behind the object', '{} {}'],
  ])('refuses settings with %s, for installation and removal', (_, existing) => {
    for (const result of [
      installer.install(existing, PLAN),
      installer.remove(existing, 'user'),
      installer.read(existing),
    ]) {
      expect(result).toMatchObject({ ok: false, refusal: { code: 'settings-malformed' } });
    }
  });

  it('registers every event, with a timeout above the deadline, and a block for a client that cannot run', () => {
    const hooks = must(installer.read(must(installer.install(undefined, PLAN))));
    expect(hooks.map(({ event }) => event)).toEqual(installer.events.map(({ name }) => name));
    for (const { event, command, timeoutMs = 0 } of hooks) {
      const decides = installer.events.find(({ name }) => name === event)?.decides === true;
      expect(command).toContain(`/bin/sh '/home/dev/.config/acgs/hook/acgs-hook' ${agent} ${event}`);
      expect(command.includes(' || ')).toBe(decides);
      expect(timeoutMs).toBeGreaterThan(decides ? PLAN.deadlineS * 1000 : 5000);
    }
  });

  it('leaves nothing of a file that it made', () => {
    expect(installer.remove(must(installer.install(undefined, PLAN)), 'user')).toEqual({
      ok: true,
      value: undefined,
    });
  });

  it('keeps the entries of others, in their place', () => {
    const event = installer.events[0]?.name ?? '';
    const theirs = {
      command: '/usr/local/bin/their-hook',
      hooks: [{ type: 'command', command: './acgs-hook-lookalike' }],
    };
    const existing = JSON.stringify(
      { version: 1, hooks: { [event]: [theirs], Else: [theirs] }, other: { a: [1] } },
      null,
      4,
    );
    const installed = must(installer.install(existing, PLAN));
    const settings = JSON.parse(installed);
    expect(settings).toMatchObject({ other: { a: [1] }, hooks: { Else: [theirs] } });
    expect(settings.hooks[event][0]).toEqual(theirs);
    expect(installer.remove(installed, 'user')).toEqual({ ok: true, value: existing });
  });

  it('replaces its own entries when the plan has changed', () => {
    const installed = must(installer.install('{"a": 1}', PLAN));
    const again = must(installer.install(installed, { ...PLAN, deadlineS: 5 }));
    expect(again).toBe(must(installer.install('{"a": 1}', { ...PLAN, deadlineS: 5 })));
  });

  it('does not touch settings that have nothing of ACGS', () => {
    const existing = '{ "hooks": {"Stop": [ ] } }';
    expect(installer.remove(existing, 'user')).toEqual({ ok: true, value: existing });
  });

  it('property: installing twice is installing once, and removing gives back every byte', () => {
    fc.assert(
      fc.property(settingsText(installer), (existing) => {
        const installed = must(installer.install(existing, PLAN));
        expect(installer.install(installed, PLAN)).toEqual({ ok: true, value: installed });
        expect(Object.keys(JSON.parse(installed)).slice(0, Object.keys(JSON.parse(existing)).length)).toEqual(
          Object.keys(JSON.parse(existing)),
        );
        expect(installer.remove(installed, 'user')).toEqual({ ok: true, value: existing });
      }),
      { numRuns: 60 },
    );
  });
});

/** Settings as people have them: any indentation and line ends, with others' hooks, and without empty objects of ours. */
function settingsText(installer: HookInstaller) {
  const theirs = fc.record({ command: fc.string().map((text) => `their ${text}`), timeout: fc.nat(99) });
  const event = fc.constantFrom('Else', ...installer.events.map(({ name }) => name));
  const hooks = fc.dictionary(event, fc.array(theirs, { minLength: 1, maxLength: 3 }), { minKeys: 1, maxKeys: 4 });
  const rest = fc.dictionary(
    fc.string({ minLength: 1 }).filter((key) => !RESERVED.has(key)),
    fc.jsonValue({ maxDepth: 2 }),
    {
      minKeys: 1,
      maxKeys: 4,
    },
  );
  return fc
    .tuple(
      fc.option(hooks, { nil: undefined }),
      rest,
      fc.constantFrom(undefined, 1, 2, 4, '\t'),
      fc.constantFrom('', '\n'),
      fc.boolean(),
    )
    .map(([found, others, indent, end, crlf]) => {
      const value = { ...others, ...(found === undefined ? {} : { hooks: found }), version: 1 };
      const text = JSON.stringify(value, undefined, indent) + end;
      return crlf && indent !== undefined ? text.replaceAll('\n', '\r\n') : text;
    });
}
const RESERVED = new Set(['hooks', 'version', 'tools', 'hooksConfig', 'disableAllHooks', '__proto__']);

describe('what closes an agent', () => {
  it('Claude Code: onFailure in every event that decides', () => {
    const hooks = must(claudeCodeInstaller.read(must(claudeCodeInstaller.install(undefined, PLAN))));
    expect(hooks.filter(({ failClosed }) => failClosed).map(({ event }) => event)).toEqual([
      'UserPromptSubmit',
      'PreToolUse',
      'PermissionRequest',
    ]);
  });

  it('Claude Code, managed: no other hooks, no bypass mode; both go with the removal', () => {
    const installed = must(claudeCodeInstaller.install(undefined, MANAGED));
    expect(JSON.parse(installed)).toMatchObject({
      allowManagedHooksOnly: true,
      permissions: { disableBypassPermissionsMode: 'disable' },
    });
    expect(claudeCodeInstaller.remove(installed, 'managed')).toEqual({ ok: true, value: undefined });
  });

  it("Claude Code, user: a person's own settings of that name stay", () => {
    const own = '{\n  "permissions": {\n    "disableBypassPermissionsMode": "disable"\n  }\n}\n';
    expect(claudeCodeInstaller.remove(must(claudeCodeInstaller.install(own, PLAN)), 'user')).toEqual({
      ok: true,
      value: own,
    });
  });

  it.each([
    [claudeCodeInstaller, MANAGED, '{"allowManagedHooksOnly": false}'],
    [claudeCodeInstaller, MANAGED, '{"permissions": []}'],
    [claudeCodeInstaller, PLAN, '{"disableAllHooks": true}'],
    [copilotInstaller, PLAN, '{"version": 1, "disableAllHooks": true}'],
    [cursorInstaller, PLAN, '{"version": 2}'],
    [geminiCliInstaller, PLAN, '{"hooksConfig": {"enabled": false}}'],
  ])('refuses settings that contradict it (%#)', (installer, plan, existing) => {
    expect(installer.install(existing, plan)).toMatchObject({ ok: false, refusal: { code: 'settings-conflict' } });
  });

  it('Cursor: failClosed in every event that decides', () => {
    const { hooks } = JSON.parse(must(cursorInstaller.install(undefined, PLAN)));
    for (const { name, decides } of cursorInstaller.events)
      expect(hooks[name][0].failClosed).toBe(decides ? true : undefined);
  });

  it('Gemini CLI: milliseconds, and comments are kept', () => {
    const existing = '{\n  // mine\n  "a": 1 // one\n}\n';
    const installed = must(geminiCliInstaller.install(existing, PLAN));
    expect(installed).toContain('"timeout": 60000');
    expect(geminiCliInstaller.remove(installed, 'user')).toEqual({ ok: true, value: existing });
    expect(claudeCodeInstaller.install(existing, PLAN)).toMatchObject({ ok: false });
  });

  it('Copilot: timeoutSec above the deadline, since its timeouts let the action run', () => {
    const { hooks } = JSON.parse(must(copilotInstaller.install(undefined, PLAN)));
    expect(hooks.preToolUse[0]).toMatchObject({ type: 'command', timeoutSec: 60 });
  });
});

describe('Codex, managed', () => {
  const install = (existing: string | undefined) => codexInstaller.install(existing, MANAGED);

  it.each([
    ['no TOML', 'a = '],
    ['user hooks that are wanted', 'allow_managed_hooks_only = false\n'],
    ['hooks that are off', '[features]\nhooks = false\n'],
    ['another folder', '[hooks]\nmanaged_dir = "/opt/company"\n'],
    ['an inline table', 'features = { web = true }\n'],
    ['dotted keys', 'features.web = true\n'],
  ])('refuses %s', (_, existing) => {
    expect(install(existing)).toMatchObject({ ok: false });
  });

  it.each([
    ['nothing', undefined],
    ['other requirements', 'allowed_approval_policies = ["on-request"]\n\n[rules]\nprefix_rules = []'],
    [
      'tables of its own',
      '# ours\n[features] # some\nweb = true\n\n[hooks]\n\n[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "audit"\n',
    ],
    [
      'the same settings already',
      'allow_managed_hooks_only = true\n[features]\nhooks = true\n[hooks]\nmanaged_dir = "/etc/acgs/hook"\n',
    ],
  ])('is put beside %s, once, and taken out to the byte', (_, existing) => {
    const installed = must(install(existing));
    expect(parseToml(installed)).toMatchObject({
      allow_managed_hooks_only: true,
      features: { hooks: true },
      hooks: { managed_dir: '/etc/acgs/hook' },
    });
    expect(
      must(codexInstaller.read(installed))
        .map(({ event }) => event)
        .sort(),
    ).toEqual(codexInstaller.events.map(({ name }) => name).sort());
    expect(install(installed)).toEqual({ ok: true, value: installed });
    const removed = must(codexInstaller.remove(installed, 'managed'));
    expect((removed ?? '').trimEnd()).toBe((existing ?? '').trimEnd());
  });

  it('finds nothing in requirements without hooks, and refuses to read what is no TOML', () => {
    expect(codexInstaller.read('a = 1\n')).toEqual({ ok: true, value: [] });
    expect(codexInstaller.read('a = ')).toMatchObject({ ok: false });
    expect(codexInstaller.remove('a = ', 'managed')).toMatchObject({ ok: false });
  });
});

describe('OpenCode', () => {
  it('does not overwrite a plugin of somebody else', () => {
    expect(openCodeInstaller.install('export const Mine = 1;', PLAN)).toMatchObject({ ok: false });
    expect(openCodeInstaller.remove('export const Mine = 1;', 'user')).toMatchObject({ ok: false });
    expect(openCodeInstaller.read('export const Mine = 1;')).toEqual({ ok: true, value: [] });
  });

  it('writes the settings folder into the plugin, whatever its name', () => {
    const hookHome = '/home/$&/"quoted"';
    const installed = must(openCodeInstaller.install(undefined, { ...PLAN, hookHome }));
    expect(installed).toContain(`const FOLDER = ${JSON.stringify(`${hookHome}/opencode`)};`);
    expect(openCodeInstaller.install(installed, { ...PLAN, hookHome })).toEqual({ ok: true, value: installed });
    expect(openCodeInstaller.remove(installed, 'user')).toEqual({ ok: true, value: undefined });
  });
});

describe('where settings are', () => {
  const places = { platform: 'linux', home: '/home/dev', project: '/src/shop', env: {} } as const;

  it('is as documented', () => {
    const all = [...JSON_INSTALLERS, openCodeInstaller].map((installer) => [
      installer.agent,
      ...HOOK_SCOPES.map((scope) => {
        const file = installer.settingsFile(scope, places);
        return file.ok ? file.value : file.refusal.code;
      }),
    ]);
    expect(all).toEqual([
      [
        'claude-code',
        '/src/shop/.claude/settings.json',
        '/home/dev/.claude/settings.json',
        '/etc/claude-code/managed-settings.d/50-acgs.json',
      ],
      ['codex', '/src/shop/.codex/hooks.json', '/home/dev/.codex/hooks.json', '/etc/codex/requirements.toml'],
      ['cursor', '/src/shop/.cursor/hooks.json', '/home/dev/.cursor/hooks.json', '/etc/cursor/hooks.json'],
      [
        'gemini-cli',
        '/src/shop/.gemini/settings.json',
        '/home/dev/.gemini/settings.json',
        '/etc/gemini-cli/settings.json',
      ],
      [
        'copilot',
        '/src/shop/.github/hooks/acgs.json',
        '/home/dev/.copilot/hooks/acgs.json',
        '/etc/github-copilot/policy.d/acgs.json',
      ],
      [
        'opencode',
        '/src/shop/.opencode/plugins/acgs.js',
        '/home/dev/.config/opencode/plugins/acgs.js',
        'scope-unsupported',
      ],
    ]);
  });

  it('is elsewhere on macOS, and where the environment says', () => {
    const mac = {
      ...places,
      platform: 'darwin',
      env: { CLAUDE_CONFIG_DIR: '/c', CODEX_HOME: '/x', COPILOT_HOME: '/p', XDG_CONFIG_HOME: '/o' },
    } as const;
    const file = (installer: HookInstaller, scope: (typeof HOOK_SCOPES)[number]) =>
      must(installer.settingsFile(scope, mac));
    expect(file(claudeCodeInstaller, 'managed')).toContain('/Library/Application Support/ClaudeCode/');
    expect(file(cursorInstaller, 'managed')).toContain('/Library/Application Support/Cursor/');
    expect(file(geminiCliInstaller, 'managed')).toContain('/Library/Application Support/GeminiCli/');
    expect(file(claudeCodeInstaller, 'user')).toBe('/c/settings.json');
    expect(file(codexInstaller, 'user')).toBe('/x/hooks.json');
    expect(file(copilotInstaller, 'user')).toBe('/p/hooks/acgs.json');
    expect(file(openCodeInstaller, 'user')).toBe('/o/opencode/plugins/acgs.js');
  });
});

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}
