import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HookAnswer, HookCall, HookEvent } from '#agents/agent.ts';
import { AGENTS } from '#agents/agents.ts';
import { readClaudeCodeOutput } from '#agents/claude-code/output-rules.ts';
import { readCodexOutput } from '#agents/codex/output-rules.ts';
import { readCopilotOutput } from '#agents/copilot/output-rules.ts';
import { readCursorOutput } from '#agents/cursor/output-rules.ts';
import { readGeminiCliOutput } from '#agents/gemini-cli/output-rules.ts';
import { readOpencodeOutput } from '#agents/opencode/output-rules.ts';
import type { Reading, ReadOutput } from '#agents/output-rules.ts';
import { AGENT_KINDS, type AgentKind } from '#domain/action/action.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { Verdict } from '#domain/policy/verdict.ts';

const RULES: { readonly [K in AgentKind]: ReadOutput } = {
  'claude-code': readClaudeCodeOutput,
  codex: readCodexOutput,
  cursor: readCursorOutput,
  'gemini-cli': readGeminiCliOutput,
  copilot: readCopilotOutput,
  opencode: readOpencodeOutput,
};

/** Every kind of event that the agent's golden files hold. */
function eventsOf(kind: AgentKind): readonly HookEvent[] {
  return ['calls', 'outcomes', 'answers'].flatMap((name) => {
    const file = new URL(`./${kind}/golden/${name}.json`, import.meta.url);
    const cases: readonly { readonly call: HookCall }[] = JSON.parse(readFileSync(file, 'utf8'));
    return cases.map(({ call }) => {
      const event = AGENTS[kind].parse(call);
      if (!event.ok) throw new Error(event.refusal.message);
      return event.value;
    });
  });
}

const anyText = fc.string({ unit: 'binary', maxLength: 4000 });
const anyVerdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.record({ kind: fc.constant('allow' as const) }),
  fc.record({ kind: fc.constant('deny' as const) }),
  fc.record({ kind: fc.constant('ask' as const), role: anyText }),
  fc.record({ kind: fc.constant('modify' as const), input: fc.dictionary(fc.string(), fc.jsonValue()) }),
  fc.record({ kind: fc.constant('defer' as const), retryAfterMs: fc.nat() }),
);
const anyAnswer: fc.Arbitrary<HookAnswer> = fc.record({
  verdict: anyVerdict,
  reasons: fc.constant([]),
  decisionId: fc.uuid().map((id) => id as DecisionId),
  message: anyText,
});

function expectNotWeaker(reading: Reading, event: HookEvent, answer: HookAnswer | undefined): void {
  const verdict = event.kind === 'action' ? (answer?.verdict ?? { kind: 'deny' }) : { kind: 'allow' as const };
  if (verdict.kind === 'allow') {
    expect(reading).toEqual({ kind: 'runs' });
  } else if (verdict.kind === 'ask') {
    expect(['asks', 'blocks']).toContain(reading.kind);
  } else if (verdict.kind === 'modify' && reading.kind === 'runs') {
    // As JSON carries it: no -0.
    expect(reading.input).toEqual(JSON.parse(JSON.stringify(verdict.input)));
  } else {
    expect(reading.kind).toBe('blocks');
  }
}

describe.each(AGENT_KINDS)('what %s is told', (kind) => {
  const agent = AGENTS[kind];
  const events = eventsOf(kind);

  it('is valid by its documented rules, and read as no weaker than the verdict', () => {
    fc.assert(
      fc.property(fc.constantFrom(...events), fc.option(anyAnswer, { nil: undefined }), (event, answer) => {
        const situation = {
          eventName: event.eventName,
          mode: event.session.mode,
          input: event.kind === 'action' ? event.toolInput : undefined,
        };
        expectNotWeaker(RULES[kind](agent.encode(event, answer), situation), event, answer);
      }),
      { numRuns: 400 },
    );
  });

  it('is one line of bounded length that names the decision of an ask', () => {
    fc.assert(
      fc.property(fc.constantFrom(...events), anyAnswer, (event, answer) => {
        const output = agent.encode(event, answer);
        expect(output).not.toMatch(/[\n\r\u2028\u2029]/);
        if (answer.verdict.kind === 'modify') return;
        expect(output.length).toBeLessThan(20_000);
        const reading = RULES[kind](output, { eventName: event.eventName, mode: event.session.mode, input: null });
        if (answer.verdict.kind === 'ask' && 'text' in reading && reading.text !== '') {
          expect(reading.text).toContain(answer.decisionId);
        }
      }),
    );
  });
});

