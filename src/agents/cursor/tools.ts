import Type from 'typebox';
import { name, optional, path, type Read, text } from '#agents/payload.ts';
import {
  atMostOneOf,
  builtins,
  deleteFile,
  editFile,
  fetchUrl,
  findFiles,
  inFolder,
  oneOf,
  patchFiles,
  readFile,
  searchFiles,
  searchWeb,
  shell,
  startSubagent,
  type ToolTable,
  tool,
  writeFile,
} from '#agents/tool.ts';
import type { Action } from '#domain/action/action.ts';

const file = { path: optional(path), file_path: optional(path) };
const folder = { path: optional(path), target_directory: optional(path) };

interface FileNames {
  readonly path?: string | null;
  readonly file_path?: string | null;
}

/**
 * Tools of Cursor's `preToolUse` (cursor.com/docs/hooks). Its documentation names the tools and few of their fields; where
 * versions differ in a field's name, both are read and a call that gives both differently is refused.
 */
export const TOOLS: ToolTable = new Map([
  [
    'Shell',
    tool(
      Type.Object({
        command: text,
        working_directory: optional(path),
        is_background: optional(Type.Boolean()),
        block_until_ms: optional(Type.Number()),
      }),
      (input, place) =>
        shell(inFolder(place, input.working_directory), input.command, {
          // Cursor lets go of a command at once when it is told to wait for no time at all.
          background: input.is_background === true || input.block_until_ms === 0,
        }),
    ),
  ],
  ['Read', tool(Type.Object(file), (input, place) => onFile(input, (at) => readFile(place, at)))],
  ['TabRead', tool(Type.Object(file), (input, place) => onFile(input, (at) => readFile(place, at)))],
  ['Delete', tool(Type.Object(file), (input, place) => onFile(input, (at) => deleteFile(place, at)))],
  [
    'Write',
    tool(Type.Object({ ...file, content: optional(text), contents: optional(text) }), (input, place) => {
      const content = oneOf('the content', input.content, input.contents);
      return content.ok ? onFile(input, (at) => writeFile(place, at, content.value)) : content;
    }),
  ],
  ['StrReplace', replacing()],
  ['Edit', replacing()],
  ['ApplyPatch', tool(Type.Object({ patch: text }), (input, place) => patchFiles(place, input.patch))],
  ['Grep', tool(Type.Object({ path: optional(path) }), (input, place) => searchFiles(place, input.path))],
  [
    'Glob',
    tool(Type.Object({ ...folder, glob_pattern: optional(text), pattern: optional(text) }), (input, place) => {
      const pattern = oneOf('the pattern', input.glob_pattern, input.pattern);
      if (!pattern.ok) return pattern;
      const at = atMostOneOf('the folder', input.target_directory, input.path);
      return at.ok ? findFiles(place, pattern.value, at.value) : at;
    }),
  ],
  [
    'LS',
    tool(Type.Object(folder), (input, place) => {
      const at = atMostOneOf('the folder', input.target_directory, input.path);
      return at.ok ? readFile(place, at.value ?? '.') : at;
    }),
  ],
  [
    'Task',
    tool(Type.Object({ prompt: text, subagent_type: optional(name) }), (input, place) =>
      startSubagent(place, input.subagent_type, input.prompt),
    ),
  ],
  ['WebFetch', tool(Type.Object({ url: text }), (input, place) => fetchUrl(place, input.url))],
  ['WebSearch', tool(Type.Object({ search_term: text }), (input, place) => searchWeb(place, input.search_term))],
  ...builtins('cursor', [
    'AskQuestion',
    'Await',
    'CreatePlan',
    'ReadLints',
    'SwitchMode',
    'TodoWrite',
    'UpdateCurrentStep',
  ]),
]);

function replacing() {
  return tool(
    Type.Object({ ...file, old_string: text, new_string: text, replace_all: optional(Type.Boolean()) }),
    (input, place) =>
      onFile(input, (at) => editFile(place, at, input.new_string, [input.old_string, input.replace_all ?? false])),
  );
}

function onFile(input: FileNames, toAction: (at: string) => Action): Read<Action> | Action {
  const at = oneOf('the file', input.path, input.file_path);
  return at.ok ? toAction(at.value) : at;
}
