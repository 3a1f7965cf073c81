import { HOOK_SCOPES, type HookScope } from '#agents/install.ts';
import { readText } from '#apps/cli/hook/files.ts';
import { readInstallations } from '#apps/cli/hook/installations.ts';
import { resolveTarget } from '#apps/cli/hook/target.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { AGENT_KINDS, type AgentKind } from '#domain/action/action.ts';

export interface ListedInstallation {
  readonly agent: AgentKind;
  readonly scope: HookScope;
  readonly settingsFile: string;
  readonly hookHome: string;
}

/**
 * What is installed: what this user and the machine remember, and what stands in the settings of this folder although
 * nobody here remembers it (a repository that was cloned).
 */
export async function listInstallations(io: CliIo, systemRoot: string): Promise<readonly ListedInstallation[]> {
  const found = new Map<string, ListedInstallation>();
  for (const agent of AGENT_KINDS) {
    for (const scope of HOOK_SCOPES) {
      const target = resolveTarget(agent, scope, io, systemRoot);
      if (!target.ok) continue;
      const { settingsFile, hookHome, installer } = target.value;
      for (const one of await readInstallations(hookHome, agent)) {
        found.set(one.settingsFile, { agent, scope: one.scope, settingsFile: one.settingsFile, hookHome });
      }
      const text = await readText(settingsFile);
      const hooks = text === undefined ? undefined : installer.read(text);
      if (hooks?.ok === true && hooks.value.length > 0 && !found.has(settingsFile)) {
        found.set(settingsFile, { agent, scope, settingsFile, hookHome });
      }
    }
  }
  return [...found.values()];
}
