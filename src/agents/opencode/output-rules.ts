import Type from 'typebox';
import { exactly, Input, type Reading, type ReadOutput, rule, Said } from '#agents/output-rules.ts';

/** The rules of ACGS's own plugin: it throws, which blocks, on all that is not exactly an allow. */
export const readOpencodeOutput: ReadOutput = rule(
  Type.Union([
    exactly({ decision: Type.Literal('allow'), args: Type.Optional(Input) }),
    exactly({ decision: Type.Literal('deny'), reason: Said }),
  ]),
  (output): Reading => {
    if (output.decision === 'deny') return { kind: 'blocks', text: output.reason };
    return output.args === undefined ? { kind: 'runs' } : { kind: 'runs', input: output.args };
  },
);
