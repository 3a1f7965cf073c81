import type { Static, TSchema } from 'typebox';
import { isAbsolute, type Place, type Read, reader } from '#agents/payload.ts';
import type { Action, AgentKind } from '#domain/action/action.ts';
import { readPatch } from '#domain/action/patch-envelope.ts';
import { canonicalJson, type JsonValue } from '#domain/json.ts';
import { ok, refuse } from '#domain/result.ts';

/** Makes the action of one tool out of its input. */
export type ToolReader = (input: JsonValue, place: Place) => Read<Action>;
/** A map, not an object: tool names come from outside, and `constructor` is one. */
export type ToolTable = ReadonlyMap<string, ToolReader>;

/** A tool whose input is described by a schema. A known tool with an input that does not fit is refused, not guessed at. */
export function tool<S extends TSchema>(
  schema: S,
  toAction: (input: Static<S>, place: Place, raw: JsonValue) => Read<Action> | Action,
): ToolReader {
  const read = reader(schema);
  return (input, place) => {
    const typed = read(input);
    if (!typed.ok) return typed;
    const action = toAction(typed.value, place, input);
    return 'kind' in action ? ok(action) : action;
  };
}

/** Tools of the agent's own that touch nothing outside the conversation. */
export function builtins(agent: AgentKind, names: readonly string[]): readonly (readonly [string, ToolReader])[] {
  return names.map((tool) => [tool, (input, place) => ok({ ...place, kind: 'builtin', agent, tool, input })]);
}

/** The action of a call: a known tool, an MCP tool, or else an unknown one, which keeps its whole input. */
export function readTool(
  tools: ToolTable,
  mcpTool: McpName | undefined,
  name: string,
  input: JsonValue,
  place: Place,
): Read<Action> {
  const known = tools.get(name);
  if (known !== undefined) return known(input, place);
  if (mcpTool !== undefined) return ok({ ...place, kind: 'mcp', ...mcpTool, input });
  return ok({ ...place, kind: 'unknown', tool: name, input });
}

export interface McpName {
  readonly server: string;
  readonly tool: string;
}

/** `mcp__server__tool`: Claude Code, Codex and older Gemini CLI. */
export function mcpName(name: string): McpName | undefined {
  const parts = /^mcp__(.+?)__(.+)$/s.exec(name);
  return parts?.[1] === undefined || parts[2] === undefined ? undefined : { server: parts[1], tool: parts[2] };
}

export function shell(
  place: Place,
  command: string,
  how: { readonly background?: boolean | null | undefined; readonly unsandboxed?: boolean | null | undefined } = {},
): Action {
  return {
    ...place,
    kind: 'shell',
    command,
    background: how.background === true,
    ...(how.unsandboxed === true ? { unsandboxed: true } : {}),
  };
}

/** The place of a command that is to run in another folder, which may be given relative to the working directory. */
export function inFolder(place: Place, folder: string | null | undefined): Place {
  if (typeof folder !== 'string' || folder === '') return place;
  return { ...place, cwd: isAbsolute(folder) ? folder : `${place.cwd.replace(/\/+$/, '')}/${folder}` };
}

export function readFile(place: Place, path: string): Action {
  return { ...place, kind: 'file', operation: 'read', path };
}

export function writeFile(place: Place, path: string, content: string): Action {
  return { ...place, kind: 'file', operation: 'write', path, content };
}

/** `anchor`: all that decides where the new text goes, in the agent's own form. */
export function editFile(place: Place, path: string, content: string, anchor: JsonValue): Action {
  return { ...place, kind: 'file', operation: 'edit', path, content, anchor: canonicalJson(anchor) };
}

export function deleteFile(place: Place, path: string): Action {
  return { ...place, kind: 'file', operation: 'delete', path };
}

/** Searching contents: reads everything below a folder. */
export function searchFiles(place: Place, folder: string | null | undefined): Action {
  return { ...place, kind: 'file', operation: 'read', path: folder || '.', recursive: true };
}

/** Finding names: reads the folder that the pattern's fixed part leads to. */
export function findFiles(place: Place, pattern: string, folder: string | null | undefined): Action {
  const segments = pattern.split('/');
  const globbed = segments.findIndex((segment) => /[*?[\]{}!()]/.test(segment));
  const fixed = (globbed === -1 ? segments : segments.slice(0, globbed)).join('/');
  if (pattern.startsWith('/')) return readFile(place, fixed || '/');
  return readFile(place, [folder || '.', fixed].filter((part) => part !== '').join('/'));
}

/** The patch envelope. A patch that cannot be read is refused: what it would change is not known. */
export function patchFiles(place: Place, patch: string): Read<Action> {
  const accesses = readPatch(patch);
  return accesses.ok
    ? ok({ ...place, kind: 'files', accesses: accesses.value })
    : refuse('payload-malformed', accesses.refusal.message);
}

export function fetchUrl(place: Place, url: string): Action {
  return { ...place, kind: 'network', operation: 'fetch', target: url };
}

export function searchWeb(place: Place, query: string): Action {
  return { ...place, kind: 'network', operation: 'search', target: query };
}

export function startSubagent(place: Place, name: string | null | undefined, prompt: string): Action {
  return { ...place, kind: 'subagent', name: name || 'default', prompt };
}

/**
 * One value that agents' versions have named differently. Two that differ are refused: which of them the tool would take
 * is not known, and the other would be decided on.
 */
export function oneOf(what: string, ...candidates: readonly (string | null | undefined)[]): Read<string> {
  const values = new Set(candidates.filter((candidate) => typeof candidate === 'string'));
  const [value] = values;
  if (value === undefined) return refuse('field-missing', `The tool's input lacks ${what}.`);
  return values.size === 1
    ? ok(value)
    : refuse('payload-malformed', `The tool's input names ${what} twice, differently.`);
}

/** As `oneOf`, for a field that may be left out. */
export function atMostOneOf(
  what: string,
  ...candidates: readonly (string | null | undefined)[]
): Read<string | undefined> {
  return candidates.every((candidate) => typeof candidate !== 'string') ? ok(undefined) : oneOf(what, ...candidates);
}