/** The oracles must be able to say no: what the documentation calls invalid or unenforced. */
describe('documented traps', () => {
  const codex = (stdout: string) => readCodexOutput(stdout, { eventName: 'PreToolUse', mode: 'default', input: {} });
  const said = (fields: object) => JSON.stringify({ hookSpecificOutput: { hookEventName: 'PreToolUse', ...fields } });

  it.each([
    ['a bare allow', said({ permissionDecision: 'allow' })],
    ['an ask', said({ permissionDecision: 'ask', permissionDecisionReason: 'x' })],
    ['a deny without a reason', said({ permissionDecision: 'deny' })],
    ['a deny with an empty reason', said({ permissionDecision: 'deny', permissionDecisionReason: ' ' })],
    ['an unknown field', JSON.stringify({ decision: 'block', reason: 'x', acgs: 1 })],
    ['continue:false', JSON.stringify({ continue: false, stopReason: 'x' })],
    ['suppressOutput', JSON.stringify({ decision: 'block', reason: 'x', suppressOutput: true })],
    ['text', 'denied'],
    ['two objects', '{"decision":"block","reason":"x"}{"decision":"block","reason":"x"}'],
  ])('Codex throws away %s', (_what, stdout) => {
    expect(codex(stdout).kind).toBe('invalid');
  });

  it('Codex takes the other form of a block', () => {
    expect(codex('{"decision":"block","reason":"x"}')).toEqual({ kind: 'blocks', text: 'x' });
  });

  it('Cursor does not enforce an ask before any tool', () => {
    const ask = '{"permission":"ask","agent_message":"x"}';
    expect(readCursorOutput(ask, { eventName: 'preToolUse', mode: undefined, input: {} })).toEqual({ kind: 'runs' });
    expect(readCursorOutput(ask, { eventName: 'beforeReadFile', mode: undefined, input: {} }).kind).toBe('invalid');
  });

  it.each(['bypassPermissions', 'dontAsk', 'auto', undefined])(
    'Claude Code may answer an ask by itself in mode %s',
    (mode) => {
      const ask = said({ permissionDecision: 'ask', permissionDecisionReason: 'x' });
      expect(readClaudeCodeOutput(ask, { eventName: 'PreToolUse', mode, input: {} })).toEqual({ kind: 'runs' });
    },
  );

  it('Copilot needs a reason for a deny, and Gemini CLI too', () => {
    const bare = { mode: undefined, input: {} };
    expect(readCopilotOutput('{"permissionDecision":"deny"}', { eventName: 'preToolUse', ...bare }).kind).toBe(
      'invalid',
    );
    expect(readGeminiCliOutput('{"decision":"deny"}', { eventName: 'BeforeTool', ...bare }).kind).toBe('invalid');
    expect(readGeminiCliOutput('', { eventName: 'BeforeTool', ...bare }).kind).toBe('invalid');
  });

  it('the other agents read a permission that is granted', () => {
    const bare = { mode: undefined, input: {} };
    const allow = (decision: object) =>
      JSON.stringify({ hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } });
    const request = { eventName: 'PermissionRequest', ...bare };
    expect(readClaudeCodeOutput(allow({ behavior: 'allow' }), request)).toEqual({ kind: 'runs' });
    expect(readClaudeCodeOutput(allow({ behavior: 'allow', updatedInput: { a: 1 } }), request)).toEqual({
      kind: 'runs',
      input: { a: 1 },
    });
    expect(readCodexOutput(allow({ behavior: 'allow' }), request)).toEqual({ kind: 'runs' });
    expect(readCodexOutput(allow({ behavior: 'allow', updatedInput: {} }), request).kind).toBe('invalid');
    expect(readCopilotOutput('{"behavior":"allow"}', request)).toEqual({ kind: 'runs' });
  });
});
