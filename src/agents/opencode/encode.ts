import type { HookAnswer, HookEvent } from '#agents/agent.ts';
import { express } from '#agents/express.ts';
import { isObject } from '#agents/payload.ts';
import { never } from '#domain/result.ts';

/**
 * The answer to ACGS's own plugin: `{"decision":"allow"}`, `{"decision":"allow","args":{…}}` (run with these arguments), or
 * `{"decision":"deny","reason":"…"}`. The plugin throws, which blocks the call, unless it reads exactly `allow`.
 */
export function encode(event: HookEvent, answer: HookAnswer | undefined): string {
  if (event.kind !== 'action') return JSON.stringify({ decision: 'allow' });
  const told = express(answer, { ask: false, modify: isObject(event.toolInput) });
  switch (told.kind) {
    case 'allow':
      return JSON.stringify({ decision: 'allow' });
    case 'deny':
    case 'ask':
      return JSON.stringify({ decision: 'deny', reason: told.text });
    case 'modify':
      return JSON.stringify({ decision: 'allow', args: told.input });
    default:
      return never(told);
  }
}
