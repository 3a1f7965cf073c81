import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { InstalledHook } from '#agents/install.ts';
import type { HookEnd } from '#agents/simulate.ts';

/** What a hook is given by its agent. */
export interface HookInput {
  readonly payload: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The agent's timeout where the entry has none, in milliseconds. */
  readonly timeoutMs: number;
}

/** Runs an installed command as agents do: a line for the shell, the payload on its standard input, killed at its timeout. */
export function runHookCommand(hook: InstalledHook, input: HookInput): Promise<HookEnd> {
  return new Promise((resolve) => {
    // A group of its own, so that a timeout also ends what the shell has started.
    const child = spawn('/bin/sh', ['-c', hook.command], { cwd: input.cwd, env: input.env, detached: true });
    const output = { stdout: '', stderr: '' };
    let end: HookEnd | undefined;
    const timer = setTimeout(() => stop({ kind: 'timed-out' }), hook.timeoutMs ?? input.timeoutMs);
    function stop(why: HookEnd): void {
      end ??= why;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        output[name] += chunk;
      });
    }
    // Codex takes a payload that cannot be written for a failed hook.
    child.stdin.on('error', () => {
      end ??= { kind: 'broken' };
    });
    child.on('error', () => {
      clearTimeout(timer);
      resolve({ kind: 'broken' });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(end ?? (code === null ? { kind: 'broken' } : { kind: 'exited', code, ...output }));
    });
    child.stdin.end(input.payload);
  });
}

/** A call of OpenCode's plugin, for `tool.execute.before`. */
export interface PluginCall {
  readonly input: { readonly tool: string; readonly sessionID: string; readonly callID: string };
  readonly args: Record<string, unknown>;
  readonly directory: string;
}

/** Loads an installed plugin as OpenCode does and calls it. A throw, which blocks, is given as exit code 1. */
export async function runPlugin(file: string, call: PluginCall): Promise<HookEnd> {
  try {
    // A new address for each load: the module cache would hide a file that was written anew.
    const module: unknown = await import(`${pathToFileURL(file).href}?${loads++}`);
    const before = await hookOf(module, call.directory);
    if (before === undefined) return { kind: 'broken' };
    try {
      await before(call.input, { args: call.args });
      return { kind: 'exited', code: 0, stdout: '', stderr: '' };
    } catch (error) {
      return { kind: 'exited', code: 1, stdout: '', stderr: error instanceof Error ? error.message : String(error) };
    }
  } catch {
    return { kind: 'broken' };
  }
}

let loads = 0;

type BeforeTool = (input: PluginCall['input'], output: { args: Record<string, unknown> }) => Promise<void>;

async function hookOf(module: unknown, directory: string): Promise<BeforeTool | undefined> {
  // The shape of a plugin is OpenCode's: exported functions that return hooks by name. A wrong one throws and is broken.
  const plugin = module as { readonly AcgsPlugin: (context: object) => Promise<Record<string, BeforeTool>> };
  return (await plugin.AcgsPlugin({ directory }))['tool.execute.before'];
}
