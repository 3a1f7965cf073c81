import type { HookAnswer } from '#agents/agent.ts';
import type { JsonValue } from '#domain/json.ts';
import { never } from '#domain/result.ts';

/** UTF-16 units of the text for the agent: enough for three reasons with advice, too little for a command or a file. */
export const MESSAGE_LENGTH_MAX = 1200;

/** What an event of an agent can be told, beside allow and deny, which all of them can. */
export interface Abilities {
  /** Puts the question to a person by itself. */
  readonly ask: boolean;
  /** Replaces the tool's input by the given one. */
  readonly modify: boolean;
}

/** A verdict in the words that the event has. */
export type Expressed =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny'; readonly text: string }
  | { readonly kind: 'ask'; readonly text: string }
  | { readonly kind: 'modify'; readonly text: string; readonly input: Readonly<Record<string, unknown>> };

/**
 * The verdict, or the nearest stricter one that the event can express. An action without an answer is denied.
 * `defer` is a deny everywhere: Claude Code's own `defer` works only under `-p` with a single tool call, which a hook
 * cannot see, and is ignored otherwise.
 */
export function express(answer: HookAnswer | undefined, abilities: Abilities): Expressed {
  if (answer === undefined)
    return { kind: 'deny', text: 'ACGS has made no decision on this action, so it is blocked.' };
  const { verdict, decisionId } = answer;
  const told = oneLine(answer.message) || `ACGS does not allow this (decision ${decisionId}).`;
  switch (verdict.kind) {
    case 'allow':
      return { kind: 'allow' };
    case 'deny':
      return { kind: 'deny', text: told };
    case 'ask': {
      // The ticket also stands in a native question: where nobody can be asked (Copilot's cloud agent), it is the denial.
      const text = `${told} A person with the role ${oneLine(verdict.role, 80)} can approve decision ${decisionId} in ACGS; afterwards, repeat exactly the same action.`;
      return abilities.ask ? { kind: 'ask', text } : { kind: 'deny', text };
    }
    case 'modify':
      return abilities.modify
        ? { kind: 'modify', text: told, input: verdict.input }
        : { kind: 'deny', text: `${told} It is allowed only in a changed form, which this hook cannot pass on.` };
    case 'defer':
      return {
        kind: 'deny',
        text: `${told} Try the same action again in ${Math.max(1, Math.ceil(verdict.retryAfterMs / 1000))} s.`,
      };
    default:
      return never(verdict);
  }
}

/**
 * Whether laying the new input over the old one gives the new one, however deep it is laid: an agent that merges cannot be
 * told to drop a field.
 */
export function canMerge(original: JsonValue, input: unknown): boolean {
  if (!isRecord(original) || !isRecord(input)) return false;
  return Object.entries(original).every(([key, value]) => {
    const given = input[key];
    // A value that is not an object is replaced as a whole.
    return Object.hasOwn(input, key) && (!isRecord(value) || !isRecord(given) || canMerge(value, given));
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Line breaks and control characters could pass for the agent's own output; a cut may not leave half a character. */
function oneLine(message: string, lengthMax = MESSAGE_LENGTH_MAX): string {
  const line = message.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const cut = line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`;
  return cut.toWellFormed().replaceAll('\uFFFD', '');
}
