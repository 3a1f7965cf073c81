import { type AgentSimulator, type Fate, type HookRun, readObject } from '#agents/simulate.ts';

/** Events in which Cursor puts an `ask` to the person. In `preToolUse` it is accepted and not enforced. */
const ASKING: ReadonlySet<string> = new Set(['beforeShellExecution', 'beforeMCPExecution']);

/** Cursor's rules (cursor.com/docs/hooks): a hook that fails in any way allows, unless its entry has `failClosed`. */
export const cursorSimulator: AgentSimulator = {
  agent: 'cursor',
  editions: ['documented'],
  fate({ hook, end }: HookRun): Fate {
    const failed: Fate = hook.failClosed ? 'blocked' : 'runs';
    if (end.kind !== 'exited') return failed;
    if (end.code === 2) return 'blocked';
    const output = readObject(end.stdout);
    if (end.code !== 0 || output === undefined) return failed;
    if (hook.event === 'beforeSubmitPrompt') return output['continue'] === false ? 'blocked' : 'runs';
    switch (output['permission']) {
      case 'deny':
        return 'blocked';
      case 'ask':
        return ASKING.has(hook.event) ? 'asked' : 'runs';
      default:
        return 'runs';
    }
  },
};
