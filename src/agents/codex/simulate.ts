import { type AgentSimulator, type Fate, field, type HookRun, readObject } from '#agents/simulate.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';

/**
 * Codex's rules (openai/codex `codex-rs/hooks`): whatever is not exactly one of its forms is a failed hook, and the call
 * runs. That includes an exit code 2 without a reason on stderr.
 */
export const codexSimulator: AgentSimulator = {
  agent: 'codex',
  editions: ['documented'],
  fate({ hook, end }: HookRun): Fate {
    if (end.kind !== 'exited') return 'runs';
    if (end.code === 2 && hook.event !== 'PermissionRequest') return end.stderr.trim() === '' ? 'runs' : 'blocked';
    if (end.code !== 0) return 'runs';
    const output = readObject(end.stdout);
    if (output === undefined) return 'runs';
    return hook.event === 'PermissionRequest' ? permissionRequest(output) : decision(output);
  },
};

function decision(output: JsonObject): Fate {
  if (only(output, ['decision', 'reason'])) {
    return output['decision'] === 'block' && isText(output['reason']) ? 'blocked' : 'runs';
  }
  if (!only(output, ['hookSpecificOutput', 'systemMessage'])) return 'runs';
  const specific = field(output, 'hookSpecificOutput');
  const known = only(specific, ['hookEventName', 'permissionDecision', 'permissionDecisionReason']);
  return known && specific['permissionDecision'] === 'deny' && isText(specific['permissionDecisionReason'])
    ? 'blocked'
    : 'runs';
}

function permissionRequest(output: JsonObject): Fate {
  const specific = field(output, 'hookSpecificOutput');
  const told = field(specific, 'decision');
  const known =
    only(output, ['hookSpecificOutput']) &&
    only(specific, ['hookEventName', 'decision']) &&
    only(told, ['behavior', 'message']);
  return known && told['behavior'] === 'deny' ? 'blocked' : 'runs';
}

function only(object: JsonObject, keys: readonly string[]): boolean {
  return Object.keys(object).every((key) => keys.includes(key));
}

function isText(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
