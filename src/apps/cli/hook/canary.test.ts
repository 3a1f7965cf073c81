import { describe, expect, it } from 'vitest';
import type { AgentAdapter } from '#agents/agent.ts';
import { claudeCode } from '#agents/claude-code/adapter.ts';
import { codex } from '#agents/codex/adapter.ts';
import { copilot } from '#agents/copilot/adapter.ts';
import { cursor } from '#agents/cursor/adapter.ts';
import { geminiCli } from '#agents/gemini-cli/adapter.ts';
import { opencode } from '#agents/opencode/adapter.ts';
import { CANARY_COMMAND, COMMAND_EVENT, commandPayload } from '#apps/cli/hook/canary.ts';

describe('commandPayload', () => {
  const adapters: readonly AgentAdapter[] = [claudeCode, codex, cursor, geminiCli, copilot, opencode];
  it.each(adapters.map((adapter) => [adapter.kind, adapter] as const))(
    '%s: read as the command it is',
    (agent, adapter) => {
      const payload = commandPayload(agent, CANARY_COMMAND, '/src/shop', 'acgs-doctor');
      const parsed = adapter.parse({ payload, event: COMMAND_EVENT[agent] });
      expect(parsed).toMatchObject({
        ok: true,
        value: { kind: 'action', action: { kind: 'shell', command: CANARY_COMMAND, cwd: '/src/shop' } },
      });
    },
  );
});
