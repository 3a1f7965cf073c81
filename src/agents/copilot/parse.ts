import Type from 'typebox';
import type { HookCall, HookEvent } from '#agents/agent.ts';
import { TOOLS } from '#agents/copilot/tools.ts';
import {
  eventUnknown,
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
  sessionRef,
} from '#agents/payload.ts';
import { readTool } from '#agents/tool.ts';
import type { Action } from '#domain/action/action.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';
import { ok } from '#domain/result.ts';
import type { SessionRef } from '#domain/session/session.ts';

const readEvent = reader(Type.Object({ hook_event_name: optional(name) }));
const readCamelCommon = reader(Type.Object({ sessionId: name, cwd: path }));
const readSnakeCommon = reader(Type.Object({ session_id: name, cwd: path }));
const readCamelCall = reader(Type.Object({ toolName: name, toolArgs: json }));
const readSnakeCall = reader(Type.Object({ tool_name: name, tool_input: json }));
const readPermissionCall = reader(Type.Object({ toolName: name, toolInput: json }));

/** What an event means; its spelling chooses the payload's form. Prompts are notices: Copilot drops what a hook answers to one. */
const MEANINGS: ReadonlyMap<string, 'call' | 'permission' | 'done' | 'failed' | 'notice'> = new Map([
  ['preToolUse', 'call'],
  ['permissionRequest', 'permission'],
  ['postToolUse', 'done'],
  ['postToolUseFailure', 'failed'],
  ['sessionStart', 'notice'],
  ['sessionEnd', 'notice'],
  ['userPromptSubmitted', 'notice'],
  ['agentStop', 'notice'],
  ['subagentStart', 'notice'],
  ['subagentStop', 'notice'],
  ['errorOccurred', 'notice'],
  ['preCompact', 'notice'],
  ['notification', 'notice'],
  ['PreToolUse', 'call'],
  ['PermissionRequest', 'permission'],
  ['PostToolUse', 'done'],
  ['PostToolUseFailure', 'failed'],
  ['SessionStart', 'notice'],
  ['SessionEnd', 'notice'],
  ['UserPromptSubmit', 'notice'],
  ['Stop', 'notice'],
  ['SubagentStop', 'notice'],
  ['ErrorOccurred', 'notice'],
  ['PreCompact', 'notice'],
]);

/**
 * Copilot's hook payload (github/docs `content/copilot/reference/hooks-reference.md`). Under a camelCase event the payload
 * does not name its event: the installed hook does, in the call.
 */
export function parse(call: HookCall): Read<HookEvent> {
  const payload = readPayload(call);
  if (!payload.ok) return payload;
  const named = readEvent(payload.value);
  if (!named.ok) return named;
  const event = readEventName(call, named.value.hook_event_name);
  if (!event.ok) return event;
  const eventName = event.value;
  const meaning = MEANINGS.get(eventName);
  if (meaning === undefined) return eventUnknown('Copilot', eventName);
  const common = readCommon(payload.value, isCamelCase(eventName));
  if (!common.ok) return common;
  const { session, place } = common.value;
  if (meaning === 'notice') return ok({ kind: 'notice', eventName, session });
  const called = readCall(payload.value, eventName, place);
  if (meaning === 'done' || meaning === 'failed') {
    return ok({
      kind: 'outcome',
      eventName,
      session,
      // What has happened is recorded even if its input is not understood.
      ...(called.ok ? { action: called.value.action } : {}),
      status: meaning === 'failed' ? 'failed' : statusOf(called),
    });
  }
  // The cloud agent takes `ask` for a deny, and cannot be told from the CLI here: either way nothing runs unasked.
  const honoursAsk = meaning === 'call';
  // One call may fire both events: it is decided once, and an approval for it is used up once.
  return called.ok
    ? ok({ kind: 'action', eventName, session, ...called.value, coalesceKey: session.id, honoursAsk })
    : called;
}

function isCamelCase(eventName: string): boolean {
  return /^[a-z]/.test(eventName);
}

function readCommon(
  payload: JsonObject,
  camelCase: boolean,
): Read<{ readonly session: SessionRef; readonly place: Place }> {
  const camel = camelCase ? readCamelCommon(payload) : undefined;
  if (camel?.ok === false) return camel;
  const snake = camelCase ? undefined : readSnakeCommon(payload);
  if (snake?.ok === false) return snake;
  const id = camel?.value.sessionId ?? snake?.value.session_id ?? '';
  const place = readPlace(camel?.value.cwd ?? snake?.value.cwd ?? '');
  return place.ok ? ok({ session: sessionRef(id), place: place.value }) : place;
}

interface Called {
  readonly action: Action;
  readonly toolInput: JsonValue;
}

function readCall(payload: JsonObject, eventName: string, place: Place): Read<Called> {
  const call = readNames(payload, eventName);
  if (!call.ok) return call;
  const { tool, input: given } = call.value;
  const input = unwrap(given);
  if (!input.ok) return input;
  const action = readTool(TOOLS, undefined, tool, input.value, place);
  return action.ok ? ok({ action: action.value, toolInput: input.value }) : action;
}

function readNames(payload: JsonObject, eventName: string): Read<{ readonly tool: string; readonly input: JsonValue }> {
  if (!isCamelCase(eventName)) {
    const snake = readSnakeCall(payload);
    return snake.ok ? ok({ tool: snake.value.tool_name, input: snake.value.tool_input }) : snake;
  }
  if (eventName === 'permissionRequest' && !Object.hasOwn(payload, 'toolArgs')) {
    const permission = readPermissionCall(payload);
    return permission.ok ? ok({ tool: permission.value.toolName, input: permission.value.toolInput }) : permission;
  }
  const camel = readCamelCall(payload);
  return camel.ok ? ok({ tool: camel.value.toolName, input: camel.value.toolArgs }) : camel;
}

/** Arguments may come as a string of JSON; a string that is none is the input itself (`apply_patch`). */
function unwrap(input: JsonValue): Read<JsonValue> {
  return typeof input === 'string' && input.trimStart().startsWith('{') ? readEmbedded(input) : ok(input);
}

function statusOf(called: Read<Called>): 'succeeded' | 'unknown' {
  // A command in the background has only been started.
  const { action } = called.ok ? called.value : {};
  return action?.kind === 'shell' && action.background ? 'unknown' : 'succeeded';
}
