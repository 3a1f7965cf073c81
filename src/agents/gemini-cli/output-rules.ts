import Type from 'typebox';
import { exactly, Input, type Reading, type ReadOutput, rule, Said } from '#agents/output-rules.ts';

const beforeTool = rule(
  Type.Union([
    exactly({
      decision: Type.Literal('allow'),
      hookSpecificOutput: Type.Optional(exactly({ tool_input: Input })),
    }),
    exactly({ decision: Type.Enum(['deny', 'block', 'ask']), reason: Said, systemMessage: Type.Optional(Said) }),
  ]),
  (output, { input }): Reading => {
    if (output.decision !== 'allow')
      return { kind: output.decision === 'ask' ? 'asks' : 'blocks', text: output.reason };
    const given = output.hookSpecificOutput?.tool_input;
    // "merges with and overrides the model's arguments"
    return given === undefined
      ? { kind: 'runs' }
      : { kind: 'runs', input: { ...(typeof input === 'object' ? input : {}), ...given } };
  },
);
const beforeAgent = rule(
  Type.Union([
    exactly({ decision: Type.Literal('allow') }),
    exactly({ decision: Type.Enum(['deny', 'block']), reason: Said }),
  ]),
  (output): Reading => (output.decision === 'allow' ? { kind: 'runs' } : { kind: 'blocks', text: output.reason }),
);
const nothing = rule(exactly({}), (): Reading => ({ kind: 'runs' }));

/** google-gemini/gemini-cli `docs/hooks/reference.md`: one JSON object and nothing else on stdout. */
export const readGeminiCliOutput: ReadOutput = (stdout, situation) => {
  if (situation.eventName === 'BeforeTool') return beforeTool(stdout, situation);
  if (situation.eventName === 'BeforeAgent') return beforeAgent(stdout, situation);
  return nothing(stdout, situation);
};
