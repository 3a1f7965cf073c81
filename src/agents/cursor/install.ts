import { type HookedEvent, hookCommand, settingsFiles, timeoutS } from '#agents/install.ts';
import { createJsonInstaller, readHandler } from '#agents/install-json.ts';

/** `preToolUse` and the `before*` events meet the same action; ACGS makes one decision of both. */
const EVENTS: readonly HookedEvent[] = [
  { name: 'sessionStart', decides: false },
  { name: 'beforeSubmitPrompt', decides: true },
  { name: 'preToolUse', decides: true },
  { name: 'beforeShellExecution', decides: true },
  { name: 'beforeMCPExecution', decides: true },
  { name: 'beforeReadFile', decides: true },
  { name: 'beforeTabFileRead', decides: true },
  { name: 'subagentStart', decides: true },
  { name: 'postToolUse', decides: false },
  { name: 'postToolUseFailure', decides: false },
  { name: 'stop', decides: false },
  { name: 'sessionEnd', decides: false },
];

/** Cursor (cursor.com/docs/hooks). `failClosed` makes a crash, a timeout or bad JSON a block. */
export const cursorInstaller = createJsonInstaller({
  agent: 'cursor',
  events: EVENTS,
  settingsFile: settingsFiles({
    project: ({ project }) => `${project}/.cursor/hooks.json`,
    user: ({ home }) => `${home}/.cursor/hooks.json`,
    managed: ({ platform }) =>
      platform === 'darwin' ? '/Library/Application Support/Cursor/hooks.json' : '/etc/cursor/hooks.json',
  }),
  frame: ['version'],
  entry: (event, plan) => ({
    command: hookCommand(plan, 'cursor', event),
    timeout: timeoutS(event, plan),
    ...(event.decides ? { failClosed: true } : {}),
  }),
  handlers: (entry) => [entry],
  read: (handler) => ({ ...readHandler(handler, 'timeout', 1000), failClosed: handler['failClosed'] === true }),
  settings: () => [{ path: ['version'], value: 1 }],
});
