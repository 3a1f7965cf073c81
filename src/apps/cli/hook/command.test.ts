import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHookCommands } from '#apps/cli/hook/command.ts';
import { readText } from '#apps/cli/hook/files.ts';
import type { CliIo } from '#apps/cli/io.ts';

let server: Server;
let endpoint: string;
/** What the server says to the canary. */
let verdict: 'allow' | 'deny' | 'ask';
let root: string;
let issued: string[];

const BODIES: Readonly<Record<string, Record<typeof verdict, string>>> = {
  'claude-code': {
    allow: '',
    deny: '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"never the root"}}',
    ask: '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"ask","permissionDecisionReason":"who says so"}}',
  },
  opencode: { allow: '{"decision":"allow"}', deny: '{"decision":"deny","reason":"never the root"}', ask: '{}' },
};

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      const agent = request.url?.split(/[/?]/)[3] ?? '';
      const body = BODIES[agent]?.[verdict] ?? '';
      response.writeHead(200, { 'ACGS-Verdict': verdict, 'ACGS-Body-Bytes': Buffer.byteLength(body) }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => {
  server.close();
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'acgs-cli-hook-'));
  await mkdir(join(root, 'project'));
  issued = [];
  verdict = 'deny';
});
afterEach(() => rm(root, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function acgsHook(args: string, env: Readonly<Record<string, string | undefined>> = {}): Promise<Ran> {
  let [out, err] = ['', ''];
  const io: CliIo = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    columns: 80,
    colour: false,
    cwd: join(root, 'project'),
    env: { HOME: root, PATH: process.env['PATH'], ...env },
    readStdin: async () => '',
  };
  const command = createHookCommands(io, {
    endpoint,
    systemRoot: join(root, 'system'),
    issueToken: async (agent) => {
      issued.push(agent);
      return `token-of-${agent}-${issued.length}`;
    },
  });
  for (const one of [command, ...command.commands])
    one.exitOverride().configureOutput({ writeErr: io.err, writeOut: io.out });
  try {
    await command.parseAsync(args.split(' '), { from: 'user' });
    return { code: 0, out, err };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { code: error.exitCode, out, err };
  }
}

const claude = () => join(root, '.claude/settings.json');
const hookHome = () => join(root, '.config/acgs/hook');
async function mode(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

describe('acgs hook install', () => {
  it('writes nothing over settings that it cannot read', async () => {
    await mkdir(join(root, '.claude'));
    await writeFile(claude(), '{"hooks": ');
    expect(await acgsHook('install claude-code')).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing was changed'),
    });
    expect(await readText(claude())).toBe('{"hooks": ');
    expect([issued, await readText(join(hookHome(), 'acgs-hook'))]).toEqual([[], undefined]);
  });

  it.each([
    ['install opencode --managed', 'no plugins for a whole machine'],
    ['install claude-code --endpoint http://example.com:8005', 'plain text stays on this machine'],
    ['install claude-code --token-file missing', 'there is no token file'],
    ['install claude-code --deadline 0', 'whole number'],
    ['install claude-code --user --project', 'cannot be used with'],
    ['install nobody', 'Allowed choices'],
  ])('%s: refused', async (args, message) => {
    const { code, err } = await acgsHook(args);
    expect([code > 0, err]).toEqual([true, expect.stringContaining(message)]);
    expect(await readText(join(hookHome(), 'acgs-hook'))).toBeUndefined();
  });

  it('refuses without a home, and a token file that others may read or that holds none', async () => {
    expect(await acgsHook('install claude-code', { HOME: undefined })).toMatchObject({ code: 2 });
    await writeFile(join(root, 'project/token'), 'abc\n', { mode: 0o644 });
    expect(await acgsHook('install claude-code --token-file token')).toMatchObject({
      code: 2,
      err: expect.stringContaining('chmod 600'),
    });
    await writeFile(join(root, 'project/token'), 'a b\n');
    await chmod(join(root, 'project/token'), 0o600);
    expect(await acgsHook('install claude-code --token-file token')).toMatchObject({
      code: 2,
      err: expect.stringContaining('characters'),
    });
  });

  it('--dry-run shows the difference and changes nothing', async () => {
    await mkdir(join(root, '.claude'));
    await writeFile(claude(), '{\n  "model": "opus"\n}\n');
    const { code, out } = await acgsHook('install claude-code --dry-run');
    expect(code).toBe(0);
    expect(out).toContain('-   "model": "opus"\n+   "model": "opus",\n+   "hooks": {');
    expect([await readText(claude()), issued]).toEqual(['{\n  "model": "opus"\n}\n', []]);
  });

  it('installs the client, the settings and a token of its own, readable by nobody else', async () => {
    const { code, out } = await acgsHook('install claude-code');
    expect([code, out]).toEqual([0, expect.stringContaining('is governed')]);
    const folder = join(hookHome(), 'claude-code');
    expect(await readText(join(folder, 'token'))).toBe('token-of-claude-code-1\n');
    expect(await readText(join(folder, 'endpoint'))).toBe(`${endpoint}\n`);
    expect([await mode(join(folder, 'token')), await mode(folder), await mode(join(hookHome(), 'acgs-hook'))]).toEqual([
      0o600, 0o700, 0o755,
    ]);
    expect(await readFile(claude(), 'utf8')).toContain(`/bin/sh '${hookHome()}/acgs-hook' claude-code PreToolUse`);
  });

  it('keeps the token when it is installed again, and names a token file where one is given', async () => {
    await acgsHook('install claude-code');
    expect((await acgsHook('install claude-code')).out).toContain('(unchanged)');
    expect(issued).toEqual(['claude-code']);
    await acgsHook('install claude-code --token-file ~/tokens/claude');
    expect(await readText(join(hookHome(), 'claude-code/token-file'))).toBe('~/tokens/claude\n');
    expect(await readText(join(hookHome(), 'claude-code/token'))).toBeUndefined();
  });

  it("a project's settings name the client by $HOME, unless it is elsewhere", async () => {
    const file = join(root, 'project/.cursor/hooks.json');
    expect((await acgsHook('install cursor --project')).out).toContain('is blocked');
    expect(await readText(file)).toContain('/bin/sh \\"$HOME/.config/acgs/hook/acgs-hook\\" cursor preToolUse');
    await acgsHook('install cursor --project', { XDG_CONFIG_HOME: join(root, "it's") });
    expect(await readText(file)).toContain(`/bin/sh '${root}/it'\\\\''s/acgs/hook/acgs-hook' cursor preToolUse`);
  });

  it('--managed installs for the machine, readable by all', async () => {
    const { code, out } = await acgsHook('install codex --managed');
    expect([code, out]).toEqual([0, expect.stringContaining('readable by root alone')]);
    const file = join(root, 'system/etc/codex/requirements.toml');
    expect(await readText(file)).toContain(`managed_dir = "${root}/system/etc/acgs/hook"`);
    expect([await mode(file), await mode(join(root, 'system/etc/acgs/hook/codex'))]).toEqual([0o644, 0o755]);
  });

  it.each([
    ['codex', 'type /hooks'],
    ['copilot --project', 'cloud agent'],
  ])('%s: says what it cannot do by itself', async (args, note) => {
    expect((await acgsHook(`install ${args}`)).out).toContain(note);
  });

  it('--json', async () => {
    expect(JSON.parse((await acgsHook('install claude-code --json')).out)).toEqual({
      agent: 'claude-code',
      scope: 'user',
      settingsFile: claude(),
      changed: true,
      dryRun: false,
    });
  });
});

