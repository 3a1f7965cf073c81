import type { AgentAdapter } from '#agents/agent.ts';
import { encode } from '#agents/gemini-cli/encode.ts';
import { parse } from '#agents/gemini-cli/parse.ts';

export const geminiCli = { kind: 'gemini-cli', parse, encode } as const satisfies AgentAdapter;
