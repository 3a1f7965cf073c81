import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { HookScope } from '#agents/install.ts';
import { readAgent } from '#apps/cli/agent/agent-folder.ts';
import { serverUrl } from '#apps/cli/connection.ts';
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
import { stateFolder } from '#apps/cli/state-folder.ts';
import type { AgentKind } from '#domain/action/action.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

export interface InstallRequest {
  readonly agent: AgentKind;
  readonly scope: HookScope;
  readonly endpoint: string;
  readonly deadlineS: number;
  readonly tokenFile?: string;
  /** Of an enrolled agent. Absent: the one of this installation's state folder, where it is of this kind. */
  readonly agentFolder?: string;
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
  /** The folder of the enrolled agent whose key renews its token. */
  readonly enrolled?: string;
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
  const given = await givenToken(request, target.value, deps.io);
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
  return ok(token.kind === 'enrolled' ? { ...report, enrolled: token.folder } : report);
}

/** The token as the command line or an earlier installation gives it; undefined when one must be issued. */
async function givenToken(
  { agent, tokenFile, agentFolder }: InstallRequest,
  target: Target,
  io: CliIo,
): Promise<Result<ClientSettings['token'] | undefined>> {
  if (tokenFile === undefined) {
    const enrolled = await enrolledToken(agent, agentFolder, io);
    if (!enrolled.ok || enrolled.value !== undefined) return enrolled;
    return ok((await hasToken(target)) ? { kind: 'keep' } : undefined);
  }
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

/** The key of an enrolled agent goes before a token that stays the same: that one is removed then. */
async function enrolledToken(
  kind: AgentKind,
  given: string | undefined,
  io: CliIo,
): Promise<Result<(ClientSettings['token'] & { readonly kind: 'enrolled' }) | undefined>> {
  const folder = given === undefined ? join(stateFolder(io), 'agent') : resolve(io.cwd, given);
  const agent = await readAgent(folder);
  if (agent?.agent !== kind) {
    if (given === undefined) return ok(undefined);
    const found = agent === undefined ? 'no agent is enrolled' : `an agent of the kind ${agent.agent} is enrolled`;
    return refuse('agent-not-enrolled', `${found} in ${folder}: run "acgs agent enrol <code> --folder ${given}"`);
  }
  return ok({ kind: 'enrolled', folder, server: serverUrl(io, agent.server) });
}

async function issued(agent: AgentKind, deps: InstallDeps): Promise<ClientSettings['token']> {
  return { kind: 'copy', token: await deps.issueToken(agent) };
}
