import { type HookedEvent, type HookInstaller, type InstalledHook, settingsFiles } from '#agents/install.ts';
import { ok, refuse } from '#domain/result.ts';

const EVENTS: readonly HookedEvent[] = [
  { name: 'tool.execute.before', decides: true },
  { name: 'tool.execute.after', decides: false },
];

/** First line of our plugin, by which a file is known to be ours. */
export const PLUGIN_MARK = '// The ACGS plugin for OpenCode, written by `acgs hook install opencode`.';
/** The line of the plugin's source that names its settings folder. */
const FOLDER_LINE = /^const FOLDER = .*;$/m;

const files = settingsFiles({
  project: ({ project }) => `${project}/.opencode/plugins/acgs.js`,
  user: ({ env, home }) => `${env['XDG_CONFIG_HOME'] ?? `${home}/.config`}/opencode/plugins/acgs.js`,
  managed: () => '',
});

/**
 * OpenCode (anomalyco/opencode `packages/plugin`): not a command but a plugin, a file of our own in a folder that OpenCode
 * loads. It has no folder for an administrator.
 */
export const openCodeInstaller: HookInstaller = {
  agent: 'opencode',
  events: EVENTS,
  settingsFile: (scope, places) =>
    scope === 'managed'
      ? refuse('scope-unsupported', 'OpenCode has no plugins for a whole machine: install it for a project or a user')
      : files(scope, places),
  install(existing, plan) {
    if (existing !== undefined && !isOurs(existing)) return refuse('settings-conflict', NOT_OURS);
    // A function, so that a `$` in the folder stays one.
    return ok(plan.plugin.replace(FOLDER_LINE, () => `const FOLDER = ${JSON.stringify(`${plan.hookHome}/opencode`)};`));
  },
  remove: (existing) => (isOurs(existing) ? ok(undefined) : refuse('settings-conflict', NOT_OURS)),
  read(existing) {
    if (!isOurs(existing)) return ok([]);
    return ok(EVENTS.map(({ name }): InstalledHook => ({ event: name, command: 'plugin', failClosed: true })));
  },
};

const NOT_OURS = "the plugin file is not one of ACGS's";

function isOurs(text: string): boolean {
  return text.startsWith(PLUGIN_MARK);
}
