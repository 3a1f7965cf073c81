import Type from 'typebox';
import type { HookCall, HookEvent } from '#agents/agent.ts';
import { TOOLS } from '#agents/opencode/tools.ts';
import {
  eventUnknown,
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
} from '#agents/payload.ts';
import { readTool } from '#agents/tool.ts';
import type { Action } from '#domain/action/action.ts';
import { ok, refuse } from '#domain/result.ts';

const readCall = reader(
  Type.Object({
    event: optional(name),
    tool: name,
    sessionID: name,
    callID: optional(name),
    // `tool.execute.after` gives them in newer versions only.
    args: Type.Optional(json),
    cwd: path,
    version: optional(name),
  }),
);

const lacking: Read<Action> = refuse('field-missing', 'The payload lacks the arguments of the tool.');

/**
 * What ACGS's own plugin posts: `{event, tool, sessionID, callID, args, cwd, version}`, where `event`, `tool`, `sessionID`,
 * `callID` and `args` are those of OpenCode's `tool.execute.before` and `.after` (anomalyco/opencode `packages/plugin`).
 */
export function parse(call: HookCall): Read<HookEvent> {
  const payload = readPayload(call);
  if (!payload.ok) return payload;
  const called = readCall(payload.value);
  if (!called.ok) return called;
  const { tool, sessionID, callID, args, cwd, version } = called.value;
  const event = readEventName(call, called.value.event);
  if (!event.ok) return event;
  const place = readPlace(cwd);
  if (!place.ok) return place;
  const session = sessionRef(sessionID, { agentVersion: version });
  const eventName = event.value;
  const action = args === undefined ? lacking : readTool(TOOLS, undefined, tool, args, place.value);
  switch (eventName) {
    case 'tool.execute.before':
      if (!action.ok) return action;
      return ok({
        kind: 'action',
        eventName,
        session,
        action: action.value,
        ...said('toolUseId', callID),
        honoursAsk: false,
        toolInput: args ?? null,
      });
    case 'tool.execute.after':
      return ok({
        kind: 'outcome',
        eventName,
        session,
        // What has happened is recorded even if its input is not understood.
        ...(action.ok ? { action: action.value } : {}),
        ...said('toolUseId', callID),
        // OpenCode calls this for tools that returned: one that threw is not reported, and a command's exit code not given.
        status: action.ok && action.value.kind === 'shell' ? 'unknown' : 'succeeded',
      });
    default:
      return eventUnknown('OpenCode', eventName);
  }
}
