import { describe, expect, it } from 'vitest';
import { claudeCodeSimulator } from '#agents/claude-code/simulate.ts';
import { codexSimulator } from '#agents/codex/simulate.ts';
import { copilotSimulator } from '#agents/copilot/simulate.ts';
import { cursorSimulator } from '#agents/cursor/simulate.ts';
import { geminiCliSimulator } from '#agents/gemini-cli/simulate.ts';
import { openCodeSimulator } from '#agents/opencode/simulate.ts';
import type { AgentSimulator, HookEnd } from '#agents/simulate.ts';

const TIMED_OUT: HookEnd = { kind: 'timed-out' };
const BROKEN: HookEnd = { kind: 'broken' };
const exit = (code: number, stdout = '', stderr = ''): HookEnd => ({ kind: 'exited', code, stdout, stderr });
const says = (output: unknown): HookEnd => exit(0, JSON.stringify(output));
const specific = (event: string, output: object) => says({ hookSpecificOutput: { hookEventName: event, ...output } });

/** The fates in all editions of the agent, for an entry without and one with its fail-closed option. */
function fates(simulator: AgentSimulator, event: string, end: HookEnd): string {
  return [false, true]
    .map((failClosed) =>
      simulator.editions
        .map((edition) => simulator.fate({ hook: { event, command: 'x', failClosed }, end }, edition))
        .join(' '),
    )
    .join(' | ');
}

describe('Claude Code: before and from 2.1.295, without | with onFailure', () => {
  it.each([
    ['PreToolUse', exit(0), 'runs runs | runs runs'],
    ['PreToolUse', exit(0, 'no JSON'), 'runs runs | runs runs'],
    ['PreToolUse', exit(0, '[]'), 'runs runs | runs runs'],
    ['PreToolUse', exit(1), 'runs runs | runs blocked'],
    ['PreToolUse', exit(127), 'runs runs | runs blocked'],
    ['PreToolUse', TIMED_OUT, 'runs runs | runs blocked'],
    ['PreToolUse', BROKEN, 'runs runs | runs blocked'],
    ['PreToolUse', exit(2), 'blocked blocked | blocked blocked'],
    ['PermissionRequest', exit(2), 'runs runs | runs runs'],
    ['PreToolUse', specific('PreToolUse', { permissionDecision: 'deny' }), 'blocked blocked | blocked blocked'],
    ['PreToolUse', specific('PreToolUse', { permissionDecision: 'ask' }), 'asked asked | asked asked'],
    ['PreToolUse', specific('PreToolUse', { permissionDecision: 'defer' }), 'asked asked | asked asked'],
    ['PreToolUse', specific('PreToolUse', { permissionDecision: 'allow' }), 'runs runs | runs runs'],
    ['PreToolUse', says({ continue: false }), 'blocked blocked | blocked blocked'],
    ['PreToolUse', says({ hookSpecificOutput: 'deny' }), 'runs runs | runs runs'],
    [
      'PermissionRequest',
      specific('PermissionRequest', { decision: { behavior: 'deny' } }),
      'blocked blocked | blocked blocked',
    ],
    ['PermissionRequest', specific('PermissionRequest', { decision: { behavior: 'allow' } }), 'runs runs | runs runs'],
    ['UserPromptSubmit', says({ decision: 'block' }), 'blocked blocked | blocked blocked'],
    ['UserPromptSubmit', says({}), 'runs runs | runs runs'],
  ])('%s %j: %s', (event, end, expected) => expect(fates(claudeCodeSimulator, event, end)).toBe(expected));
});

