import type { HookAnswer, HookEvent } from '#agents/agent.ts';
import { canMerge, type Expressed, express } from '#agents/express.ts';
import { never } from '#domain/result.ts';

/** Cursor's hook output (cursor.com/docs/hooks). Every event gets JSON: under `failClosed`, no output could count as a failure. */
export function encode(event: HookEvent, answer: HookAnswer | undefined): string {
  if (event.kind !== 'action') return '{}';
  switch (event.eventName) {
    case 'preToolUse': {
      const input = answer?.verdict.kind === 'modify' ? answer.verdict.input : undefined;
      // Whether Cursor replaces the tool's input or merges into it is not documented: the result must be the same.
      return permission(express(answer, { ask: false, modify: canMerge(event.toolInput, input) }));
    }
    case 'beforeShellExecution':
    case 'beforeMCPExecution':
      return permission(express(answer, { ask: event.honoursAsk, modify: false }));
    case 'beforeReadFile':
    case 'beforeTabFileRead':
      return reading(express(answer, { ask: false, modify: false }));
    case 'subagentStart':
      return starting(express(answer, { ask: false, modify: false }));
    default:
      return prompt(express(answer, { ask: false, modify: false }));
  }
}

function permission(told: Expressed): string {
  switch (told.kind) {
    case 'allow':
      return JSON.stringify({ permission: 'allow' });
    case 'deny':
    case 'ask':
      return JSON.stringify({ permission: told.kind, user_message: told.text, agent_message: told.text });
    case 'modify':
      return JSON.stringify({ permission: 'allow', updated_input: told.input });
    default:
      return never(told);
  }
}

/** `beforeReadFile` takes a permission and nothing else; Tab the same. */
function reading(told: Expressed): string {
  return JSON.stringify({ permission: told.kind === 'allow' ? 'allow' : 'deny' });
}

function starting(told: Expressed): string {
  return JSON.stringify(
    told.kind === 'allow' ? { permission: 'allow' } : { permission: 'deny', user_message: told.text },
  );
}

/** `beforeSubmitPrompt`: the prompt is taken or it is not. */
function prompt(told: Expressed): string {
  return JSON.stringify(told.kind === 'allow' ? { continue: true } : { continue: false, user_message: told.text });
}
