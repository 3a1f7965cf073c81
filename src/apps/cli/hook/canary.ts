import type { AgentKind } from '#domain/action/action.ts';
import type { JsonObject } from '#domain/json.ts';

/** What any constitution denies. It is put to ACGS and never run: nothing here starts it. */
export const CANARY_COMMAND = 'rm -rf --no-preserve-root /';

/** The event through which an agent asks about a command before it runs it. */
export const COMMAND_EVENT: Readonly<Record<AgentKind, string>> = {
  'claude-code': 'PreToolUse',
  codex: 'PreToolUse',
  cursor: 'beforeShellExecution',
  'gemini-cli': 'BeforeTool',
  copilot: 'preToolUse',
  opencode: 'tool.execute.before',
};

/** An agent's payload for a command in its `COMMAND_EVENT`, as documented (OpenCode: what our plugin posts). */
export function commandPayload(agent: AgentKind, command: string, cwd: string, sessionId: string): JsonObject {
  switch (agent) {
    case 'claude-code':
    case 'codex':
      return {
        session_id: sessionId,
        transcript_path: null,
        cwd,
        permission_mode: 'default',
        hook_event_name: 'PreToolUse',
        tool_name: 'Bash',
        tool_input: { command },
        tool_use_id: 'acgs-doctor',
        ...(agent === 'codex' ? { turn_id: 'acgs-doctor', model: 'acgs-doctor' } : {}),
      };
    case 'cursor':
      return {
        conversation_id: sessionId,
        generation_id: 'acgs-doctor',
        hook_event_name: 'beforeShellExecution',
        workspace_roots: [cwd],
        command,
        cwd,
        sandbox: false,
      };
    case 'gemini-cli':
      return {
        session_id: sessionId,
        transcript_path: '',
        cwd,
        hook_event_name: 'BeforeTool',
        timestamp: '1970-01-01T00:00:00.000Z',
        tool_name: 'run_shell_command',
        tool_input: { command },
      };
    case 'copilot':
      return { sessionId, timestamp: 0, cwd, toolName: 'bash', toolArgs: { command } };
    case 'opencode':
      return {
        event: 'tool.execute.before',
        tool: 'bash',
        sessionID: sessionId,
        callID: 'acgs-doctor',
        args: { command },
        cwd,
      };
    default:
      return agent satisfies never;
  }
}
