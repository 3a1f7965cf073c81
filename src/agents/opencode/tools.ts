import Type from 'typebox';
import { name, optional, path, text } from '#agents/payload.ts';
import {
  builtins,
  editFile,
  fetchUrl,
  findFiles,
  inFolder,
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

const replacement = { oldString: text, newString: text, replaceAll: optional(Type.Boolean()) };
const patch = tool(Type.Object({ patchText: text }), (input, place) => patchFiles(place, input.patchText));

/**
 * OpenCode's own tools (anomalyco/opencode `packages/opencode/src/tool`). Not here and so unknown: tools of MCP servers and
 * plugins, whose names do not tell where the server's ends; `batch` and `execute`, which run other tools and code.
 */
export const TOOLS: ToolTable = new Map([
  [
    'bash',
    tool(Type.Object({ command: text, workdir: optional(path) }), (input, place) =>
      shell(inFolder(place, input.workdir), input.command),
    ),
  ],
  ['read', tool(Type.Object({ filePath: path }), (input, place) => readFile(place, input.filePath))],
  [
    'write',
    tool(Type.Object({ filePath: path, content: text }), (input, place) =>
      writeFile(place, input.filePath, input.content),
    ),
  ],
  [
    'edit',
    tool(Type.Object({ filePath: path, ...replacement }), (input, place) =>
      editFile(place, input.filePath, input.newString, [input.oldString, input.replaceAll ?? false]),
    ),
  ],
  [
    'multiedit',
    tool(
      Type.Object({ filePath: path, edits: Type.Array(Type.Object(replacement), { minItems: 1 }) }),
      (input, place) =>
        editFile(
          place,
          input.filePath,
          input.edits.map((edit) => edit.newString).join('\n'),
          input.edits.map((edit) => [edit.oldString, edit.newString, edit.replaceAll ?? false]),
        ),
    ),
  ],
  ['apply_patch', patch],
  ['patch', patch],
  ['list', tool(Type.Object({ path: optional(path) }), (input, place) => readFile(place, input.path || '.'))],
  [
    'glob',
    tool(Type.Object({ pattern: text, path: optional(path) }), (input, place) =>
      findFiles(place, input.pattern, input.path),
    ),
  ],
  ['grep', tool(Type.Object({ path: optional(path) }), (input, place) => searchFiles(place, input.path))],
  ['webfetch', tool(Type.Object({ url: text }), (input, place) => fetchUrl(place, input.url))],
  ['websearch', tool(Type.Object({ query: text }), (input, place) => searchWeb(place, input.query))],
  ['codesearch', tool(Type.Object({ query: text }), (input, place) => searchWeb(place, input.query))],
  [
    'task',
    tool(Type.Object({ prompt: text, subagent_type: optional(name) }), (input, place) =>
      startSubagent(place, input.subagent_type, input.prompt),
    ),
  ],
  ...builtins('opencode', ['invalid', 'lsp', 'plan_enter', 'plan_exit', 'question', 'skill', 'todoread', 'todowrite']),
]);
