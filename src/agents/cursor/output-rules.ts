import Type from 'typebox';
import { exactly, Input, type Reading, type ReadOutput, rule, Said } from '#agents/output-rules.ts';

const messages = { user_message: Type.Optional(Said), agent_message: Type.Optional(Said) };

const before = rule(
  exactly({ permission: Type.Enum(['allow', 'deny', 'ask']), ...messages }),
  ({ permission, agent_message }): Reading => {
    if (permission === 'allow') return { kind: 'runs' };
    return { kind: permission === 'ask' ? 'asks' : 'blocks', text: agent_message ?? '' };
  },
);
const preToolUse = rule(
  exactly({ permission: Type.Enum(['allow', 'deny', 'ask']), updated_input: Type.Optional(Input), ...messages }),
  ({ permission, updated_input, agent_message }): Reading => {
    if (permission === 'deny') return { kind: 'blocks', text: agent_message ?? '' };
    // "ask" is accepted and not enforced.
    return permission === 'allow' && updated_input !== undefined
      ? { kind: 'runs', input: updated_input }
      : { kind: 'runs' };
  },
);
const reading = rule(
  exactly({ permission: Type.Enum(['allow', 'deny']) }),
  ({ permission }): Reading => (permission === 'allow' ? { kind: 'runs' } : { kind: 'blocks', text: '' }),
);
const starting = rule(
  exactly({ permission: Type.Enum(['allow', 'deny']), user_message: Type.Optional(Said) }),
  ({ permission, user_message }): Reading =>
    permission === 'allow' ? { kind: 'runs' } : { kind: 'blocks', text: user_message ?? '' },
);
const prompt = rule(
  exactly({ continue: Type.Boolean(), user_message: Type.Optional(Said) }),
  (output): Reading => (output.continue ? { kind: 'runs' } : { kind: 'blocks', text: output.user_message ?? '' }),
);
const nothing = rule(exactly({}), (): Reading => ({ kind: 'runs' }));

const RULES: ReadonlyMap<string, ReadOutput> = new Map([
  ['preToolUse', preToolUse],
  ['beforeShellExecution', before],
  ['beforeMCPExecution', before],
  ['beforeReadFile', reading],
  ['beforeTabFileRead', reading],
  ['subagentStart', starting],
  ['beforeSubmitPrompt', prompt],
]);

/** cursor.com/docs/hooks: always JSON, with the fields of the event. */
export const readCursorOutput: ReadOutput = (stdout, situation) =>
  (RULES.get(situation.eventName) ?? nothing)(stdout, situation);
