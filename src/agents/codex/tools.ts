import Type from 'typebox';
import { name, optional, type Place, path, type Read, text } from '#agents/payload.ts';
import { builtins, patchFiles, readFile, shell, startSubagent, type ToolTable, tool } from '#agents/tool.ts';
import type { Action } from '#domain/action/action.ts';
import type { JsonValue } from '#domain/json.ts';

/** Tools that Codex puts to hooks: its shell, its patches and MCP (developers.openai.com/codex/hooks); the rest is for newer versions. */
export const TOOLS: ToolTable = new Map([
  ['Bash', tool(Type.Object({ command: text }), (input, place, raw) => shellOrPatch(place, input.command, raw))],
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

const PATCH_COMMAND = /^\s*apply_?patch\s+<<\s*(['"]?)(\w+)\1\n([\s\S]*)\n\2\s*$/;

/**
 * Codex takes a shell command that calls `apply_patch` for the patch itself and runs no such program (openai/codex
 * `codex-rs/apply-patch/src/invocation.rs`), so the files it changes would not be seen in the command. One that is
 * nothing else is read as the patch; one among other commands is not understood, and is asked about.
 */
function shellOrPatch(place: Place, command: string, input: JsonValue): Read<Action> | Action {
  if (!/apply_?patch/.test(command) || !command.includes('*** Begin Patch')) return shell(place, command);
  const [, , end, patch] = PATCH_COMMAND.exec(command) ?? [];
  // The first line that ends the heredoc does: what follows would be commands.
  return end === undefined || patch === undefined || patch.split('\n').includes(end)
    ? { ...place, kind: 'unknown', tool: 'Bash', input }
    : patchFiles(place, patch);
}