describe('Codex', () => {
  const deny = { permissionDecision: 'deny', permissionDecisionReason: 'no' };
  it.each([
    ['PreToolUse', exit(0), 'runs'],
    ['PreToolUse', exit(1, '', 'crash'), 'runs'],
    ['PreToolUse', TIMED_OUT, 'runs'],
    ['PreToolUse', BROKEN, 'runs'],
    ['PreToolUse', exit(2), 'runs'],
    ['PreToolUse', exit(2, '', 'no'), 'blocked'],
    ['PermissionRequest', exit(2, '', 'no'), 'runs'],
    ['PreToolUse', specific('PreToolUse', deny), 'blocked'],
    ['PreToolUse', specific('PreToolUse', { ...deny, surprise: 1 }), 'runs'],
    ['PreToolUse', specific('PreToolUse', { ...deny, permissionDecisionReason: ' ' }), 'runs'],
    ['PreToolUse', says({ hookSpecificOutput: deny, suppressOutput: true }), 'runs'],
    ['PreToolUse', specific('PreToolUse', { permissionDecision: 'ask', permissionDecisionReason: 'no' }), 'runs'],
    ['PreToolUse', says({ decision: 'block', reason: 'no' }), 'blocked'],
    ['PreToolUse', says({ decision: 'block' }), 'runs'],
    ['PreToolUse', says({ continue: false }), 'runs'],
    ['PermissionRequest', specific('PermissionRequest', { decision: { behavior: 'deny', message: 'no' } }), 'blocked'],
    ['PermissionRequest', specific('PermissionRequest', { decision: { behavior: 'deny', x: 1 } }), 'runs'],
  ])('%s %j: %s', (event, end, expected) =>
    expect(fates(codexSimulator, event, end)).toBe(`${expected} | ${expected}`),
  );
});

describe('Cursor: without | with failClosed', () => {
  it.each([
    ['preToolUse', exit(0), 'runs | blocked'],
    ['preToolUse', exit(0, 'no JSON'), 'runs | blocked'],
    ['preToolUse', exit(1), 'runs | blocked'],
    ['preToolUse', TIMED_OUT, 'runs | blocked'],
    ['preToolUse', exit(2), 'blocked | blocked'],
    ['preToolUse', says({ permission: 'deny' }), 'blocked | blocked'],
    ['preToolUse', says({ permission: 'ask' }), 'runs | runs'],
    ['beforeShellExecution', says({ permission: 'ask' }), 'asked | asked'],
    ['beforeMCPExecution', says({ permission: 'ask' }), 'asked | asked'],
    ['beforeReadFile', says({ permission: 'allow' }), 'runs | runs'],
    ['beforeSubmitPrompt', says({ continue: false }), 'blocked | blocked'],
    ['beforeSubmitPrompt', says({ permission: 'deny' }), 'runs | runs'],
  ])('%s %j: %s', (event, end, expected) => expect(fates(cursorSimulator, event, end)).toBe(expected));
});

describe('Gemini CLI', () => {
  it.each([
    [exit(0), 'runs'],
    [exit(0, 'debug {"decision":"deny"}'), 'runs'],
    [exit(1, '{"decision":"deny"}'), 'runs'],
    [TIMED_OUT, 'runs'],
    [BROKEN, 'runs'],
    [exit(2), 'blocked'],
    [says({ decision: 'deny' }), 'blocked'],
    [says({ decision: 'block' }), 'blocked'],
    [says({ decision: 'ask' }), 'asked'],
    [says({ continue: false }), 'blocked'],
    [says({ decision: 'allow' }), 'runs'],
  ])('%j: %s', (end, expected) =>
    expect(fates(geminiCliSimulator, 'BeforeTool', end)).toBe(`${expected} | ${expected}`),
  );
});

describe('Copilot: CLI, cloud agent', () => {
  it.each([
    ['preToolUse', exit(0), 'runs runs'],
    ['preToolUse', exit(0, '{}{}'), 'runs runs'],
    ['preToolUse', TIMED_OUT, 'runs runs'],
    ['preToolUse', BROKEN, 'blocked blocked'],
    ['preToolUse', exit(1), 'blocked blocked'],
    ['preToolUse', exit(2, '{"permissionDecision":"allow"}'), 'blocked blocked'],
    ['preToolUse', says({ permissionDecision: 'deny' }), 'blocked blocked'],
    ['preToolUse', says({ permissionDecision: 'ask' }), 'asked blocked'],
    ['preToolUse', says({ permissionDecision: 'allow' }), 'runs runs'],
    ['userPromptSubmitted', exit(2), 'runs runs'],
  ])('%s %j: %s', (event, end, expected) =>
    expect(fates(copilotSimulator, event, end)).toBe(`${expected} | ${expected}`),
  );
});

describe('OpenCode', () => {
  it.each([
    ['tool.execute.before', exit(0), 'runs'],
    ['tool.execute.before', exit(1), 'blocked'],
    ['tool.execute.before', TIMED_OUT, 'blocked'],
    ['tool.execute.before', BROKEN, 'runs'],
    ['tool.execute.after', exit(1), 'runs'],
  ])('%s %j: %s', (event, end, expected) =>
    expect(fates(openCodeSimulator, event, end)).toBe(`${expected} | ${expected}`),
  );
});
