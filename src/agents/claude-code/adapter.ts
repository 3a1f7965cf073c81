import type { AgentAdapter } from '#agents/agent.ts';
import { encode } from '#agents/claude-code/encode.ts';
import { parse } from '#agents/claude-code/parse.ts';

export const claudeCode = { kind: 'claude-code', parse, encode } as const satisfies AgentAdapter;
