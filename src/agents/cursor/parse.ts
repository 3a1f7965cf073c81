import Type from 'typebox';
import type { HookCall, HookEvent } from '#agents/agent.ts';
import { TOOLS } from '#agents/cursor/tools.ts';
import {
  eventUnknown,
  isObject,
  json,
  name,
  optional,
  type Place,
  path,
  type Read,
  readEmbedded,
  readEventName,
  reader,
  readPayload,
  readPlace,
  said,
  sessionRef,
  text,
} from '#agents/payload.ts';
import { editFile, type McpName, readFile, readTool, shell, startSubagent } from '#agents/tool.ts';
import type { Action } from '#domain/action/action.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';
import { ok, refuse } from '#domain/result.ts';
import type { SessionRef } from '#domain/session/session.ts';

const readCommon = reader(
  Type.Object({
    conversation_id: name,
    generation_id: optional(Type.String({ maxLength: 512 })),
    hook_event_name: optional(name),
    workspace_roots: optional(Type.Array(path)),
    // Empty where Cursor has no folder of its own for the command: then it is the first workspace root.
    cwd: optional(Type.String({ maxLength: 4096 })),
    cursor_version: optional(name),
    model: optional(Type.String({ maxLength: 512 })),
    composer_mode: optional(name),
  }),
);
const readCall = reader(Type.Object({ tool_name: name, tool_input: json, tool_use_id: optional(name) }));
const readShell = reader(Type.Object({ command: text }));
const readMcp = reader(
  Type.Object({
    tool_name: name,
    tool_input: json,
    url: optional(text),
    command: optional(text),
    server: optional(name),
  }),
);
const readPath = reader(Type.Object({ file_path: path }));
const readPrompt = reader(Type.Object({ prompt: text }));
const readSubagent = reader(Type.Object({ task: text, subagent_type: optional(name), tool_call_id: optional(name) }));
const readEdits = reader(
  Type.Object({ file_path: path, edits: Type.Array(Type.Object({ old_string: text, new_string: text })) }),
);
const readDone = reader(Type.Object({ duration: optional(Type.Number()), result_json: optional(text) }));

const NOTICES: ReadonlySet<string> = new Set([
  'sessionStart',
  'sessionEnd',
  'stop',
  'subagentStop',
  'preCompact',
  'afterAgentResponse',
  'afterAgentThought',
]);

/** Events that Cursor may fire for one and the same call: the first, and one of the others after it. */
const PAIRED: ReadonlySet<string> = new Set([
  'preToolUse',
  'beforeShellExecution',
  'beforeMCPExecution',
  'beforeReadFile',
  'subagentStart',
]);

/**
 * Cursor's hook payload on stdin (cursor.com/docs/hooks). A command is put to `preToolUse` and to
 * `beforeShellExecution`: both make the same action and carry the same `coalesceKey`. Only the latter can ask.
 */
export function parse(call: HookCall): Read<HookEvent> {
  const payload = readPayload(call);
  if (!payload.ok) return payload;
  const common = readCommon(payload.value);
  if (!common.ok) return common;
  const event = readEventName(call, common.value.hook_event_name);
  if (!event.ok) return event;
  const { conversation_id, generation_id, cursor_version, model, composer_mode } = common.value;
  const session = sessionRef(conversation_id, {
    agentVersion: cursor_version,
    model: model || undefined,
    mode: composer_mode,
  });
  const eventName = event.value;
  if (NOTICES.has(eventName)) return ok({ kind: 'notice', eventName, session });
  const roots = common.value.workspace_roots ?? [];
  const cwd = common.value.cwd || roots[0];
  if (cwd === undefined)
    return refuse('field-missing', 'The payload names neither a working directory nor a workspace.');
  const place = readPlace(cwd, roots);
  if (!place.ok) return place;
  const context = { eventName, session, place: place.value };
  return eventName.startsWith('after') || eventName.startsWith('postToolUse')
    ? parseDone(payload.value, context)
    : parseCall(payload.value, { ...context, coalesceKey: `${conversation_id}/${generation_id ?? ''}` });
}

interface Context {
  readonly eventName: string;
  readonly session: SessionRef;
  readonly place: Place;
}

function parseCall(payload: JsonObject, context: Context & { readonly coalesceKey: string }): Read<HookEvent> {
  const { eventName, session, place, coalesceKey } = context;
  const called = readAction(payload, eventName, place);
  if (!called.ok) return called;
  const { action, toolInput, toolUseId } = called.value;
  return ok({
    kind: 'action',
    eventName,
    session,
    action,
    ...said('toolUseId', toolUseId),
    ...(PAIRED.has(eventName) ? { coalesceKey } : {}),
    // `preToolUse` accepts "ask" and does not enforce it.
    honoursAsk: eventName === 'beforeShellExecution' || eventName === 'beforeMCPExecution',
    toolInput,
  });
}