describe('acgs hook remove', () => {
  const ODD = '{"hooks":{},\n\n      "model" : "opus" }';

  it('gives back every byte of settings that nobody has touched since, also after two installations', async () => {
    await mkdir(join(root, '.claude'));
    await writeFile(claude(), ODD, { mode: 0o600 });
    await acgsHook('install claude-code');
    await acgsHook('install claude-code --deadline 5');
    expect((await acgsHook('remove claude-code')).out).toContain('byte for byte');
    expect([await readText(claude()), await mode(claude())]).toEqual([ODD, 0o600]);
    expect(await readText(join(hookHome(), 'claude-code/token'))).toBeUndefined();
  });

  it('takes only its own entries out of settings that somebody has touched', async () => {
    await acgsHook('install claude-code');
    const settings = JSON.parse((await readText(claude())) ?? '');
    settings.hooks.PreToolUse.push({ hooks: [{ type: 'command', command: 'mine' }] });
    await writeFile(claude(), JSON.stringify({ ...settings, model: 'opus' }));
    expect((await acgsHook('remove claude-code --json')).out).toContain('"undone":"entries"');
    expect(JSON.parse((await readText(claude())) ?? '')).toEqual({
      hooks: { PreToolUse: [{ hooks: [{ type: 'command', command: 'mine' }] }] },
      model: 'opus',
    });
  });

  it('removes a file that it made, and leaves the client while other settings use it', async () => {
    await acgsHook('install claude-code');
    await acgsHook('install claude-code --project');
    await acgsHook('remove claude-code');
    expect(await readText(claude())).toBeUndefined();
    expect(await readText(join(hookHome(), 'claude-code/token'))).toBe('token-of-claude-code-1\n');
    await acgsHook('remove claude-code --project');
    expect(await readText(join(hookHome(), 'claude-code/token'))).toBeUndefined();
  });

  it('--dry-run changes nothing; without an installation there is nothing to do', async () => {
    await acgsHook('install cursor');
    expect((await acgsHook('remove cursor --dry-run')).out).toMatch(/^- /m);
    expect(await readText(join(root, '.cursor/hooks.json'))).toContain('acgs-hook');
    expect((await acgsHook('remove gemini-cli')).out).toContain('nothing of ACGS');
  });

  it('refuses settings that are malformed by now', async () => {
    await acgsHook('install claude-code');
    await writeFile(claude(), 'oops');
    expect(await acgsHook('remove claude-code')).toMatchObject({ code: 2 });
    expect(await readText(claude())).toBe('oops');
  });

  it('follows a symlink and leaves it one', async () => {
    await mkdir(join(root, '.claude'));
    await writeFile(join(root, 'dotfile.json'), '{}\n');
    await symlink(join(root, 'dotfile.json'), claude());
    await acgsHook('install claude-code');
    expect(await readText(join(root, 'dotfile.json'))).toContain('acgs-hook');
  });
});

