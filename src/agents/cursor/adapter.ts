import type { AgentAdapter } from '#agents/agent.ts';
import { encode } from '#agents/cursor/encode.ts';
import { parse } from '#agents/cursor/parse.ts';

export const cursor = { kind: 'cursor', parse, encode } as const satisfies AgentAdapter;
