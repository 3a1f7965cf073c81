import type { AgentAdapter } from '#agents/agent.ts';
import { encode } from '#agents/codex/encode.ts';
import { parse } from '#agents/codex/parse.ts';

export const codex = { kind: 'codex', parse, encode } as const satisfies AgentAdapter;
