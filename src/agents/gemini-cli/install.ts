import { type HookedEvent, hookCommand, settingsFiles, timeoutS } from '#agents/install.ts';
import { createJsonInstaller, handlersOfGroup, readHandler } from '#agents/install-json.ts';

const EVENTS: readonly HookedEvent[] = [
  { name: 'SessionStart', decides: false },
  { name: 'BeforeAgent', decides: true },
  { name: 'BeforeTool', decides: true },
  { name: 'AfterTool', decides: false },
  { name: 'SessionEnd', decides: false },
];

/**
 * Gemini CLI (google-gemini/gemini-cli `docs/hooks/reference.md`). Timeouts are in **milliseconds**, and it has no
 * fail-closed option: only exit code 2 and a `deny` block, so the client must answer before the timeout.
 */
export const geminiCliInstaller = createJsonInstaller({
  agent: 'gemini-cli',
  events: EVENTS,
  settingsFile: settingsFiles({
    project: ({ project }) => `${project}/.gemini/settings.json`,
    user: ({ home }) => `${home}/.gemini/settings.json`,
    managed: ({ platform }) =>
      platform === 'darwin' ? '/Library/Application Support/GeminiCli/settings.json' : '/etc/gemini-cli/settings.json',
  }),
  comments: true,
  // Without a matcher: every tool.
  entry: (event, plan) => ({
    hooks: [
      {
        type: 'command',
        name: 'acgs',
        command: hookCommand(plan, 'gemini-cli', event),
        timeout: timeoutS(event, plan) * 1000,
      },
    ],
  }),
  handlers: handlersOfGroup,
  read: (handler) => ({ ...readHandler(handler, 'timeout', 1), failClosed: false }),
  off: [
    { path: ['hooksConfig', 'enabled'], value: false },
    { path: ['tools', 'enableHooks'], value: false },
  ],
});
