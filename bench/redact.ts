/** What keeping secrets out of records costs on the decision path: CPU time of one `redact`, by kind of command. */
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { sampleDecision } from '#adapters/journal/sample-entries.ts';
import { parseShell } from '#adapters/shell-parser/parse.ts';
import type { Action } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import { createEffectsOf } from '#domain/action/effects.ts';
import type { Decision } from '#domain/decision/decision.ts';
import { SALT_BYTES } from '#domain/redaction/marker.ts';
import { HARMLESS_COMMANDS, PLANTED_SECRETS } from '#domain/redaction/planted-secrets.ts';
import { redact } from '#domain/redaction/redact.ts';

const ROUNDS = 400;
const effectsOf = createEffectsOf({
  parseShell,
  resolveLinks: (path) => path,
  home: '/home/u',
  temporaryDirectories: ['/tmp'],
  nowMs: () => performance.now(),
});
const newSalt = (): string => randomBytes(SALT_BYTES).toString('hex');

function decided(command: string): { readonly decision: Decision; readonly action: Action } {
  const where = { cwd: '/home/u/p', workspaceRoots: ['/home/u/p'] };
  const action: Action = { kind: 'shell', command, background: false, ...where };
  const canonical = canonicalAction(action);
  const decision = {
    ...sampleDecision(1),
    action: canonical,
    actionDigest: actionDigest(canonical),
    effects: effectsOf(action),
  };
  return { decision, action };
}

/** Microseconds of CPU of one call, median over rounds. */
function cost(run: () => void, calls: number): number {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / calls);
  }
  return times.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

const plain = ['ls -la src', 'npm test', 'git status', 'rg -n foo src | head', 'mkdir -p a/b && cp -a x y', 'cat a.ts'];
const rows = [
  ['ordinary commands', plain],
  ['commands that only look like secrets', HARMLESS_COMMANDS],
  ['commands with secrets', PLANTED_SECRETS.map(({ command }) => command)],
] as const;

console.log('kind of command                          redact     control: effects   (µs of CPU each, median)');
for (const [name, commands] of rows) {
  const all = commands.map(decided);
  const redacting = cost(() => all.forEach(({ decision }) => void redact(decision, newSalt)), all.length);
  const control = cost(() => all.forEach(({ action }) => void effectsOf(action)), all.length);
  console.log(`${name.padEnd(38)} ${redacting.toFixed(1).padStart(8)} ${control.toFixed(1).padStart(20)}`);
}
