import type { HookAnswer, HookEvent } from '#agents/agent.ts';
import { type Expressed, express } from '#agents/express.ts';
import { never } from '#domain/result.ts';

/**
 * Claude Code's hook output (code.claude.com/docs/en/hooks, "JSON output"). An empty text leaves the event as it is.
 * The same text is the 2xx body for a hook of type `http`.
 */
export function encode(event: HookEvent, answer: HookAnswer | undefined): string {
  if (event.kind !== 'action') return '';
  switch (event.eventName) {
    case 'PreToolUse':
      return preToolUse(express(answer, { ask: event.honoursAsk, modify: true }));
    case 'PermissionRequest':
      return permissionRequest(express(answer, { ask: false, modify: false }));
    default:
      return block(express(answer, { ask: false, modify: false }));
  }
}

function preToolUse(told: Expressed): string {
  switch (told.kind) {
    case 'allow':
      return specific('PreToolUse', { permissionDecision: 'allow' });
    case 'deny':
    case 'ask':
      return specific('PreToolUse', { permissionDecision: told.kind, permissionDecisionReason: told.text });
    case 'modify':
      return specific('PreToolUse', {
        permissionDecision: 'allow',
        permissionDecisionReason: told.text,
        updatedInput: told.input,
      });
    default:
      return never(told);
  }
}

/**
 * Fires when Claude Code is about to ask its own user. ACGS only tightens there: allowed means that the user is asked as
 * configured, since an `allow` would answer in the user's stead (and so would a changed input, which needs one).
 */
function permissionRequest(told: Expressed): string {
  if (told.kind === 'allow') return '';
  return specific('PermissionRequest', { decision: { behavior: 'deny', message: told.text } });
}

/** `UserPromptSubmit`: the prompt is taken or it is not. */
function block(told: Expressed): string {
  if (told.kind === 'allow') return '';
  return JSON.stringify({ decision: 'block', reason: told.text });
}

function specific(hookEventName: string, output: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ hookSpecificOutput: { hookEventName, ...output } });
}
