import type { AgentAdapter } from '#agents/agent.ts';
import { encode } from '#agents/opencode/encode.ts';
import { parse } from '#agents/opencode/parse.ts';

export const opencode = { kind: 'opencode', parse, encode } as const satisfies AgentAdapter;
