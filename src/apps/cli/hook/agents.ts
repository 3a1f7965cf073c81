import { claudeCodeInstaller } from '#agents/claude-code/install.ts';
import { claudeCodeSimulator } from '#agents/claude-code/simulate.ts';
import { codexInstaller } from '#agents/codex/install.ts';
import { codexSimulator } from '#agents/codex/simulate.ts';
import { copilotInstaller } from '#agents/copilot/install.ts';
import { copilotSimulator } from '#agents/copilot/simulate.ts';
import { cursorInstaller } from '#agents/cursor/install.ts';
import { cursorSimulator } from '#agents/cursor/simulate.ts';
import { geminiCliInstaller } from '#agents/gemini-cli/install.ts';
import { geminiCliSimulator } from '#agents/gemini-cli/simulate.ts';
import type { HookInstaller } from '#agents/install.ts';
import { openCodeInstaller } from '#agents/opencode/install.ts';
import { openCodeSimulator } from '#agents/opencode/simulate.ts';
import type { AgentSimulator } from '#agents/simulate.ts';
import type { AgentKind } from '#domain/action/action.ts';

/** How ACGS gets into each agent's settings. */
export const INSTALLERS: Readonly<Record<AgentKind, HookInstaller>> = {
  'claude-code': claudeCodeInstaller,
  codex: codexInstaller,
  cursor: cursorInstaller,
  'gemini-cli': geminiCliInstaller,
  copilot: copilotInstaller,
  opencode: openCodeInstaller,
};

/** What each agent does with the end of a hook. */
export const SIMULATORS: Readonly<Record<AgentKind, AgentSimulator>> = {
  'claude-code': claudeCodeSimulator,
  codex: codexSimulator,
  cursor: cursorSimulator,
  'gemini-cli': geminiCliSimulator,
  copilot: copilotSimulator,
  opencode: openCodeSimulator,
};
