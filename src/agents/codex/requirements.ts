import { parse, TomlError } from 'smol-toml';
import { type InstalledHook, type InstallRefusalCode, isOurCommand } from '#agents/install.ts';
import { isObject } from '#agents/install-json.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** A hook of `requirements.toml`: `[[hooks.<event>.hooks]]`. The timeout is in seconds. */
export interface RequiredHook {
  readonly event: string;
  readonly type: 'command';
  readonly command: string;
  readonly timeout: number;
}

/** Each line of ours ends in this, so that they can be found and taken out again, and nothing else. */
const MARK = '# acgs hook install';

/**
 * Puts hooks into Codex's managed `requirements.toml`. Hooks of the user and of projects are then ignored
 * (`allow_managed_hooks_only`), and hooks cannot be switched off. The text is edited by lines; the result is parsed before
 * it is returned.
 */
export function installRequirements(
  existing: string | undefined,
  managedDir: string,
  hooks: readonly RequiredHook[],
): Result<string, InstallRefusalCode> {
  const without = removeLines(existing ?? '');
  const document = read(without);
  if (!document.ok) return document;
  const root = document.value;
  const conflict =
    conflictOf(root, ['allow_managed_hooks_only'], true) ??
    conflictOf(root, ['features', 'hooks'], true) ??
    conflictOf(root, ['hooks', 'managed_dir'], managedDir);
  if (conflict !== undefined) {
    return refuse('settings-conflict', `requirements.toml has another value for "${conflict}"`);
  }
  let text = without;
  if (root['allow_managed_hooks_only'] === undefined) text = `${mark('allow_managed_hooks_only = true')}\n${text}`;
  text = put(text, root, 'features', 'hooks', 'hooks = true');
  text = put(text, root, 'hooks', 'managed_dir', `managed_dir = ${JSON.stringify(managedDir)}`);
  for (const { event, type, command, timeout } of hooks) {
    const lines = [
      `[[hooks.${event}]]`,
      `[[hooks.${event}.hooks]]`,
      `type = ${JSON.stringify(type)}`,
      `command = ${JSON.stringify(command)}`,
      `timeout = ${timeout}`,
    ];
    text = `${text}${lines.map((line) => `${mark(line)}\n`).join('')}`;
  }
  // A form that editing by lines does not meet (an inline table, dotted keys) shows here.
  const edited = readRequirements(text);
  if (!edited.ok || edited.value.length !== hooks.length) {
    return refuse('settings-conflict', 'requirements.toml has "features" or "hooks" in a form that cannot be added to');
  }
  return ok(text);
}

/** Takes our lines out again; undefined when nothing else is left. */
export function removeRequirements(existing: string): Result<string | undefined, InstallRefusalCode> {
  const document = read(existing);
  if (!document.ok) return document;
  const text = removeLines(existing);
  return ok(text.trim() === '' ? undefined : text);
}

/** Our hooks. */
export function readRequirements(existing: string): Result<readonly InstalledHook[], InstallRefusalCode> {
  const document = read(existing);
  if (!document.ok) return document;
  const hooks = document.value['hooks'];
  if (!isObject(hooks)) return ok([]);
  return ok(
    Object.entries(hooks).flatMap(([event, groups]) =>
      objects(groups)
        .flatMap((group) => objects(group['hooks']))
        .flatMap((hook) => {
          const { command, timeout } = hook;
          if (!isOurCommand(command, 'codex')) return [];
          return [
            {
              event,
              command,
              failClosed: false,
              ...(typeof timeout === 'number' ? { timeoutMs: timeout * 1000 } : {}),
            },
          ];
        }),
    ),
  );
}

function read(text: string): Result<JsonObject, InstallRefusalCode> {
  try {
    // TOML's dates do not occur in what is read here; everything else is JSON.
    return ok(parse(text) as JsonObject);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return refuse('settings-malformed', 'requirements.toml is not valid TOML', error.message);
  }
}

/** Adds a line to a table: behind its header if it has one, else as a table of ours at the end. */
function put(text: string, root: JsonObject, table: string, key: string, line: string): string {
  const found = root[table];
  if (isObject(found) && found[key] !== undefined) return text;
  const header = new RegExp(`^[ \\t]*\\[[ \\t]*${table}[ \\t]*\\][^\\n]*$`, 'm').exec(text);
  if (header === null)
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${mark(`[${table}]`)}\n${mark(line)}\n`;
  const at = header.index + header[0].length;
  return `${text.slice(0, at)}\n${mark(line)}${text.slice(at)}`;
}

function mark(line: string): string {
  return `${line} ${MARK}`;
}

function removeLines(text: string): string {
  return text
    .split(/(?<=\n)/)
    .filter((line) => !line.trimEnd().endsWith(MARK))
    .join('');
}

function conflictOf(root: JsonObject, path: readonly string[], wanted: JsonValue): string | undefined {
  let value: JsonValue | undefined = root;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  return value === undefined || value === wanted ? undefined : path.join('.');
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
