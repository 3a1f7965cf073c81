import Type from 'typebox';
import { name, optional, path, text } from '#agents/payload.ts';
import { builtins, patchFiles, readFile, shell, startSubagent, type ToolTable, tool } from '#agents/tool.ts';

/** Tools that Codex puts to hooks: its shell, its patches and MCP (developers.openai.com/codex/hooks); the rest is for newer versions. */
export const TOOLS: ToolTable = new Map([
  ['Bash', tool(Type.Object({ command: text }), (input, place) => shell(place, input.command))],
  ['apply_patch', tool(Type.Object({ command: text }), (input, place) => patchFiles(place, input.command))],
  ['view_image', tool(Type.Object({ path }), (input, place) => readFile(place, input.path))],
  [
    'spawn_agent',
    tool(Type.Object({ message: text, agent_type: optional(name) }), (input, place) =>
      startSubagent(place, input.agent_type, input.message),
    ),
  ],
  ...builtins('codex', ['update_plan', 'request_user_input']),
]);
