import type { HookAnswer, HookEvent } from '#agents/agent.ts';
import { type Expressed, express } from '#agents/express.ts';
import { isObject } from '#agents/payload.ts';
import { never } from '#domain/result.ts';

/**
 * Copilot's hook output (github/docs `hooks-reference.md`, "decision control"), the same for both spellings of an event:
 * exactly one JSON object, since two are ignored. Also the body for a hook of type `http`.
 */
export function encode(event: HookEvent, answer: HookAnswer | undefined): string {
  if (event.kind !== 'action') return '{}';
  return event.eventName === 'permissionRequest' || event.eventName === 'PermissionRequest'
    ? permissionRequest(express(answer, { ask: false, modify: false }))
    : preToolUse(express(answer, { ask: event.honoursAsk, modify: isObject(event.toolInput) }));
}

function preToolUse(told: Expressed): string {
  switch (told.kind) {
    case 'allow':
      return JSON.stringify({ permissionDecision: 'allow' });
    case 'deny':
    case 'ask':
      return JSON.stringify({ permissionDecision: told.kind, permissionDecisionReason: told.text });
    case 'modify':
      return JSON.stringify({ permissionDecision: 'allow', modifiedArgs: told.input });
    default:
      return never(told);
  }
}

/** Copilot is about to consult its own rules and user. ACGS only tightens there: an `allow` would answer in their stead. */
function permissionRequest(told: Expressed): string {
  return told.kind === 'allow' ? '{}' : JSON.stringify({ behavior: 'deny', message: told.text });
}
