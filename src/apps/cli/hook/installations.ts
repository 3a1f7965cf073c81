import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { HOOK_SCOPES } from '#agents/install.ts';
import { readText, writeText } from '#apps/cli/hook/files.ts';
import type { AgentKind } from '#domain/action/action.ts';
import { sha256Hex } from '#domain/json.ts';

const Installation = Type.Object({
  scope: Type.Enum([...HOOK_SCOPES]),
  settingsFile: Type.String(),
  /** The settings before ACGS came; null when there was no file. */
  before: Type.Union([Type.String(), Type.Null()]),
  /** SHA-256, hex, of the settings as they were written. While the file has it, `before` is the exact undo. */
  writtenSha256: Type.String(),
});
export type Installation = Static<typeof Installation>;

const Installations = Type.Array(Installation);

/** Which settings an agent's client was installed into: for `remove`, `status` and `doctor`. Mode 0600: settings can hold secrets. */
export async function readInstallations(hookHome: string, agent: AgentKind): Promise<readonly Installation[]> {
  const text = await readText(fileOf(hookHome, agent));
  if (text === undefined) return [];
  const value: unknown = JSON.parse(text);
  if (!Value.Check(Installations, value)) throw new Error(`${fileOf(hookHome, agent)} is not a list of installations`);
  return value;
}

/** Remembers an installation. If it replaces one that nobody has touched since, its `before` stays the first one. */
export async function rememberInstallation(
  hookHome: string,
  agent: AgentKind,
  added: { readonly scope: Installation['scope']; readonly settingsFile: string },
  texts: { readonly before: string | undefined; readonly written: string },
): Promise<void> {
  const known = await readInstallations(hookHome, agent);
  const earlier = known.find(({ settingsFile }) => settingsFile === added.settingsFile);
  const untouched = earlier !== undefined && earlier.writtenSha256 === sha256Hex(texts.before ?? '');
  const installation: Installation = {
    ...added,
    before: untouched ? earlier.before : (texts.before ?? null),
    writtenSha256: sha256Hex(texts.written),
  };
  await save(hookHome, agent, [...known.filter((one) => one !== earlier), installation]);
}

/** Forgets an installation; returns those that are left. */
export async function forgetInstallation(
  hookHome: string,
  agent: AgentKind,
  settingsFile: string,
): Promise<readonly Installation[]> {
  const left = (await readInstallations(hookHome, agent)).filter((one) => one.settingsFile !== settingsFile);
  await save(hookHome, agent, left);
  return left;
}

async function save(hookHome: string, agent: AgentKind, installations: readonly Installation[]): Promise<void> {
  await writeText(fileOf(hookHome, agent), `${JSON.stringify(installations, undefined, 2)}\n`, 0o600);
}

function fileOf(hookHome: string, agent: AgentKind): string {
  return join(hookHome, agent, 'installations.json');
}
