import type { HookAnswer, HookEvent } from '#agents/agent.ts';
import { canMerge, type Expressed, express } from '#agents/express.ts';
import { never } from '#domain/result.ts';

/** Gemini CLI's hook output (google-gemini/gemini-cli `docs/hooks/reference.md`): one JSON object and nothing else. */
export function encode(event: HookEvent, answer: HookAnswer | undefined): string {
  if (event.kind !== 'action') return '{}';
  if (event.eventName !== 'BeforeTool') return prompt(express(answer, { ask: false, modify: false }));
  const input = answer?.verdict.kind === 'modify' ? answer.verdict.input : undefined;
  // The given input is merged into the model's: one that drops a field cannot be told.
  const modify = canMerge(event.toolInput, input);
  return beforeTool(express(answer, { ask: event.honoursAsk, modify }));
}

function beforeTool(told: Expressed): string {
  switch (told.kind) {
    case 'allow':
      return JSON.stringify({ decision: 'allow' });
    case 'deny':
      return JSON.stringify({ decision: 'deny', reason: told.text });
    case 'ask':
      return JSON.stringify({ decision: 'ask', reason: told.text, systemMessage: told.text });
    case 'modify':
      return JSON.stringify({ decision: 'allow', hookSpecificOutput: { tool_input: told.input } });
    default:
      return never(told);
  }
}

/** `BeforeAgent`: the prompt is taken or discarded. */
function prompt(told: Expressed): string {
  return JSON.stringify(told.kind === 'allow' ? { decision: 'allow' } : { decision: 'deny', reason: told.text });
}
