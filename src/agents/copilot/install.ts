import { type HookedEvent, hookCommand, settingsFiles, timeoutS } from '#agents/install.ts';
import { createJsonInstaller, readHandler } from '#agents/install-json.ts';

/** The names of the events that give camelCase payloads. The output of `userPromptSubmitted` is dropped: it cannot block. */
const EVENTS: readonly HookedEvent[] = [
  { name: 'sessionStart', decides: false },
  { name: 'userPromptSubmitted', decides: false },
  { name: 'preToolUse', decides: true },
  { name: 'postToolUse', decides: false },
  { name: 'postToolUseFailure', decides: false },
  { name: 'sessionEnd', decides: false },
];

/**
 * GitHub Copilot CLI and cloud agent (github/docs `hooks-reference.md`). A failing command denies in `preToolUse`, but a
 * timeout always lets the action run: the client's deadline must stay below `timeoutSec`. Each scope has a file of ours.
 * The type `http` is not used: its errors let the action run.
 */
export const copilotInstaller = createJsonInstaller({
  agent: 'copilot',
  events: EVENTS,
  settingsFile: settingsFiles({
    project: ({ project }) => `${project}/.github/hooks/acgs.json`,
    user: ({ env, home }) => `${env['COPILOT_HOME'] ?? `${home}/.copilot`}/hooks/acgs.json`,
    managed: () => '/etc/github-copilot/policy.d/acgs.json',
  }),
  frame: ['version'],
  entry: (event, plan) => ({
    type: 'command',
    bash: hookCommand(plan, 'copilot', event),
    timeoutSec: timeoutS(event, plan),
  }),
  handlers: (entry) => [entry],
  // A command that crashes or ends with an error denies by itself.
  read: (handler) => ({ ...readHandler(handler, 'timeoutSec', 1000), failClosed: true }),
  settings: () => [{ path: ['version'], value: 1 }],
  off: [{ path: ['disableAllHooks'], value: true }],
});
