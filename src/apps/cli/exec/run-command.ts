import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const SHELL = '/bin/bash';
/** `-p`: no start-up file of the environment's choosing (BASH_ENV), no functions and options from it: what was decided is what runs. */
const SHELL_FLAGS = ['-p', '-c'];
/** What programs that the command starts would take code from. */
const CODE_IN_ENVIRONMENT = /^(?:BASH_ENV|ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_.*|PROMPT_COMMAND|PS4)$/;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** By convention of shells: ended by a signal. */
const SIGNALLED = 128;

/** Runs a command to its end, on this process's own streams. Resolves with its exit code; rejects when it could not be started. */
export function runCommand(
  command: string,
  where: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<number> {
  const env = Object.fromEntries(Object.entries(where.env).filter(([name]) => !CODE_IN_ENVIRONMENT.test(name)));
  const child = spawn(SHELL, [...SHELL_FLAGS, command], { cwd: where.cwd, env, stdio: 'inherit' });
  const forwards = FORWARDED.map((signal) => [signal, () => void child.kill(signal)] as const);
  for (const [signal, forward] of forwards) process.on(signal, forward);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? SIGNALLED + constants.signals[signal ?? 'SIGKILL']));
  }).finally(() => {
    for (const [signal, forward] of forwards) process.off(signal, forward);
  });
}
