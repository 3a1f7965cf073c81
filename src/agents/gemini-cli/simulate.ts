import { type AgentSimulator, type Fate, type HookRun, readObject } from '#agents/simulate.ts';

/** Gemini CLI's rules (google-gemini/gemini-cli `docs/hooks/reference.md`): only exit code 2 and a refusal in JSON block. */
export const geminiCliSimulator: AgentSimulator = {
  agent: 'gemini-cli',
  editions: ['documented'],
  fate({ end }: HookRun): Fate {
    if (end.kind !== 'exited') return 'runs';
    if (end.code === 2) return 'blocked';
    // Other exit codes are warnings; standard output with anything but JSON in it is no decision.
    const output = end.code === 0 ? readObject(end.stdout) : undefined;
    if (output?.['continue'] === false) return 'blocked';
    switch (output?.['decision']) {
      case 'deny':
      case 'block':
        return 'blocked';
      case 'ask':
        return 'asked';
      default:
        return 'runs';
    }
  },
};
