import type { AgentAdapter } from '#agents/agent.ts';
import { claudeCode } from '#agents/claude-code/adapter.ts';
import { codex } from '#agents/codex/adapter.ts';
import { copilot } from '#agents/copilot/adapter.ts';
import { cursor } from '#agents/cursor/adapter.ts';
import { geminiCli } from '#agents/gemini-cli/adapter.ts';
import { opencode } from '#agents/opencode/adapter.ts';
import type { AgentKind } from '#domain/action/action.ts';

/** Every agent that ACGS understands, by kind: what `POST /v1/hooks/{agent}` chooses from. */
export const AGENTS: { readonly [K in AgentKind]: AgentAdapter & { readonly kind: K } } = {
  'claude-code': claudeCode,
  codex,
  cursor,
  'gemini-cli': geminiCli,
  copilot,
  opencode,
};