interface Called {
  readonly action: Action;
  readonly toolInput: JsonValue;
  readonly toolUseId?: string | null | undefined;
}

function readAction(payload: JsonObject, eventName: string, place: Place): Read<Called> {
  switch (eventName) {
    case 'preToolUse':
    case 'postToolUse':
    case 'postToolUseFailure': {
      const called = readCall(payload);
      if (!called.ok) return called;
      const { tool_name, tool_input, tool_use_id } = called.value;
      const action = readTool(TOOLS, mcpName(tool_name), tool_name, tool_input, place);
      return action.ok ? ok({ action: action.value, toolInput: tool_input, toolUseId: tool_use_id }) : action;
    }
    case 'beforeShellExecution':
    case 'afterShellExecution': {
      const called = readShell(payload);
      return called.ok ? ok({ action: shell(place, called.value.command), toolInput: payload }) : called;
    }
    case 'beforeMCPExecution':
    case 'afterMCPExecution':
      return readMcpCall(payload, place);
    case 'beforeReadFile':
    case 'beforeTabFileRead': {
      const called = readPath(payload);
      return called.ok ? ok({ action: readFile(place, called.value.file_path), toolInput: payload }) : called;
    }
    case 'beforeSubmitPrompt': {
      const called = readPrompt(payload);
      return called.ok
        ? ok({ action: { ...place, kind: 'prompt', text: called.value.prompt }, toolInput: payload })
        : called;
    }
    case 'subagentStart': {
      const called = readSubagent(payload);
      if (!called.ok) return called;
      const { task, subagent_type, tool_call_id } = called.value;
      return ok({ action: startSubagent(place, subagent_type, task), toolInput: payload, toolUseId: tool_call_id });
    }
    case 'afterFileEdit':
    case 'afterTabFileEdit': {
      const called = readEdits(payload);
      if (!called.ok) return called;
      const { file_path, edits } = called.value;
      const content = edits.map((edit) => edit.new_string).join('\n');
      const anchor = edits.map((edit) => [edit.old_string, edit.new_string]);
      return ok({ action: editFile(place, file_path, content, anchor), toolInput: payload });
    }
    default:
      return eventUnknown('Cursor', eventName);
  }
}

/** The server has no name here: it is known by its URL or by the command that runs it. */
function readMcpCall(payload: JsonObject, place: Place): Read<Called> {
  const called = readMcp(payload);
  if (!called.ok) return called;
  const { tool_name, tool_input, url, command, server } = called.value;
  const input = typeof tool_input === 'string' ? readEmbedded(tool_input) : ok(tool_input);
  if (!input.ok) return input;
  return ok({
    action: {
      ...place,
      kind: 'mcp',
      server: url || command || server || UNNAMED_SERVER,
      tool: tool_name,
      input: input.value,
    },
    toolInput: input.value,
  });
}

const UNNAMED_SERVER = 'unknown';

/** `preToolUse` names MCP tools `MCP:<tool>`, without their server. */
function mcpName(tool: string): McpName | undefined {
  return tool.startsWith('MCP:') && tool.length > 4 ? { server: UNNAMED_SERVER, tool: tool.slice(4) } : undefined;
}

function parseDone(payload: JsonObject, { eventName, session, place }: Context): Read<HookEvent> {
  const done = readDone(payload);
  if (!done.ok) return done;
  const called = readAction(payload, eventName, place);
  if (!called.ok && called.refusal.code === 'event-unknown') return called;
  return ok({
    kind: 'outcome',
    eventName,
    session,
    // What has happened is recorded even if its input is not understood.
    ...(called.ok ? { action: called.value.action, ...said('toolUseId', called.value.toolUseId) } : {}),
    status: statusOf(eventName, done.value.result_json),
    ...said('durationMs', done.value.duration),
  });
}

function statusOf(eventName: string, result: string | null | undefined): 'succeeded' | 'failed' | 'unknown' {
  if (eventName === 'postToolUseFailure') return 'failed';
  // Cursor gives a command's output and not its exit code.
  if (eventName === 'afterShellExecution') return 'unknown';
  if (eventName !== 'afterMCPExecution') return 'succeeded';
  const read = readEmbedded(result ?? '');
  if (!read.ok || !isObject(read.value)) return 'unknown';
  return read.value.isError === true ? 'failed' : 'succeeded';
}
