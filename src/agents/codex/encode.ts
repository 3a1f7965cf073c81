import type { HookAnswer, HookEvent } from '#agents/agent.ts';
import { type Expressed, express } from '#agents/express.ts';
import { never } from '#domain/result.ts';

/**
 * Codex's hook output (openai/codex `codex-rs/hooks/src/engine/output_parser.rs`). It must be exact: with a bare `allow`,
 * an `ask` or any field that Codex does not know, the whole output is invalid and the call runs. To allow, print nothing.
 */
export function encode(event: HookEvent, answer: HookAnswer | undefined): string {
  if (event.kind !== 'action') return '';
  switch (event.eventName) {
    case 'PreToolUse':
      return preToolUse(express(answer, { ask: false, modify: true }));
    case 'PermissionRequest':
      return permissionRequest(express(answer, { ask: false, modify: false }));
    default:
      return block(express(answer, { ask: false, modify: false }));
  }
}

function preToolUse(told: Expressed): string {
  switch (told.kind) {
    case 'allow':
      return '';
    case 'deny':
    case 'ask':
      return specific('PreToolUse', { permissionDecision: 'deny', permissionDecisionReason: told.text });
    case 'modify':
      return specific('PreToolUse', { permissionDecision: 'allow', updatedInput: told.input });
    default:
      return never(told);
  }
}

/**
 * Codex is about to ask its own user, mostly to leave the sandbox. ACGS only tightens there: an `allow` would answer in
 * the user's stead.
 */
function permissionRequest(told: Expressed): string {
  if (told.kind === 'allow') return '';
  return specific('PermissionRequest', { decision: { behavior: 'deny', message: told.text } });
}

/** `UserPromptSubmit`: the prompt is taken or it is not. */
function block(told: Expressed): string {
  return told.kind === 'allow' ? '' : JSON.stringify({ decision: 'block', reason: told.text });
}

function specific(hookEventName: string, output: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ hookSpecificOutput: { hookEventName, ...output } });
}
