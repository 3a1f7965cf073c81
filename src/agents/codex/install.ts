import { installRequirements, readRequirements, removeRequirements } from '#agents/codex/requirements.ts';
import {
  type HookedEvent,
  type HookInstaller,
  hookCommand,
  type InstallPlan,
  settingsFiles,
  timeoutS,
} from '#agents/install.ts';
import { createJsonInstaller, handlersOfGroup, readHandler } from '#agents/install-json.ts';

const EVENTS: readonly HookedEvent[] = [
  { name: 'SessionStart', decides: false },
  { name: 'UserPromptSubmit', decides: true },
  { name: 'PreToolUse', decides: true },
  { name: 'PermissionRequest', decides: true },
  { name: 'PostToolUse', decides: false },
  { name: 'Stop', decides: false },
];

function handler(event: HookedEvent, plan: InstallPlan) {
  return { type: 'command', command: hookCommand(plan, 'codex', event), timeout: timeoutS(event, plan) } as const;
}

const json = createJsonInstaller({
  agent: 'codex',
  events: EVENTS,
  settingsFile: settingsFiles({
    project: ({ project }) => `${project}/.codex/hooks.json`,
    user: ({ env, home }) => `${env['CODEX_HOME'] ?? `${home}/.codex`}/hooks.json`,
    managed: () => '/etc/codex/requirements.toml',
  }),
  // Without a matcher: every tool.
  entry: (event, plan) => ({ hooks: [handler(event, plan)] }),
  handlers: handlersOfGroup,
  read: (found) => ({ ...readHandler(found, 'timeout', 1000), failClosed: false }),
});

/**
 * Codex CLI (developers.openai.com/codex/hooks): `hooks.json` for a project and a person, `requirements.toml` for an
 * administrator. It has no fail-closed option: exit code 2 with a reason on stderr and an exact deny are all that blocks.
 * A project's and a person's hooks run only after that person has trusted them (`/hooks`).
 */
export const codexInstaller: HookInstaller = {
  ...json,
  install: (existing, plan) =>
    plan.scope === 'managed'
      ? installRequirements(
          existing,
          plan.hookHome,
          EVENTS.map((event) => ({ event: event.name, ...handler(event, plan) })),
        )
      : json.install(existing, plan),
  remove: (existing, scope) => (scope === 'managed' ? removeRequirements(existing) : json.remove(existing, scope)),
  read: (existing) => (isToml(existing) ? readRequirements(existing) : json.read(existing)),
};

/** A JSON object is no TOML document, and the other way round. */
function isToml(text: string): boolean {
  return !text.trimStart().startsWith('{');
}
