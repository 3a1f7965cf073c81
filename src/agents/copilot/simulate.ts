import { type AgentSimulator, type Fate, type HookRun, readObject } from '#agents/simulate.ts';

const CLI = 'CLI';
const CLOUD = 'cloud agent';

/**
 * GitHub Copilot's rules for command hooks (github/docs `hooks-reference.md`): in `preToolUse` a crash and any non-zero
 * exit deny, and a timeout always lets the action run. Other events cannot be blocked.
 */
export const copilotSimulator: AgentSimulator = {
  agent: 'copilot',
  editions: [CLI, CLOUD],
  fate({ hook, end }: HookRun, edition): Fate {
    if (hook.event !== 'preToolUse' || end.kind === 'timed-out') return 'runs';
    if (end.kind === 'broken' || end.code !== 0) return 'blocked';
    switch (readObject(end.stdout)?.['permissionDecision']) {
      case 'deny':
        return 'blocked';
      case 'ask':
        return edition === CLOUD ? 'blocked' : 'asked';
      default:
        return 'runs';
    }
  },
};
