import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HookScope } from '#agents/install.ts';
import {
  type ClientSettings,
  checkEndpoint,
  checkToken,
  findCurl,
  hasToken,
  readClientSources,
  writeClient,
} from '#apps/cli/hook/client.ts';
import { readText, writeText } from '#apps/cli/hook/files.ts';
import { rememberInstallation } from '#apps/cli/hook/installations.ts';
import { resolveTarget, type Target } from '#apps/cli/hook/target.ts';
import type { CliIo } from '#apps/cli/io.ts';
import type { AgentKind } from '#domain/action/action.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

export interface InstallRequest {
  readonly agent: AgentKind;
  readonly scope: HookScope;
  readonly endpoint: string;
  readonly deadlineS: number;
  readonly tokenFile?: string;
  readonly dryRun: boolean;
}

export interface InstallDeps {
  readonly io: CliIo;
  readonly systemRoot: string;
  issueToken(agent: AgentKind): Promise<string>;
}

export interface InstallReport {
  readonly target: Target;
  readonly before: string;
  readonly after: string;
}

/**
 * Installs the hook client for an agent. Everything is checked before anything is written, and the client is written
 * before the settings that call it: at no moment is there a hook without its client.
 */
export async function installHook(request: InstallRequest, deps: InstallDeps): Promise<Result<InstallReport>> {
  const target = resolveTarget(request.agent, request.scope, deps.io, deps.systemRoot);
  if (!target.ok) return target;
  const endpoint = checkEndpoint(request.endpoint);
  if (!endpoint.ok) return endpoint;
  const { installer, settingsFile, hookHome, client } = target.value;
  const sources = await readClientSources();
  const before = await readText(settingsFile);
  const after = installer.install(before, {
    client,
    hookHome,
    deadlineS: request.deadlineS,
    scope: request.scope,
    plugin: sources.plugin,
  });
  if (!after.ok) return after;
  const curl = await findCurl(deps.io.env.PATH);
  if (!curl.ok) return curl;
  const report: InstallReport = { target: target.value, before: before ?? '', after: after.value };
  const given = await givenToken(request.tokenFile, target.value, deps.io);
  if (!given.ok) return given;
  if (request.dryRun) return ok(report);
  const token = given.value ?? (await issued(request.agent, deps));
  if (token.kind === 'copy') {
    const checked = checkToken(token.token);
    if (!checked.ok) return checked;
  }
  await writeClient(target.value, sources.script, curl.value, {
    endpoint: endpoint.value,
    deadlineS: request.deadlineS,
    token,
  });
  await rememberInstallation(
    hookHome,
    request.agent,
    { scope: request.scope, settingsFile },
    { before, written: after.value },
  );
  // Settings of an administrator are for everybody to read; Copilot refuses ones that others could write.
  await writeText(settingsFile, after.value, request.scope === 'managed' ? 0o644 : undefined);
  return ok(report);
}

/** The token as the command line or an earlier installation gives it; undefined when one must be issued. */
async function givenToken(
  tokenFile: string | undefined,
  target: Target,
  io: CliIo,
): Promise<Result<ClientSettings['token'] | undefined>> {
  if (tokenFile === undefined) return ok((await hasToken(target)) ? { kind: 'keep' } : undefined);
  // One token per person: it is there when the hook runs, not necessarily now.
  if (tokenFile.startsWith('~/')) return ok({ kind: 'file', path: tokenFile });
  const path = tokenFile.startsWith('/') ? tokenFile : join(io.cwd, tokenFile);
  const text = await readText(path);
  if (text === undefined) return refuse('token-file-missing', `there is no token file ${path}`);
  if (((await stat(path)).mode & 0o077) !== 0) {
    return refuse('token-file-open', `others may read ${path}: chmod 600 it, or the hook will refuse it`);
  }
  const token = checkToken(text.split('\n', 1)[0] ?? '');
  return token.ok ? ok({ kind: 'file', path }) : token;
}

async function issued(agent: AgentKind, deps: InstallDeps): Promise<ClientSettings['token']> {
  return { kind: 'copy', token: await deps.issueToken(agent) };
}
