import type { AgentKind } from '#domain/action/action.ts';
import type { JsonObject } from '#domain/json.ts';

/** One call of a shell tool, as an agent's hooks report it: before it runs, and after. */
export interface ShellCall {
  readonly before: { readonly event: string; readonly payload: JsonObject };
  readonly after: { readonly event: string; readonly payload: JsonObject };
}

/** A run of an agent: payloads as each vendor documents them (shared/reference/agent-hooks.md), the same run each time. */
export function shellCall(
  agent: AgentKind,
  command: string,
  call: { readonly cwd: string; readonly id: string },
): ShellCall {
  const { cwd, id } = call;
  switch (agent) {
    case 'claude-code': {
      const base = {
        session_id: 'session-1',
        prompt_id: 'p1',
        transcript_path: '/home/dev/t.jsonl',
        cwd,
        permission_mode: 'default',
        tool_name: 'Bash',
        tool_input: { command, description: 'as asked' },
        tool_use_id: id,
      };
      return {
        before: { event: 'PreToolUse', payload: { ...base, hook_event_name: 'PreToolUse' } },
        after: {
          event: 'PostToolUse',
          payload: {
            ...base,
            hook_event_name: 'PostToolUse',
            tool_response: { stdout: 'ok', stderr: '', interrupted: false },
            duration_ms: 12,
          },
        },
      };
    }
    case 'codex': {
      const base = {
        session_id: 'session-1',
        turn_id: '7',
        transcript_path: null,
        cwd,
        model: 'gpt-6.1',
        permission_mode: 'default',
        tool_name: 'Bash',
        tool_input: { command },
        tool_use_id: id,
      };
      return {
        before: { event: 'PreToolUse', payload: { ...base, hook_event_name: 'PreToolUse' } },
        after: { event: 'PostToolUse', payload: { ...base, hook_event_name: 'PostToolUse', tool_response: 'ok' } },
      };
    }
    case 'cursor': {
      const base = {
        conversation_id: 'session-1',
        generation_id: 'g1',
        model: 'auto',
        cursor_version: '3.2.1',
        workspace_roots: [cwd],
        user_email: null,
        transcript_path: null,
      };
      return {
        before: {
          event: 'beforeShellExecution',
          payload: { ...base, hook_event_name: 'beforeShellExecution', command, cwd, sandbox: false },
        },
        after: {
          event: 'postToolUse',
          payload: {
            ...base,
            hook_event_name: 'postToolUse',
            tool_name: 'Shell',
            tool_input: { command },
            tool_output: '{}',
            tool_use_id: id,
            cwd,
            duration: 12,
          },
        },
      };
    }
    case 'gemini-cli': {
      const base = {
        session_id: 'session-1',
        transcript_path: '/home/dev/t.json',
        cwd,
        timestamp: '2026-11-24T10:00:00Z',
        tool_name: 'run_shell_command',
        tool_input: { command },
      };
      return {
        before: { event: 'BeforeTool', payload: { ...base, hook_event_name: 'BeforeTool' } },
        after: {
          event: 'AfterTool',
          payload: { ...base, hook_event_name: 'AfterTool', tool_response: { llmContent: 'ok', returnDisplay: '' } },
        },
      };
    }
    case 'copilot': {
      const base = {
        sessionId: 'session-1',
        timestamp: 1_795_000_000_000,
        cwd,
        toolName: 'bash',
        toolArgs: { command },
      };
      return {
        before: { event: 'preToolUse', payload: base },
        after: {
          event: 'postToolUse',
          payload: { ...base, toolResult: { resultType: 'success', textResultForLlm: 'ok' } },
        },
      };
    }
    case 'opencode': {
      const base = { tool: 'bash', sessionID: 'session-1', callID: id, args: { command } };
      return {
        before: { event: 'tool.execute.before', payload: base },
        after: { event: 'tool.execute.after', payload: base },
      };
    }
    default:
      return agent satisfies never;
  }
}
