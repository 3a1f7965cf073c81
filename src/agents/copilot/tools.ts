import Type from 'typebox';
import { isObject, name, optional, path, type Read, text } from '#agents/payload.ts';
import {
  builtins,
  editFile,
  fetchUrl,
  findFiles,
  oneOf,
  patchFiles,
  readFile,
  searchFiles,
  searchWeb,
  shell,
  startSubagent,
  type ToolReader,
  type ToolTable,
  tool,
  writeFile,
} from '#agents/tool.ts';
import type { Action } from '#domain/action/action.ts';
import { never, refuse } from '#domain/result.ts';

const bash = tool(
  Type.Object({
    command: text,
    mode: optional(name),
    async: optional(Type.Boolean()),
    detach: optional(Type.Boolean()),
    requestSandboxBypass: optional(Type.Boolean()),
  }),
  (input, place) =>
    shell(place, input.command, {
      background: input.async === true || input.detach === true || input.mode === 'async' || input.mode === 'detached',
      unsandboxed: input.requestSandboxBypass,
    }),
);
const view = tool(Type.Object({ path }), (input, place) => readFile(place, input.path));
const create = tool(Type.Object({ path, file_text: text }), (input, place) =>
  writeFile(place, input.path, input.file_text),
);
const replace = tool(Type.Object({ path, old_str: text, new_str: optional(text) }), (input, place) =>
  editFile(place, input.path, input.new_str ?? '', input.old_str),
);
const insert = tool(
  Type.Object({ path, insert_line: Type.Number(), new_str: optional(text), insert_text: optional(text) }),
  (input, place) => {
    const inserted = oneOf('the new text', input.insert_text, input.new_str);
    return inserted.ok ? editFile(place, input.path, inserted.value, input.insert_line) : inserted;
  },
);
const readEditor = tool(
  Type.Object({ command: Type.Enum(['view', 'create', 'str_replace', 'insert', 'undo_edit']) }),
  (input, place, raw): Read<Action> => {
    switch (input.command) {
      case 'view':
        return view(raw, place);
      case 'create':
        return create(raw, place);
      case 'str_replace':
        return replace(raw, place);
      case 'insert':
        return insert(raw, place);
      case 'undo_edit':
        return refuse('payload-malformed', 'What undoing an edit would write cannot be known.');
      default:
        return never(input.command);
    }
  },
);
const patchObject = tool(Type.Object({ input: optional(text), patch: optional(text) }), (input, place) => {
  const patch = oneOf('the patch', input.patch, input.input);
  return patch.ok ? patchFiles(place, patch.value) : patch;
});
/** A free-form tool: its input is the patch itself. */
const applyPatch: ToolReader = (input, place) =>
  typeof input === 'string' ? patchFiles(place, input) : patchObject(input, place);

/** `Edit` stands for three tools (`edit`, `str_replace_editor`, `apply_patch`): their inputs tell which. */
const anyEdit: ToolReader = (input, place) => {
  if (!isObject(input) || (!Object.hasOwn(input, 'path') && !Object.hasOwn(input, 'command'))) {
    return applyPatch(input, place);
  }
  return Object.hasOwn(input, 'command') ? readEditor(input, place) : replace(input, place);
};

const glob = tool(Type.Object({ pattern: text, path: optional(path) }), (input, place) =>
  findFiles(place, input.pattern, input.path),
);
const grep = tool(
  Type.Object({ path: optional(path), paths: optional(Type.Union([path, Type.Array(path)])) }),
  (input, place) => {
    const many = typeof input.paths === 'string' ? [input.paths] : (input.paths ?? []);
    if (many.length === 0) return searchFiles(place, input.path);
    const all = [...(typeof input.path === 'string' ? [input.path] : []), ...many];
    return { ...place, kind: 'files', accesses: all.map((at) => ({ operation: 'read', path: at, recursive: true })) };
  },
);
const webFetch = tool(Type.Object({ url: text }), (input, place) => fetchUrl(place, input.url));
const webSearch = tool(Type.Object({ query: text }), (input, place) => searchWeb(place, input.query));
const task = tool(Type.Object({ prompt: text, agent_type: optional(name) }), (input, place) =>
  startSubagent(place, input.agent_type, input.prompt),
);

/**
 * Copilot's tools by their own names (github/docs `hooks-reference.md`, camelCase events) and by Claude Code's, which it
 * gives under PascalCase events: then `Bash` may also be PowerShell, which nothing in the payload tells.
 * `powershell` is not here: it is no bash, and as an unknown tool it is asked about.
 */
export const TOOLS: ToolTable = new Map([
  ['bash', bash],
  ['Bash', bash],
  ['view', view],
  ['Read', view],
  ['create', create],
  ['Write', create],
  ['edit', replace],
  ['str_replace_editor', readEditor],
  ['apply_patch', applyPatch],
  ['Edit', anyEdit],
  ['glob', glob],
  ['Glob', glob],
  ['grep', grep],
  ['rg', grep],
  ['Grep', grep],
  ['web_fetch', webFetch],
  ['WebFetch', webFetch],
  ['web_search', webSearch],
  ['WebSearch', webSearch],
  ['task', task],
  ['Task', task],
  ['Agent', task],
  ...builtins('copilot', [
    'ask_user',
    'AskUserQuestion',
    'exit_plan_mode',
    'fetch_copilot_cli_documentation',
    'list_agents',
    'list_bash',
    'read_agent',
    'read_bash',
    'report_intent',
    'skill',
    'stop_bash',
    'task_complete',
    'TodoWrite',
    'update_todo',
  ]),
]);
