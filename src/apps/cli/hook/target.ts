import { join } from 'node:path';
import type { HookInstaller, HookScope, InstallRefusalCode, Places } from '#agents/install.ts';
import { INSTALLERS } from '#apps/cli/hook/agents.ts';
import type { CliIo } from '#apps/cli/io.ts';
import type { AgentKind } from '#domain/action/action.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** One place to install into: an agent's settings of a scope, and the folder with the client. Paths are absolute. */
export interface Target {
  readonly agent: AgentKind;
  readonly scope: HookScope;
  readonly installer: HookInstaller;
  readonly settingsFile: string;
  /** `<hook home>`: the client, and a folder with settings for each agent. */
  readonly hookHome: string;
  /** The client as a word of a command line. */
  readonly client: string;
}

export type TargetRefusalCode = InstallRefusalCode | 'home-unknown';

/** `systemRoot` stands before the machine's own folders (`/etc`); it is `/` but in tests. */
export function resolveTarget(
  agent: AgentKind,
  scope: HookScope,
  io: CliIo,
  systemRoot: string,
): Result<Target, TargetRefusalCode> {
  const home = io.env.HOME;
  if (home === undefined || !home.startsWith('/')) return refuse('home-unknown', 'HOME is not set to a folder');
  const places: Places = {
    platform: process.platform === 'darwin' ? 'darwin' : 'linux',
    home,
    project: io.cwd,
    env: io.env,
  };
  const installer = INSTALLERS[agent];
  const file = installer.settingsFile(scope, places);
  if (!file.ok) return file;
  const managed = scope === 'managed';
  const hookHome = managed
    ? join(systemRoot, '/etc/acgs/hook')
    : join(io.env.XDG_CONFIG_HOME ?? join(home, '.config'), 'acgs/hook');
  return ok({
    agent,
    scope,
    installer,
    settingsFile: managed ? join(systemRoot, file.value) : file.value,
    hookHome,
    client: clientWord(scope, hookHome, home),
  });
}

/**
 * A project's settings are shared with others, whose home is another: they name it by `$HOME`. All others name the client
 * by its path, which no environment can change.
 */
function clientWord(scope: HookScope, hookHome: string, home: string): string {
  if (scope === 'project' && hookHome === join(home, '.config/acgs/hook')) return '"$HOME/.config/acgs/hook/acgs-hook"';
  return `'${join(hookHome, 'acgs-hook').replaceAll("'", "'\\''")}'`;
}
