import { type AgentSimulator, type Fate, field, type HookRun, readObject } from '#agents/simulate.ts';
import type { JsonObject } from '#domain/json.ts';

const OLDER = 'before 2.1.295';
const CURRENT = 'from 2.1.295';

/** Claude Code's rules for command hooks (code.claude.com/docs/en/hooks, "Exit code output", "Decision control"). */
export const claudeCodeSimulator: AgentSimulator = {
  agent: 'claude-code',
  editions: [OLDER, CURRENT],
  fate({ hook, end }: HookRun, edition): Fate {
    // `onFailure: "block"` is unknown to older versions, and then does nothing.
    const failed: Fate = edition === CURRENT && hook.failClosed ? 'blocked' : 'runs';
    if (end.kind !== 'exited') return failed;
    const output = readObject(end.stdout);
    if (end.code === 2) return hook.event === 'PermissionRequest' ? 'runs' : 'blocked';
    if (end.code !== 0 && output === undefined) return failed;
    // Exit code 0 with something that is no JSON: plain text, no decision.
    return output === undefined ? 'runs' : told(hook.event, output);
  },
};

function told(event: string, output: JsonObject): Fate {
  if (output['continue'] === false) return 'blocked';
  const specific = field(output, 'hookSpecificOutput');
  switch (event) {
    case 'PreToolUse':
      switch (specific['permissionDecision']) {
        case 'deny':
          return 'blocked';
        // `defer` ends the process and waits: nothing has run.
        case 'defer':
        case 'ask':
          return 'asked';
        default:
          return 'runs';
      }
    case 'PermissionRequest':
      return field(specific, 'decision')['behavior'] === 'deny' ? 'blocked' : 'runs';
    default:
      return output['decision'] === 'block' ? 'blocked' : 'runs';
  }
}