describe('acgs hook status', () => {
  it('lists what is installed, also in a repository that was cloned', async () => {
    expect((await acgsHook('status')).out).toContain('no agent is governed');
    await acgsHook('install claude-code');
    await acgsHook('install cursor --project');
    await rm(hookHome(), { recursive: true });
    const { out } = await acgsHook('status');
    expect(out).toMatch(/claude-code +user/);
    expect(out).toMatch(/cursor +project/);
    expect(JSON.parse((await acgsHook('status --json')).out)).toHaveLength(2);
  });
});

describe('acgs hook doctor', () => {
  it('says that nothing is installed', async () => {
    expect(await acgsHook('doctor')).toMatchObject({ code: 1, err: expect.stringContaining('no hook is installed') });
    expect(await acgsHook('doctor codex')).toMatchObject({ code: 1, err: expect.stringContaining('for codex') });
  });

  it('a canary that is allowed or only asked about is a failure', async () => {
    await acgsHook('install claude-code');
    for (const [told, problem] of [
      ['allow', 'would have run'],
      ['ask', 'only have been asked about'],
    ] as const) {
      verdict = told;
      expect(await acgsHook('doctor')).toMatchObject({ code: 1, out: expect.stringContaining(problem) });
    }
  });

  it('a server that cannot be reached is told from a decision, although both block', async () => {
    await acgsHook('install claude-code --endpoint unix:/nonexistent/acgs.sock');
    const { code, out } = await acgsHook('doctor');
    expect([code, out]).toEqual([
      4,
      expect.stringMatching(/decided: no; the canary would be: blocked[\s\S]*cannot be reached/),
    ]);
  });

  it('finds an event that is gone, a client that was changed and settings that are gone', async () => {
    await acgsHook('install claude-code');
    const settings = JSON.parse((await readText(claude())) ?? '');
    delete settings.hooks.UserPromptSubmit;
    await writeFile(claude(), JSON.stringify(settings));
    expect(await acgsHook('doctor')).toMatchObject({
      code: 1,
      out: expect.stringContaining('UserPromptSubmit is not registered'),
    });
    delete settings.hooks.PreToolUse;
    await writeFile(claude(), JSON.stringify(settings));
    expect(await acgsHook('doctor')).toMatchObject({
      code: 1,
      out: expect.stringContaining('PreToolUse is not registered'),
    });
    await acgsHook('install claude-code');
    await writeFile(join(hookHome(), 'acgs-hook'), '#!/bin/sh\nexit 0\n');
    expect(await acgsHook('doctor')).toMatchObject({
      code: 1,
      out: expect.stringContaining('not the client of this version'),
    });
    await writeFile(claude(), 'oops');
    expect(await acgsHook('doctor')).toMatchObject({ code: 1, out: expect.stringContaining('not valid JSON') });
    await rm(claude());
    expect(await acgsHook('doctor')).toMatchObject({ code: 1, out: expect.stringContaining('is gone') });
  });

  it('shows that the canary was seen, decided and blocked, for a command and a plugin', async () => {
    await acgsHook('install claude-code');
    await acgsHook('install opencode');
    const { code, out } = await acgsHook('doctor');
    expect(code).toBe(0);
    expect(out).toMatch(/ok {3}claude-code[\s\S]*decided: yes; the canary would be: blocked[\s\S]*never the root/);
    expect(out).toMatch(/ok {3}opencode/);
    expect(JSON.parse((await acgsHook('doctor opencode --json')).out)).toMatchObject([
      { agent: 'opencode', decided: true, fate: 'blocked', problems: [] },
    ]);
  });
});
