import type { AgentSimulator, Fate, HookRun } from '#agents/simulate.ts';

/**
 * OpenCode's rule (anomalyco/opencode `packages/plugin`): a plugin that throws in `tool.execute.before` blocks, and nothing
 * else does. A throw is given here as an exit code other than 0; OpenCode has no deadline, so a plugin that never settles
 * holds the call back.
 */
export const openCodeSimulator: AgentSimulator = {
  agent: 'opencode',
  editions: ['documented'],
  fate({ hook, end }: HookRun): Fate {
    if (hook.event !== 'tool.execute.before') return 'runs';
    if (end.kind === 'timed-out') return 'blocked';
    // Not loaded: nobody was asked.
    if (end.kind === 'broken') return 'runs';
    return end.code === 0 ? 'runs' : 'blocked';
  },
};
