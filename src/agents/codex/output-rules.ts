import Type from 'typebox';
import { exactly, Input, type Reading, type ReadOutput, rule, Said } from '#agents/output-rules.ts';

const PreToolUse = Type.Union([
  exactly({
    hookSpecificOutput: exactly({
      hookEventName: Type.Literal('PreToolUse'),
      permissionDecision: Type.Literal('deny'),
      permissionDecisionReason: Said,
    }),
  }),
  exactly({
    hookSpecificOutput: exactly({
      hookEventName: Type.Literal('PreToolUse'),
      permissionDecision: Type.Literal('allow'),
      updatedInput: Input,
    }),
  }),
]);
const PermissionRequest = exactly({
  hookSpecificOutput: exactly({
    hookEventName: Type.Literal('PermissionRequest'),
    decision: exactly({ behavior: Type.Enum(['allow', 'deny']), message: Type.Optional(Said) }),
  }),
});

const preToolUse = rule(
  PreToolUse,
  ({ hookSpecificOutput: said }): Reading =>
    said.permissionDecision === 'deny'
      ? { kind: 'blocks', text: said.permissionDecisionReason }
      : { kind: 'runs', input: said.updatedInput },
);
const permissionRequest = rule(
  PermissionRequest,
  ({ hookSpecificOutput: { decision } }): Reading =>
    decision.behavior === 'deny' ? { kind: 'blocks', text: decision.message ?? '' } : { kind: 'runs' },
);
const block = rule(
  exactly({ decision: Type.Literal('block'), reason: Said }),
  ({ reason }): Reading => ({ kind: 'blocks', text: reason }),
);

/**
 * openai/codex `codex-rs/hooks/src/engine/output_parser.rs`: nothing, a deny with a reason, a block with a reason, or an
 * allow with a new input. All else is invalid, and the call runs.
 */
export const readCodexOutput: ReadOutput = (stdout, situation) => {
  if (stdout.trim() === '') return { kind: 'runs' };
  if (situation.eventName === 'PermissionRequest') return permissionRequest(stdout, situation);
  if (situation.eventName !== 'PreToolUse') return block(stdout, situation);
  const reading = preToolUse(stdout, situation);
  return reading.kind === 'invalid' ? block(stdout, situation) : reading;
};
