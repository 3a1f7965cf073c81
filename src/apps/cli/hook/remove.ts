import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HookScope } from '#agents/install.ts';
import { readText, writeText } from '#apps/cli/hook/files.ts';
import { forgetInstallation, readInstallations } from '#apps/cli/hook/installations.ts';
import { resolveTarget, type Target } from '#apps/cli/hook/target.ts';
import type { CliIo } from '#apps/cli/io.ts';
import type { AgentKind } from '#domain/action/action.ts';
import { sha256Hex } from '#domain/json.ts';
import { ok, type Result } from '#domain/result.ts';

export interface RemoveReport {
  readonly target: Target;
  readonly before: string;
  readonly after: string;
  /** `exact`: byte for byte as before the installation; `entries`: only our entries were taken out; `nothing`: there were none. */
  readonly undone: 'exact' | 'entries' | 'nothing';
}

/**
 * Takes ACGS out of an agent's settings. If nobody has touched them since, they become what they were, byte for byte;
 * otherwise our entries go and everything else stays. The settings go first, so that no hook is left without its client.
 */
export async function removeHook(
  request: { readonly agent: AgentKind; readonly scope: HookScope; readonly dryRun: boolean },
  deps: { readonly io: CliIo; readonly systemRoot: string },
): Promise<Result<RemoveReport>> {
  const target = resolveTarget(request.agent, request.scope, deps.io, deps.systemRoot);
  if (!target.ok) return target;
  const { installer, settingsFile, hookHome, agent } = target.value;
  const current = await readText(settingsFile);
  const installations = await readInstallations(hookHome, agent);
  const known = installations.find((one) => one.settingsFile === settingsFile);
  const exact = current !== undefined && known?.writtenSha256 === sha256Hex(current);
  const after = exact
    ? ok(known.before ?? undefined)
    : current === undefined
      ? ok(undefined)
      : installer.remove(current, request.scope);
  if (!after.ok) return after;
  const undone = exact ? 'exact' : after.value === current ? 'nothing' : 'entries';
  const report: RemoveReport = { target: target.value, before: current ?? '', after: after.value ?? '', undone };
  if (request.dryRun) return ok(report);
  if (after.value === undefined) await rm(settingsFile, { force: true });
  else if (after.value !== current) await writeText(settingsFile, after.value);
  if (known !== undefined) {
    const left = await forgetInstallation(hookHome, agent, settingsFile);
    // The last settings that call this agent's client are gone: so may its token.
    if (left.length === 0) await rm(join(hookHome, agent), { recursive: true, force: true });
  }
  return ok(report);
}
