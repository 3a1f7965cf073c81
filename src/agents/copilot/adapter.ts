import type { AgentAdapter } from '#agents/agent.ts';
import { encode } from '#agents/copilot/encode.ts';
import { parse } from '#agents/copilot/parse.ts';

export const copilot = { kind: 'copilot', parse, encode } as const satisfies AgentAdapter;
