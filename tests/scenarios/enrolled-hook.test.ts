import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import type { InstalledHook } from '#agents/install.ts';
import type { HookEnd } from '#agents/simulate.ts';
import { INSTALLERS } from '#apps/cli/hook/agents.ts';
import { commandPayload } from '#apps/cli/hook/canary.ts';
import { runHookCommand, runPlugin } from '#apps/cli/hook/run-hook.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import type { Server } from '#apps/server/compose.ts';
import { OPERATOR } from '#apps/server/tokens.ts';
import { startOwnServer } from '../support/own-server.ts';
import { until } from '../support/server-process.ts';

/** A process of Node is started for each renewal, on a machine that may be slow. */
const PATIENCE_MS = 240_000;
const HARMLESS = 'ls';
/** An opaque token, a signed one, a private key. */
const SECRETS = /acgs_[\w-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]+|PRIVATE KEY/;

const root = mkdtempSync(join(tmpdir(), 'acgs-enrolled-hook-'));
const project = join(root, 'project');
mkdirSync(project);
const state = join(root, 'state');
const hookHome = join(root, '.config', 'acgs', 'hook');
const env = { HOME: root, PATH: process.env['PATH'] ?? '', ACGS_HOME: state };
let server: Server;
let operator: string;

beforeAll(async () => {
  server = await startOwnServer({ home: state });
  operator = await createTokenFile(join(state, 'tokens.json')).issue(OPERATOR, Date.now(), 86_400_000);
}, PATIENCE_MS);

afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
}, PATIENCE_MS);

async function acgs(...argv: string[]): Promise<string> {
  const io = createRecordedIo({ cwd: project, env: { ...env, ACGS_URL: server.address, ACGS_TOKEN: operator } });
  const code = await run(argv, io);
  const { out, err } = io.written();
  if (code !== 0) throw new Error(`acgs ${argv.join(' ')}: ${code} ${err}`);
  return out;
}

async function enrol(kind: string, folder: string): Promise<void> {
  const invited = JSON.parse(await acgs('agent', 'invite', `my-${kind}`, '--agent', kind, '--json'));
  await acgs('agent', 'enrol', invited.code, '--folder', folder);
}

const install = (kind: string, ...more: string[]) =>
  acgs('hook', 'install', kind, '--endpoint', server.address, ...more);

/** What the installed hook says to an agent that wants to list a folder. */
async function ask(kind: 'claude-code' | 'opencode'): Promise<HookEnd> {
  const places = { platform: 'linux', home: root, project, env } as const;
  const file = INSTALLERS[kind].settingsFile('user', places);
  if (!file.ok) throw new Error(file.refusal.message);
  if (kind === 'opencode') {
    const input = { tool: 'bash', sessionID: 's', callID: 'c' };
    return runPlugin(file.value, { input, args: { command: HARMLESS }, directory: project });
  }
  const read = INSTALLERS[kind].read(readFileSync(file.value, 'utf8'));
  const hook: InstalledHook | undefined = read.ok ? read.value.find(({ event }) => event === 'PreToolUse') : undefined;
  if (hook === undefined) throw new Error('no hook is installed');
  const payload = JSON.stringify(commandPayload(kind, HARMLESS, project, 's'));
  return runHookCommand(hook, { payload, cwd: project, env, timeoutMs: PATIENCE_MS });
}

function isAllowed(end: HookEnd): boolean {
  return end.kind === 'exited' && end.code === 0 && !end.stderr.includes('did not decide');
}

const tokenIn = (folder: string) => readFileSync(join(folder, 'token'), 'utf8').split('\n', 1)[0] ?? '';
/** The token as it would be after so much time: renewal is due, or it is over. */
function age(folder: string, dueS: number, expiresS: number, token = tokenIn(folder)): void {
  const nowS = Math.floor(Date.now() / 1000);
  writeFileSync(join(folder, 'token'), `${token}\n${nowS + dueS} ${nowS + expiresS}\n`, { mode: 0o600 });
}

/** Every file in a folder and below, with what is in it. */
function files(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'utf8')]);
}

describe.each(['claude-code', 'opencode'] as const)('a hook of %s with the key of an enrolled agent', (kind) => {
  const folder = join(root, `agent-of-${kind}`);

  it(
    'leaves no secret in its folder, not even the one that was installed before',
    async () => {
      await install(kind);
      const leftBefore = files(hookHome).filter(([, text]) => SECRETS.test(text));
      expect(leftBefore.map(([path]) => path)).toEqual([join(hookHome, kind, 'token')]);
      await enrol(kind, folder);
      expect(await install(kind, '--agent-folder', folder)).toContain('renewed with the key in');
      expect(files(hookHome).filter(([, text]) => SECRETS.test(text))).toEqual([]);
      expect(isAllowed(await ask(kind))).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'fetches the next token beside the action while there is time, and waits for it when there is none',
    async () => {
      const first = tokenIn(folder);
      age(folder, -1, 120);
      expect(isAllowed(await ask(kind))).toBe(true);
      await until(async () => tokenIn(folder) !== first, PATIENCE_MS);

      const second = tokenIn(folder);
      age(folder, -120, -1, 'over');
      expect(isAllowed(await ask(kind))).toBe(true);
      expect([first, second, 'over']).not.toContain(tokenIn(folder));
    },
    PATIENCE_MS,
  );

  it(
    'blocks when its token is over and there is no other, and when nothing says how old it is',
    async () => {
      await acgs('agent', 'suspend', `my-${kind}`, '--why', 'a test');
      for (const spoil of [
        () => age(folder, -120, -1),
        () => writeFileSync(join(folder, 'token'), `${tokenIn(folder)}\n`, { mode: 0o600 }),
        () => rmSync(join(folder, 'token')),
      ]) {
        spoil();
        const end = await ask(kind);
        expect(isAllowed(end)).toBe(false);
        expect(JSON.stringify(end)).toContain('has expired and could not be renewed');
      }
      await acgs('agent', 'reinstate', `my-${kind}`, '--why', 'over');
      expect(isAllowed(await ask(kind))).toBe(true);
    },
    PATIENCE_MS,
  );
});

describe('an agent’s key', () => {
  it(
    'is changed on demand and by its age, and hooks go on',
    async () => {
      const folder = join(root, 'agent-of-claude-code');
      const key = () => readFileSync(join(folder, 'key.pem'), 'utf8');
      const keys = [key()];
      await acgs('agent', 'rotate', '--folder', folder);
      keys.push(key());
      expect(isAllowed(await ask('claude-code'))).toBe(true);
      const described = JSON.parse(readFileSync(join(folder, 'agent.json'), 'utf8'));
      writeFileSync(
        join(folder, 'agent.json'),
        JSON.stringify({ ...described, keySinceMs: Date.now() - 31 * 86_400_000 }),
      );
      age(folder, -120, -1);
      expect(isAllowed(await ask('claude-code'))).toBe(true);
      await until(async () => key() !== keys[1], PATIENCE_MS);
      keys.push(key());
      expect(new Set(keys).size).toBe(3);
      expect((await acgs('agent', 'refresh', '--folder', folder)).trim()).toMatch(/is good for \d+ s$/);
    },
    PATIENCE_MS,
  );
});
