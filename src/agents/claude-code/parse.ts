import Type from 'typebox';
import type { HookCall, HookEvent } from '#agents/agent.ts';
import { TOOLS, ToolCall } from '#agents/claude-code/tools.ts';
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
  said,
  sessionRef,
  text,
} from '#agents/payload.ts';
import { mcpName, readTool } from '#agents/tool.ts';
import type { Action } from '#domain/action/action.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';
import { ok } from '#domain/result.ts';
import type { SessionRef } from '#domain/session/session.ts';

const readCommon = reader(
  Type.Object({
    session_id: name,
    prompt_id: optional(name),
    cwd: path,
    hook_event_name: optional(name),
    permission_mode: optional(name),
    model: optional(json),
  }),
);
const readCall = reader(ToolCall);
const readDone = reader(Type.Object({ tool_response: Type.Optional(json), duration_ms: optional(Type.Number()) }));
const readPrompt = reader(Type.Object({ prompt: text }));

/** Modes in which a hook's `ask` reaches a person. In the others, and in ones not known here, it may be answered by itself. */
const ASKING_MODES: ReadonlySet<string> = new Set(['default', 'plan', 'acceptEdits']);

/** Events that need no decision, or that have none to give. */
const NOTICES: ReadonlySet<string> = new Set([
  'SessionStart',
  'SessionEnd',
  'Stop',
  'StopFailure',
  'SubagentStart',
  'SubagentStop',
  'Notification',
  'PreCompact',
  'PostCompact',
  'PermissionDenied',
  'CwdChanged',
  'InstructionsLoaded',
]);

/** Claude Code's hook payload (code.claude.com/docs/en/hooks, "Hook input"), from stdin or as a POST body. */
export function parse(call: HookCall): Read<HookEvent> {
  const payload = readPayload(call);
  if (!payload.ok) return payload;
  const common = readCommon(payload.value);
  if (!common.ok) return common;
  const event = readEventName(call, common.value.hook_event_name);
  if (!event.ok) return event;
  const place = readPlace(common.value.cwd);
  if (!place.ok) return place;
  const { session_id, prompt_id, permission_mode, model } = common.value;
  const session = sessionRef(session_id, {
    mode: permission_mode,
    model: typeof model === 'string' ? model : undefined,
  });
  const eventName = event.value;
  switch (eventName) {
    case 'PreToolUse':
    case 'PermissionRequest':
      return parseCall(payload.value, {
        eventName,
        session,
        place: place.value,
        // One call may fire both: it is decided once, and an approval for it is used up once.
        coalesceKey: `${session_id}/${prompt_id ?? ''}`,
      });
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return parseDone(payload.value, { eventName, session, place: place.value });
    case 'UserPromptSubmit': {
      const prompt = readPrompt(payload.value);
      if (!prompt.ok) return prompt;
      const action: Action = { ...place.value, kind: 'prompt', text: prompt.value.prompt };
      return ok({ kind: 'action', eventName, session, action, honoursAsk: false, toolInput: payload.value });
    }
    default:
      return NOTICES.has(eventName)
        ? ok({ kind: 'notice', eventName, session })
        : eventUnknown('Claude Code', eventName);
  }
}

interface Context {
  readonly eventName: string;
  readonly session: SessionRef;
  readonly place: Place;
}

function parseCall(payload: JsonObject, context: Context & { readonly coalesceKey: string }): Read<HookEvent> {
  const { eventName, session, place, coalesceKey } = context;
  const called = readCall(payload);
  if (!called.ok) return called;
  const { tool_name, tool_input, tool_use_id } = called.value;
  const action = readTool(TOOLS, mcpName(tool_name), tool_name, tool_input, place);
  if (!action.ok) return action;
  return ok({
    kind: 'action',
    eventName,
    session,
    action: action.value,
    ...said('toolUseId', tool_use_id),
    coalesceKey,
    honoursAsk: eventName === 'PreToolUse' && ASKING_MODES.has(session.mode ?? ''),
    toolInput: tool_input,
  });
}

function parseDone(payload: JsonObject, { eventName, session, place }: Context): Read<HookEvent> {
  const called = readCall(payload);
  if (!called.ok) return called;
  const done = readDone(payload);
  if (!done.ok) return done;
  const { tool_name, tool_input, tool_use_id } = called.value;
  // What has happened is recorded even if its input is not understood.
  const action = readTool(TOOLS, mcpName(tool_name), tool_name, tool_input, place);
  return ok({
    kind: 'outcome',
    eventName,
    session,
    ...(action.ok ? { action: action.value } : {}),
    ...said('toolUseId', tool_use_id),
    status: eventName === 'PostToolUseFailure' ? 'failed' : statusOf(done.value.tool_response, action),
    ...said('durationMs', done.value.duration_ms),
  });
}

function statusOf(response: JsonValue | undefined, action: Read<Action>): 'succeeded' | 'failed' | 'unknown' {
  if (isObject(response) && response.interrupted === true) return 'failed';
  // A command in the background has only been started.
  if (action.ok && action.value.kind === 'shell' && action.value.background) return 'unknown';
  return 'succeeded';
}
