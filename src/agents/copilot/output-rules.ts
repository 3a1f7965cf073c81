import Type from 'typebox';
import { exactly, Input, type Reading, type ReadOutput, rule, Said } from '#agents/output-rules.ts';

const preToolUse = rule(
  Type.Union([
    exactly({ permissionDecision: Type.Literal('allow'), modifiedArgs: Type.Optional(Input) }),
    exactly({ permissionDecision: Type.Enum(['deny', 'ask']), permissionDecisionReason: Said }),
  ]),
  (output): Reading => {
    if (output.permissionDecision === 'allow') {
      return output.modifiedArgs === undefined ? { kind: 'runs' } : { kind: 'runs', input: output.modifiedArgs };
    }
    return { kind: output.permissionDecision === 'ask' ? 'asks' : 'blocks', text: output.permissionDecisionReason };
  },
);
const permissionRequest = rule(
  Type.Union([
    exactly({}),
    exactly({ behavior: Type.Literal('allow') }),
    exactly({ behavior: Type.Literal('deny'), message: Said, interrupt: Type.Optional(Type.Boolean()) }),
  ]),
  (output): Reading => ('message' in output ? { kind: 'blocks', text: output.message } : { kind: 'runs' }),
);
const nothing = rule(exactly({}), (): Reading => ({ kind: 'runs' }));

/** github/docs `content/copilot/reference/hooks-reference.md`, "decision control": one JSON object, either spelling. */
export const readCopilotOutput: ReadOutput = (stdout, situation) => {
  const event = situation.eventName.toLowerCase();
  if (event === 'pretooluse') return preToolUse(stdout, situation);
  if (event === 'permissionrequest') return permissionRequest(stdout, situation);
  return nothing(stdout, situation);
};
