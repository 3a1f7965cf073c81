import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser';
import {
  type HookedEvent,
  type HookInstaller,
  type HookScope,
  type InstalledHook,
  type InstallPlan,
  type InstallRefusalCode,
  isOurCommand,
} from '#agents/install.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** An entry below `hooks.<event>`. */
export interface HookEntry {
  readonly event: string;
  readonly entry: JsonObject;
}

/** A setting beside the hooks that must have this value. */
export interface RequiredSetting {
  readonly path: readonly string[];
  readonly value: JsonValue;
}

/** How one agent's JSON settings are read. */
export interface JsonDialect {
  /** The agent reads comments. Where it does not, a file with comments is one that it ignores: refused. */
  readonly comments: boolean;
  /** Whether an entry is ours. */
  ours(entry: JsonObject): boolean;
  /** Keys that a file of nothing but our entries also has; they do not keep it alive. */
  readonly frame: readonly string[];
}

type Edited = Result<string, InstallRefusalCode>;

/**
 * Adds entries to `hooks.<event>[]`. Edits the text where it has to change and nowhere else, so that formatting, comments
 * and the order of keys stay. Our earlier entries are replaced unless they already are what is wanted.
 */
export function addHooks(
  existing: string | undefined,
  entries: readonly HookEntry[],
  settings: readonly RequiredSetting[],
  dialect: JsonDialect,
): Edited {
  const before = existing === undefined || existing.trim() === '' ? '{}\n' : existing;
  const current = readEntries(before, dialect);
  if (!current.ok) return current;
  const conflict = settings.find(({ path, value }) => contradicts(before, path, value));
  if (conflict !== undefined) {
    return refuse('settings-conflict', `the settings have another value for "${conflict.path.join('.')}"`);
  }
  let text = before;
  for (const { path, value } of settings) {
    if (valueAt(text, path) === undefined) text = insert(text, path, value);
  }
  if (!sameEntries(current.value, entries)) {
    text = withoutEntries(text, dialect);
    for (const { event, entry } of entries) text = insert(text, ['hooks', event, -1], entry);
  }
  return ok(text);
}

/** Takes our entries out again, and the settings that were required with them; undefined when nothing else is left. */
export function removeHooks(
  existing: string,
  settings: readonly RequiredSetting[],
  dialect: JsonDialect,
): Result<string | undefined, InstallRefusalCode> {
  const current = readEntries(existing, dialect);
  if (!current.ok) return current;
  if (current.value.length === 0) return ok(existing);
  let text = withoutEntries(existing, dialect);
  for (const { path, value } of settings) {
    const found = valueAt(text, path);
    // What belongs to the frame may be needed by the hooks of others.
    if (dialect.frame.includes(path[0] ?? '')) continue;
    if (found !== undefined && canonicalJson(found) === canonicalJson(value)) text = prune(text, path);
  }
  const left = keysAt(text, []).filter((key) => !dialect.frame.includes(key));
  return ok(left.length === 0 ? undefined : text);
}

/** Our entries, in the order of the file. */
export function readEntries(text: string, dialect: JsonDialect): Result<readonly HookEntry[], InstallRefusalCode> {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: !dialect.comments, allowTrailingComma: false });
  if (root === undefined || errors.length > 0) return refuse('settings-malformed', 'the settings are not valid JSON');
  if (root.type !== 'object') return refuse('settings-malformed', 'the settings are not a JSON object');
  const hooks = findNodeAtLocation(root, ['hooks']);
  if (hasDuplicates(root) || (hooks !== undefined && hasDuplicates(hooks))) {
    return refuse('settings-malformed', 'the settings have a key twice');
  }
  if (hooks === undefined) return ok([]);
  if (hooks.type !== 'object') return refuse('settings-malformed', 'the settings\' "hooks" is not an object');
  const found: HookEntry[] = [];
  for (const [event, list] of members(hooks)) {
    if (list.type !== 'array') return refuse('settings-malformed', `the settings' "hooks.${event}" is not a list`);
    for (const node of list.children ?? []) {
      const entry = toJson(node);
      if (isObject(entry) && dialect.ours(entry)) found.push({ event, entry });
    }
  }
  return ok(found);
}

