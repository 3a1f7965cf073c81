import Type from 'typebox';
import type { HookCall, HookEvent } from '#agents/agent.ts';
import { TOOLS } from '#agents/gemini-cli/tools.ts';
import {
  eventUnknown,
  isObject,
  json,
  name,
  optional,
  type Place,
  path,
  type Read,
  readEventName,
  reader,
  readPayload,
  readPlace,
  sessionRef,
  text,
} from '#agents/payload.ts';
import { mcpName as doubleUnderscore, type McpName, readTool } from '#agents/tool.ts';
import type { Action } from '#domain/action/action.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';
import { ok } from '#domain/result.ts';

const readCommon = reader(Type.Object({ session_id: name, cwd: path, hook_event_name: optional(name) }));
const readCall = reader(
  Type.Object({
    tool_name: name,
    tool_input: json,
    mcp_context: optional(Type.Object({ server_name: name, tool_name: name })),
  }),
);
const readDone = reader(Type.Object({ tool_response: Type.Optional(json) }));
const readPrompt = reader(Type.Object({ prompt: text }));

const NOTICES: ReadonlySet<string> = new Set([
  'SessionStart',
  'SessionEnd',
  'AfterAgent',
  'Notification',
  'PreCompress',
]);

/** Gemini CLI's hook payload on stdin (google-gemini/gemini-cli `docs/hooks/reference.md`). */
export function parse(call: HookCall): Read<HookEvent> {
  const payload = readPayload(call);
  if (!payload.ok) return payload;
  const common = readCommon(payload.value);
  if (!common.ok) return common;
  const event = readEventName(call, common.value.hook_event_name);
  if (!event.ok) return event;
  const place = readPlace(common.value.cwd);
  if (!place.ok) return place;
  const session = sessionRef(common.value.session_id);
  const eventName = event.value;
  switch (eventName) {
    case 'BeforeTool': {
      const called = readAction(payload.value, place.value);
      if (!called.ok) return called;
      // `ask` turns even an automatic approval into a question (google-gemini/gemini-cli#21146).
      return ok({ kind: 'action', eventName, session, ...called.value, honoursAsk: true });
    }
    case 'AfterTool': {
      const called = readAction(payload.value, place.value);
      const done = readDone(payload.value);
      if (!done.ok) return done;
      return ok({
        kind: 'outcome',
        eventName,
        session,
        // What has happened is recorded even if its input is not understood.
        ...(called.ok ? { action: called.value.action } : {}),
        status: statusOf(done.value.tool_response),
      });
    }
    case 'BeforeAgent': {
      const prompt = readPrompt(payload.value);
      if (!prompt.ok) return prompt;
      const action: Action = { ...place.value, kind: 'prompt', text: prompt.value.prompt };
      return ok({ kind: 'action', eventName, session, action, honoursAsk: false, toolInput: payload.value });
    }
    default:
      return NOTICES.has(eventName)
        ? ok({ kind: 'notice', eventName, session })
        : eventUnknown('Gemini CLI', eventName);
  }
}

function readAction(
  payload: JsonObject,
  place: Place,
): Read<{ readonly action: Action; readonly toolInput: JsonValue }> {
  const called = readCall(payload);
  if (!called.ok) return called;
  const { tool_name, tool_input, mcp_context } = called.value;
  const mcp =
    mcp_context === undefined || mcp_context === null
      ? mcpName(tool_name)
      : { server: mcp_context.server_name, tool: mcp_context.tool_name };
  // With an MCP context it is an MCP tool, whatever built-in tool its name may look like.
  const tools = mcp_context === undefined || mcp_context === null ? TOOLS : new Map();
  const action = readTool(tools, mcp, tool_name, tool_input, place);
  return action.ok ? ok({ action: action.value, toolInput: tool_input }) : action;
}

/** `mcp_<server>_<tool>`: the server ends at the first underscore, as Gemini CLI itself reads it. */
function mcpName(tool: string): McpName | undefined {
  if (tool.startsWith('mcp__')) return doubleUnderscore(tool);
  const parts = /^mcp_([^_]+)_(.+)$/s.exec(tool);
  return parts?.[1] === undefined || parts[2] === undefined ? undefined : { server: parts[1], tool: parts[2] };
}

function statusOf(response: JsonValue | undefined): 'succeeded' | 'failed' | 'unknown' {
  if (!isObject(response)) return 'unknown';
  return response.error === undefined || response.error === null ? 'succeeded' : 'failed';
}
