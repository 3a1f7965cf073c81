import Type from 'typebox';
import { exactly, Input, type Reading, type ReadOutput, rule, Said } from '#agents/output-rules.ts';

const PreToolUse = exactly({
  hookSpecificOutput: exactly({
    hookEventName: Type.Literal('PreToolUse'),
    permissionDecision: Type.Enum(['allow', 'deny', 'ask']),
    permissionDecisionReason: Type.Optional(Said),
    updatedInput: Type.Optional(Input),
  }),
});
const PermissionRequest = exactly({
  hookSpecificOutput: exactly({
    hookEventName: Type.Literal('PermissionRequest'),
    decision: Type.Union([
      exactly({ behavior: Type.Literal('allow'), updatedInput: Type.Optional(Input) }),
      exactly({ behavior: Type.Literal('deny'), message: Said, interrupt: Type.Optional(Type.Boolean()) }),
    ]),
  }),
});

const preToolUse = rule(PreToolUse, ({ hookSpecificOutput: said }, { mode }): Reading => {
  const text = said.permissionDecisionReason ?? '';
  if (said.permissionDecision === 'deny') {
    return text === '' ? { kind: 'invalid', why: 'a deny without a reason' } : { kind: 'blocks', text };
  }
  if (said.permissionDecision === 'ask') {
    // Under the other modes the question may be answered without a person.
    return mode === 'default' || mode === 'plan' || mode === 'acceptEdits' ? { kind: 'asks', text } : { kind: 'runs' };
  }
  return said.updatedInput === undefined ? { kind: 'runs' } : { kind: 'runs', input: said.updatedInput };
});
const permissionRequest = rule(PermissionRequest, ({ hookSpecificOutput: { decision } }): Reading => {
  if (decision.behavior === 'deny') return { kind: 'blocks', text: decision.message };
  return decision.updatedInput === undefined ? { kind: 'runs' } : { kind: 'runs', input: decision.updatedInput };
});
const prompt = rule(
  exactly({ decision: Type.Literal('block'), reason: Said }),
  ({ reason }): Reading => ({ kind: 'blocks', text: reason }),
);

/** code.claude.com/docs/en/hooks: no output, or JSON with the event's own fields. */
export const readClaudeCodeOutput: ReadOutput = (stdout, situation) => {
  if (stdout === '') return { kind: 'runs' };
  if (situation.eventName === 'PreToolUse') return preToolUse(stdout, situation);
  if (situation.eventName === 'PermissionRequest') return permissionRequest(stdout, situation);
  return prompt(stdout, situation);
};
