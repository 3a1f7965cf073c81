import Type from 'typebox';
import type { HookCall, HookEvent } from '#agents/agent.ts';
import { TOOLS } from '#agents/codex/tools.ts';
import {
  eventUnknown,
  isObject,
  json,
  name,
  optional,
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
import type { JsonValue } from '#domain/json.ts';
import { ok } from '#domain/result.ts';

const readCommon = reader(
  Type.Object({
    session_id: name,
    turn_id: optional(name),
    cwd: path,
    hook_event_name: optional(name),
    model: optional(name),
    permission_mode: optional(name),
  }),
);
const readCall = reader(Type.Object({ tool_name: name, tool_input: json, tool_use_id: optional(name) }));
const readDone = reader(Type.Object({ tool_response: Type.Optional(json) }));
const readPrompt = reader(Type.Object({ prompt: text }));

const NOTICES: ReadonlySet<string> = new Set([
  'SessionStart',
  'SessionEnd',
  'Stop',
  'SubagentStart',
  'SubagentStop',
  'PreCompact',
  'PostCompact',
]);

/** Codex's hook payload on stdin (openai/codex `codex-rs/hooks/src/schema.rs`). It has no native `ask` in any event. */
export function parse(call: HookCall): Read<HookEvent> {
  const payload = readPayload(call);
  if (!payload.ok) return payload;
  const common = readCommon(payload.value);
  if (!common.ok) return common;
  const event = readEventName(call, common.value.hook_event_name);
  if (!event.ok) return event;
  const place = readPlace(common.value.cwd);
  if (!place.ok) return place;
  const session = sessionRef(common.value.session_id, {
    model: common.value.model,
    mode: common.value.permission_mode,
  });
  const eventName = event.value;
  switch (eventName) {
    case 'PreToolUse':
    case 'PermissionRequest': {
      const called = readCall(payload.value);
      if (!called.ok) return called;
      const { tool_name, tool_input, tool_use_id } = called.value;
      const action = readTool(TOOLS, mcpName(tool_name), tool_name, tool_input, place.value);
      if (!action.ok) return action;
      return ok({
        kind: 'action',
        eventName,
        session,
        action: action.value,
        ...said('toolUseId', tool_use_id),
        // One call may fire both: it is decided once, and an approval for it is used up once.
        coalesceKey: `${common.value.session_id}/${common.value.turn_id ?? ''}`,
        honoursAsk: false,
        toolInput: tool_input,
      });
    }
    case 'PostToolUse': {
      const called = readCall(payload.value);
      if (!called.ok) return called;
      const done = readDone(payload.value);
      if (!done.ok) return done;
      const { tool_name, tool_input, tool_use_id } = called.value;
      // What has happened is recorded even if its input is not understood.
      const action = readTool(TOOLS, mcpName(tool_name), tool_name, tool_input, place.value);
      return ok({
        kind: 'outcome',
        eventName,
        session,
        ...(action.ok ? { action: action.value } : {}),
        ...said('toolUseId', tool_use_id),
        status: statusOf(done.value.tool_response),
      });
    }
    case 'UserPromptSubmit': {
      const prompt = readPrompt(payload.value);
      if (!prompt.ok) return prompt;
      return ok({
        kind: 'action',
        eventName,
        session,
        action: { ...place.value, kind: 'prompt', text: prompt.value.prompt },
        honoursAsk: false,
        toolInput: payload.value,
      });
    }
    default:
      return NOTICES.has(eventName) ? ok({ kind: 'notice', eventName, session }) : eventUnknown('Codex', eventName);
  }
}

/** The response's form is the tool's own. Text alone does not say whether the command failed. */
function statusOf(response: JsonValue | undefined): 'succeeded' | 'failed' | 'unknown' {
  if (!isObject(response)) return 'unknown';
  const { exit_code: exitCode, success, isError } = response;
  if (typeof exitCode === 'number') return exitCode === 0 ? 'succeeded' : 'failed';
  if (typeof success === 'boolean') return success ? 'succeeded' : 'failed';
  if (typeof isError === 'boolean') return isError ? 'failed' : 'succeeded';
  return 'unknown';
}
