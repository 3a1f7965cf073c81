import type { AgentKind } from '#domain/action/action.ts';
import type { JsonObject } from '#domain/json.ts';

/** One event in which an agent asks before it acts, with a payload as its documentation gives it. */
export interface AskedEvent {
  readonly agent: AgentKind;
  readonly event: string;
  readonly payload: JsonObject;
}

const CWD = '/home/dev/shop';
/** The command in every payload of a tool that runs one. */
export const COMMAND = 'npm test -- --reporter=dot';

const claudeCode = {
  session_id: '4f1c0a52-5d0c-4c4e-9a0e-0d6f4a2b7c11',
  prompt_id: '0b8f7a34-8a31-4a50-a9c5-6f2f0f1f5e21',
  transcript_path: '/home/dev/.claude/projects/shop/4f1c0a52.jsonl',
  cwd: CWD,
  permission_mode: 'default',
};
const codex = {
  session_id: '01a0f4b9-51b6-7c53-82e2-15c5bf957e35',
  turn_id: '7',
  transcript_path: null,
  cwd: CWD,
  model: 'gpt-6.1',
  permission_mode: 'default',
};
const cursor = {
  conversation_id: '668320d2-2fd8-4888-b33c-2a466fec86e7',
  generation_id: '490b90b7-a2ce-4c2c-bb76-cb77b125df2f',
  model: 'claude-sonnet-5',
  cursor_version: '3.1.2',
  workspace_roots: [CWD],
  user_email: 'dev@example.com',
  transcript_path: null,
};
const geminiCli = {
  session_id: 'b8a4f1de-3b1f-4c7e-8d2a-9f1f0e6b5a77',
  transcript_path: '/home/dev/.gemini/tmp/shop/chats/session.json',
  cwd: CWD,
  timestamp: '2026-11-02T09:14:07.512Z',
};

/** Every event that each agent lets a hook block. A test compares them with what is installed. */
export const ASKED_EVENTS: readonly AskedEvent[] = [
  {
    agent: 'claude-code',
    event: 'UserPromptSubmit',
    payload: { ...claudeCode, hook_event_name: 'UserPromptSubmit', prompt: 'Run the tests, please.' },
  },
  {
    agent: 'claude-code',
    event: 'PreToolUse',
    payload: {
      ...claudeCode,
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command: COMMAND, description: 'Run the tests' },
      tool_use_id: 'toolu_01A9',
    },
  },
  {
    agent: 'claude-code',
    event: 'PermissionRequest',
    payload: {
      ...claudeCode,
      hook_event_name: 'PermissionRequest',
      tool_name: 'Bash',
      tool_input: { command: COMMAND },
      permission_suggestions: [],
    },
  },
  {
    agent: 'codex',
    event: 'UserPromptSubmit',
    payload: { ...codex, hook_event_name: 'UserPromptSubmit', prompt: 'Run the tests, please.' },
  },
  {
    agent: 'codex',
    event: 'PreToolUse',
    payload: {
      ...codex,
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command: COMMAND },
      tool_use_id: 'call_9',
    },
  },
  {
    agent: 'codex',
    event: 'PermissionRequest',
    payload: { ...codex, hook_event_name: 'PermissionRequest', tool_name: 'Bash', tool_input: { command: COMMAND } },
  },
  {
    agent: 'cursor',
    event: 'beforeSubmitPrompt',
    payload: { ...cursor, hook_event_name: 'beforeSubmitPrompt', prompt: 'Run the tests, please.', attachments: [] },
  },
  {
    agent: 'cursor',
    event: 'preToolUse',
    payload: {
      ...cursor,
      hook_event_name: 'preToolUse',
      tool_name: 'Shell',
      tool_input: { command: COMMAND, working_directory: CWD },
      tool_use_id: 'tool_3',
      cwd: CWD,
      agent_message: 'I will run the tests.',
    },
  },
  {
    agent: 'cursor',
    event: 'beforeShellExecution',
    payload: { ...cursor, hook_event_name: 'beforeShellExecution', command: COMMAND, cwd: CWD, sandbox: false },
  },
  {
    agent: 'cursor',
    event: 'beforeMCPExecution',
    payload: {
      ...cursor,
      hook_event_name: 'beforeMCPExecution',
      tool_name: 'create_issue',
      tool_input: '{"title":"Flaky test"}',
      url: 'https://mcp.example.com/mcp',
    },
  },
  {
    agent: 'cursor',
    event: 'beforeReadFile',
    payload: {
      ...cursor,
      hook_event_name: 'beforeReadFile',
      file_path: `${CWD}/src/cart.ts`,
      content: 'export const VAT = 0.19;\n',
      attachments: [],
    },
  },
  {
    agent: 'cursor',
    event: 'beforeTabFileRead',
    payload: {
      ...cursor,
      hook_event_name: 'beforeTabFileRead',
      file_path: `${CWD}/src/cart.ts`,
      content: 'export const VAT = 0.19;\n',
    },
  },
  {
    agent: 'cursor',
    event: 'subagentStart',
    payload: {
      ...cursor,
      hook_event_name: 'subagentStart',
      subagent_id: 'sub_1',
      subagent_type: 'explore',
      task: 'Find the tests.',
    },
  },
  {
    agent: 'gemini-cli',
    event: 'BeforeAgent',
    payload: { ...geminiCli, hook_event_name: 'BeforeAgent', prompt: 'Run the tests, please.' },
  },
  {
    agent: 'gemini-cli',
    event: 'BeforeTool',
    payload: {
      ...geminiCli,
      hook_event_name: 'BeforeTool',
      tool_name: 'run_shell_command',
      tool_input: { command: COMMAND, description: 'Run the tests' },
    },
  },
  {
    agent: 'copilot',
    event: 'preToolUse',
    payload: {
      sessionId: '9c1d7f7e-2f0a-4b52-8f0f-0e8b6b1f4a10',
      timestamp: 1_793_610_847_512,
      cwd: CWD,
      toolName: 'bash',
      toolArgs: { command: COMMAND, description: 'Run the tests' },
    },
  },
  {
    agent: 'opencode',
    event: 'tool.execute.before',
    payload: {
      event: 'tool.execute.before',
      tool: 'bash',
      sessionID: 'ses_5c1f',
      callID: 'call_2',
      args: { command: COMMAND, description: 'Run the tests' },
      cwd: CWD,
    },
  },
];