/** Value at a path of valid JSON settings; undefined when there is none. */
export function valueAt(text: string, path: readonly string[]): JsonValue | undefined {
  return toJson(findNode(text, path));
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function contradicts(text: string, path: readonly string[], value: JsonValue): boolean {
  const found = valueAt(text, path);
  if (found !== undefined) return canonicalJson(found) !== canonicalJson(value);
  // A parent that is no object cannot take the setting.
  return path.slice(0, -1).some((_, index) => {
    const parent = valueAt(text, path.slice(0, index + 1));
    return parent !== undefined && !isObject(parent);
  });
}

function sameEntries(current: readonly HookEntry[], wanted: readonly HookEntry[]): boolean {
  const sorted = (entries: readonly HookEntry[]) =>
    canonicalJson(entries.map(({ event, entry }) => canonicalJson([event, entry])).sort());
  return sorted(current) === sorted(wanted);
}

function withoutEntries(text: string, dialect: JsonDialect): string {
  let result = text;
  for (const event of keysAt(text, ['hooks'])) {
    for (;;) {
      const list = valueAt(result, ['hooks', event]);
      const index = Array.isArray(list) ? list.findLastIndex((entry) => isObject(entry) && dialect.ours(entry)) : -1;
      if (index === -1) break;
      result = cut(result, ['hooks', event, index]);
      if (isEmpty(valueAt(result, ['hooks', event]))) result = prune(result, ['hooks', event]);
    }
  }
  return result;
}

/** Removes a key, and the objects around it that become empty by that. */
function prune(text: string, path: readonly string[]): string {
  const result = cut(text, path);
  const parent = path.slice(0, -1);
  return parent.length > 0 && isEmpty(valueAt(result, parent)) ? prune(result, parent) : result;
}

/** Puts a value at the end of the innermost object or array that exists along the path (-1: a new item). */
function insert(text: string, path: readonly (string | -1)[], value: JsonValue): string {
  let container = parseTree(text);
  let depth = 0;
  while (container !== undefined && depth < path.length - 1) {
    const next = findNodeAtLocation(container, [path[depth] ?? '']);
    if (next === undefined) break;
    container = next;
    depth += 1;
  }
  if (container === undefined) throw new Error('settings were checked to be an object before they are edited');
  const rest = path.slice(depth + 1);
  const nested = rest.reduceRight<JsonValue>((inner, key) => (key === -1 ? [inner] : { [key]: inner }), value);
  const key = path[depth];
  return splice(text, container, depth + 1, typeof key === 'string' ? { [key]: nested } : [nested]);
}

/** Writes the members of `added` behind those of `container`, in the manner of the file: on lines, or on a single one. */
function splice(text: string, container: Node, depth: number, added: JsonValue): string {
  const { unit, eol } = manner(text);
  const single = !text.trim().includes('\n') && text.trim() !== '{}';
  const printed = JSON.stringify(added, undefined, single ? undefined : unit);
  // Without the brackets of `added`, whose members have a depth of one.
  const inner = single
    ? printed.slice(1, -1)
    : printed
        .split('\n')
        .slice(1, -1)
        .map((line) => eol + unit.repeat(depth - 1) + line)
        .join('');
  const last = container.children?.at(-1);
  if (last !== undefined) {
    const at = last.offset + last.length;
    return `${text.slice(0, at)},${single ? ' ' : ''}${inner}${text.slice(at)}`;
  }
  const end = container.offset + container.length - 1;
  return `${text.slice(0, container.offset + 1)}${inner}${single ? '' : eol + unit.repeat(depth - 1)}${text.slice(end)}`;
}

/** Cuts out a member with the comma and the space that came with it. */
function cut(text: string, path: readonly (string | number)[]): string {
  const found = findNode(text, path);
  const node = found?.parent?.type === 'property' ? found.parent : found;
  const siblings = node?.parent?.children ?? [];
  if (node === undefined || node.parent === undefined) return text;
  const index = siblings.indexOf(node);
  const [before, after] = [siblings[index - 1], siblings[index + 1]];
  const end = node.offset + node.length;
  if (before !== undefined) return text.slice(0, before.offset + before.length) + text.slice(end);
  if (after !== undefined) return text.slice(0, node.offset) + text.slice(after.offset);
  return text.slice(0, node.parent.offset + 1) + text.slice(node.parent.offset + node.parent.length - 1);
}

/** The file's own indentation (its first indented line decides) and line ends. */
function manner(text: string): { readonly unit: string; readonly eol: string } {
  return { unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ', eol: text.includes('\r\n') ? '\r\n' : '\n' };
}

function keysAt(text: string, path: readonly string[]): readonly string[] {
  const value = valueAt(text, path);
  return isObject(value) ? Object.keys(value) : [];
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && typeof value === 'object' && Object.keys(value).length === 0;
}

function hasDuplicates(object: Node): boolean {
  const keys = members(object).map(([key]) => key);
  return new Set(keys).size !== keys.length;
}

function members(object: Node): readonly (readonly [string, Node])[] {
  return (object.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key !== undefined && value !== undefined ? [[String(key.value), value] as const] : [];
  });
}

function findNode(text: string, path: readonly (string | number)[]): Node | undefined {
  const root = parseTree(text);
  return root && findNodeAtLocation(root, [...path]);
}

function toJson(node: Node | undefined): JsonValue | undefined {
  // The tree was parsed from JSON text, so its values are JSON; the library types them as any.
  return node === undefined ? undefined : (getNodeValue(node) as JsonValue);
}

/** What makes one agent's installer, where its settings are JSON with `hooks.<event>[]`. */
export interface JsonInstallerParts extends Pick<HookInstaller, 'agent' | 'events' | 'settingsFile'> {
  readonly comments?: boolean;
  readonly frame?: readonly string[];
  entry(event: HookedEvent, plan: InstallPlan): JsonObject;
  /** The handlers of an entry, with the agent's own fields: the entry itself, or those in its group. */
  handlers(entry: JsonObject): readonly JsonObject[];
  /** What a handler says, beside its event. */
  read(handler: JsonObject): Omit<InstalledHook, 'event'>;
  /** Settings that a scope needs beside the hooks. */
  settings?(scope: HookScope): readonly RequiredSetting[];
  /** Settings with which the agent would not run our hooks: path and value. */
  readonly off?: readonly RequiredSetting[];
}

export function createJsonInstaller(parts: JsonInstallerParts): HookInstaller {
  const { agent, events, settingsFile } = parts;
  const ourHandlers = (entry: JsonObject) =>
    parts.handlers(entry).filter((handler) => isOurCommand(commandOf(handler), agent));
  const dialect: JsonDialect = {
    comments: parts.comments ?? false,
    frame: parts.frame ?? [],
    // A group that someone has put other handlers into is theirs as well: it is not taken out.
    ours: (entry) => ourHandlers(entry).length > 0 && ourHandlers(entry).length === parts.handlers(entry).length,
  };
  return {
    agent,
    events,
    settingsFile,
    install(existing, plan) {
      const entries = events.map((event) => ({ event: event.name, entry: parts.entry(event, plan) }));
      const added = addHooks(existing, entries, parts.settings?.(plan.scope) ?? [], dialect);
      const off = added.ok ? parts.off?.find(({ path, value }) => valueAt(added.value, path) === value) : undefined;
      if (off === undefined) return added;
      return refuse('settings-conflict', `the settings switch hooks off ("${off.path.join('.')}"): remove that first`);
    },
    remove: (existing, scope) => removeHooks(existing, parts.settings?.(scope) ?? [], dialect),
    read(existing) {
      const found = readEntries(existing, dialect);
      if (!found.ok) return found;
      return ok(
        found.value.flatMap(({ event, entry }) =>
          ourHandlers(entry).map((handler) => ({ event, ...parts.read(handler) })),
        ),
      );
    },
  };
}

/** Copilot names the command after the shell. */
function commandOf(handler: JsonObject): JsonValue | undefined {
  return handler['command'] ?? handler['bash'];
}

/** `{ matcher?, hooks: [handler] }`: Claude Code, Codex, Gemini CLI. */
export function handlersOfGroup(entry: JsonObject): readonly JsonObject[] {
  const hooks = entry['hooks'];
  return Array.isArray(hooks) ? hooks.filter(isObject) : [];
}

/** A handler's command and timeout, its timeout being `field` in units of `unitMs`. */
export function readHandler(
  handler: JsonObject,
  field: string,
  unitMs: number,
): Omit<InstalledHook, 'event' | 'failClosed'> {
  const timeout = handler[field];
  const command = commandOf(handler);
  return {
    command: typeof command === 'string' ? command : '',
    ...(typeof timeout === 'number' ? { timeoutMs: timeout * unitMs } : {}),
  };
}
