import { type HookedEvent, hookCommand, settingsFiles, timeoutS } from '#agents/install.ts';
import { createJsonInstaller, handlersOfGroup, readHandler } from '#agents/install-json.ts';

const EVENTS: readonly HookedEvent[] = [
  { name: 'SessionStart', decides: false },
  { name: 'UserPromptSubmit', decides: true },
  { name: 'PreToolUse', decides: true },
  { name: 'PermissionRequest', decides: true },
  { name: 'PostToolUse', decides: false },
  { name: 'PostToolUseFailure', decides: false },
  { name: 'Stop', decides: false },
  { name: 'SessionEnd', decides: false },
];

/** Events with a tool, to which a matcher applies: all tools. */
const TOOL_EVENTS: ReadonlySet<string> = new Set([
  'PreToolUse',
  'PermissionRequest',
  'PostToolUse',
  'PostToolUseFailure',
]);

/**
 * Claude Code (code.claude.com/docs/en/hooks, /settings). `onFailure: "block"` closes timeouts and crashes from 2.1.295 on;
 * older versions ignore it, so the client must end by itself and with exit code 2. The managed file is one of its own in
 * `managed-settings.d`, and lets neither other hooks nor the bypass mode stand beside it.
 */
export const claudeCodeInstaller = createJsonInstaller({
  agent: 'claude-code',
  events: EVENTS,
  settingsFile: settingsFiles({
    project: ({ project }) => `${project}/.claude/settings.json`,
    user: ({ env, home }) => `${env['CLAUDE_CONFIG_DIR'] ?? `${home}/.claude`}/settings.json`,
    managed: ({ platform }) =>
      platform === 'darwin'
        ? '/Library/Application Support/ClaudeCode/managed-settings.d/50-acgs.json'
        : '/etc/claude-code/managed-settings.d/50-acgs.json',
  }),
  entry: (event, plan) => ({
    ...(TOOL_EVENTS.has(event.name) ? { matcher: '*' } : {}),
    hooks: [
      {
        type: 'command',
        command: hookCommand(plan, 'claude-code', event),
        timeout: timeoutS(event, plan),
        ...(event.decides ? { onFailure: 'block' } : {}),
      },
    ],
  }),
  handlers: handlersOfGroup,
  read: (handler) => ({ ...readHandler(handler, 'timeout', 1000), failClosed: handler['onFailure'] === 'block' }),
  settings: (scope) =>
    scope === 'managed'
      ? [
          { path: ['allowManagedHooksOnly'], value: true },
          { path: ['permissions', 'disableBypassPermissionsMode'], value: 'disable' },
        ]
      : [],
  off: [{ path: ['disableAllHooks'], value: true }],
});
