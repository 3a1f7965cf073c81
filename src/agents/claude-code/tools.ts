import Type from 'typebox';
import { json, name, optional, path, text } from '#agents/payload.ts';
import {
  builtins,
  editFile,
  fetchUrl,
  findFiles,
  readFile,
  searchFiles,
  searchWeb,
  shell,
  startSubagent,
  type ToolTable,
  tool,
  writeFile,
} from '#agents/tool.ts';

const Edit = Type.Object({
  file_path: path,
  old_string: text,
  new_string: text,
  replace_all: optional(Type.Boolean()),
});

const subagent = tool(Type.Object({ prompt: text, subagent_type: optional(name) }), (input, place) =>
  startSubagent(place, input.subagent_type, input.prompt),
);

/** Tools as documented at code.claude.com/docs/en/hooks and …/tools-reference. A tool that is not listed is unknown. */
export const TOOLS: ToolTable = new Map([
  [
    'Bash',
    tool(
      Type.Object({
        command: text,
        run_in_background: optional(Type.Boolean()),
        dangerouslyDisableSandbox: optional(Type.Boolean()),
      }),
      (input, place) =>
        shell(place, input.command, {
          background: input.run_in_background,
          unsandboxed: input.dangerouslyDisableSandbox,
        }),
    ),
  ],
  // Runs a command for as long as the session and reports its lines.
  [
    'Monitor',
    tool(Type.Object({ command: text }), (input, place) => shell(place, input.command, { background: true })),
  ],
  ['Read', tool(Type.Object({ file_path: path }), (input, place) => readFile(place, input.file_path))],
  ['NotebookRead', tool(Type.Object({ notebook_path: path }), (input, place) => readFile(place, input.notebook_path))],
  [
    'Write',
    tool(Type.Object({ file_path: path, content: text }), (input, place) =>
      writeFile(place, input.file_path, input.content),
    ),
  ],
  [
    'Edit',
    tool(Edit, (input, place) =>
      editFile(place, input.file_path, input.new_string, [input.old_string, input.replace_all ?? false]),
    ),
  ],
  [
    'MultiEdit',
    tool(
      Type.Object({ file_path: path, edits: Type.Array(Type.Omit(Edit, ['file_path']), { minItems: 1 }) }),
      (input, place) =>
        editFile(
          place,
          input.file_path,
          input.edits.map((edit) => edit.new_string).join('\n'),
          input.edits.map((edit) => [edit.old_string, edit.new_string, edit.replace_all ?? false]),
        ),
    ),
  ],
  [
    'NotebookEdit',
    tool(
      Type.Object({
        notebook_path: path,
        new_source: optional(text),
        cell_id: optional(name),
        cell_type: optional(name),
        edit_mode: optional(name),
      }),
      (input, place) =>
        editFile(place, input.notebook_path, input.new_source ?? '', [
          input.cell_id ?? null,
          input.cell_type ?? null,
          input.edit_mode ?? null,
        ]),
    ),
  ],
  ['LS', tool(Type.Object({ path }), (input, place) => readFile(place, input.path))],
  [
    'Glob',
    tool(Type.Object({ pattern: text, path: optional(path) }), (input, place) =>
      findFiles(place, input.pattern, input.path),
    ),
  ],
  ['Grep', tool(Type.Object({ path: optional(path) }), (input, place) => searchFiles(place, input.path))],
  ['WebFetch', tool(Type.Object({ url: text }), (input, place) => fetchUrl(place, input.url))],
  ['WebSearch', tool(Type.Object({ query: text }), (input, place) => searchWeb(place, input.query))],
  ['Agent', subagent],
  ['Task', subagent],
  [
    'ReadMcpResourceTool',
    tool(Type.Object({ server: name, uri: text }), (input, place, raw) => ({
      ...place,
      kind: 'mcp',
      server: input.server,
      tool: 'resources/read',
      input: raw,
    })),
  ],
  // `Skill` and `SlashCommand` load instructions; what those make the agent do comes as calls of its own.
  ...builtins('claude-code', [
    'AskUserQuestion',
    'BashOutput',
    'EnterPlanMode',
    'ExitPlanMode',
    'KillBash',
    'KillShell',
    'ListMcpResourcesTool',
    'LSP',
    'Skill',
    'SlashCommand',
    'StructuredOutput',
    'TaskCreate',
    'TaskGet',
    'TaskList',
    'TaskOutput',
    'TaskStop',
    'TaskUpdate',
    'TodoRead',
    'TodoWrite',
    'ToolSearch',
  ]),
]);

/** The fields that carry a tool call; `PermissionRequest` has no `tool_use_id`. */
export const ToolCall = Type.Object({ tool_name: name, tool_input: json, tool_use_id: optional(name) });
