import Type from 'typebox';
import { name, optional, path, text } from '#agents/payload.ts';
import {
  atMostOneOf,
  builtins,
  editFile,
  fetchUrl,
  findFiles,
  inFolder,
  oneOf,
  readFile,
  searchFiles,
  searchWeb,
  shell,
  startSubagent,
  type ToolTable,
  tool,
  writeFile,
} from '#agents/tool.ts';
import { refuse } from '#domain/result.ts';

const folder = { dir_path: optional(path), path: optional(path) };
const Paths = Type.Array(path, { minItems: 1 });

const grep = tool(Type.Object(folder), (input, place) => {
  const at = atMostOneOf('the folder', input.dir_path, input.path);
  return at.ok ? searchFiles(place, at.value) : at;
});

/** Tools of Gemini CLI (google-gemini/gemini-cli `docs/tools`); fields that were renamed between versions are read by both names. */
export const TOOLS: ToolTable = new Map([
  [
    'run_shell_command',
    tool(
      Type.Object({
        command: text,
        directory: optional(path),
        dir_path: optional(path),
        is_background: optional(Type.Boolean()),
      }),
      (input, place) => {
        const at = atMostOneOf('the folder', input.directory, input.dir_path);
        return at.ok ? shell(inFolder(place, at.value), input.command, { background: input.is_background }) : at;
      },
    ),
  ],
  [
    'read_file',
    tool(Type.Object({ file_path: optional(path), absolute_path: optional(path) }), (input, place) => {
      const at = oneOf('the file', input.file_path, input.absolute_path);
      return at.ok ? readFile(place, at.value) : at;
    }),
  ],
  [
    'read_many_files',
    tool(Type.Object({ include: optional(Paths), paths: optional(Paths) }), (input, place) => {
      const paths = [...(input.include ?? []), ...(input.paths ?? [])];
      if (paths.length === 0) return refuse('field-missing', "The tool's input lacks the files.");
      return { ...place, kind: 'files', accesses: paths.map((at) => ({ operation: 'read', path: at })) };
    }),
  ],
  [
    'write_file',
    tool(Type.Object({ file_path: path, content: text }), (input, place) =>
      writeFile(place, input.file_path, input.content),
    ),
  ],
  [
    'replace',
    tool(
      Type.Object({
        file_path: path,
        old_string: text,
        new_string: text,
        allow_multiple: optional(Type.Boolean()),
        expected_replacements: optional(Type.Number()),
      }),
      (input, place) =>
        editFile(place, input.file_path, input.new_string, [
          input.old_string,
          input.allow_multiple ?? null,
          input.expected_replacements ?? null,
        ]),
    ),
  ],
  [
    'list_directory',
    tool(Type.Object(folder), (input, place) => {
      const at = oneOf('the folder', input.dir_path, input.path);
      return at.ok ? readFile(place, at.value) : at;
    }),
  ],
  [
    'glob',
    tool(Type.Object({ ...folder, pattern: text }), (input, place) => {
      const at = atMostOneOf('the folder', input.dir_path, input.path);
      return at.ok ? findFiles(place, input.pattern, at.value) : at;
    }),
  ],
  ['grep_search', grep],
  ['search_file_content', grep],
  [
    'web_fetch',
    tool(Type.Object({ url: optional(text), prompt: optional(text) }), (input, place, raw) => {
      // The URLs stand somewhere in the prompt: Gemini CLI takes every word with a scheme for one.
      const inPrompt = (input.prompt ?? '').split(/\s+/).filter((word) => word.includes('://'));
      const [url, ...others] = new Set(typeof input.url === 'string' ? [input.url, ...inPrompt] : inPrompt);
      return url !== undefined && others.length === 0
        ? fetchUrl(place, url)
        : { ...place, kind: 'unknown', tool: 'web_fetch', input: raw };
    }),
  ],
  ['google_web_search', tool(Type.Object({ query: text }), (input, place) => searchWeb(place, input.query))],
  [
    'invoke_agent',
    tool(Type.Object({ agent_name: name, prompt: text }), (input, place) =>
      startSubagent(place, input.agent_name, input.prompt),
    ),
  ],
  [
    'codebase_investigator',
    tool(Type.Object({ objective: text }), (input, place) =>
      startSubagent(place, 'codebase_investigator', input.objective),
    ),
  ],
  // `save_memory` is not here: it writes to what every later session is told.
  ...builtins('gemini-cli', [
    'activate_skill',
    'ask_user',
    'cli_help',
    'complete_task',
    'enter_plan_mode',
    'exit_plan_mode',
    'get_internal_docs',
    'tracker_add_dependency',
    'tracker_create_task',
    'tracker_get_task',
    'tracker_list_tasks',
    'tracker_update_task',
    'tracker_visualize',
    'update_topic',
    'write_todos',
  ]),
]);
