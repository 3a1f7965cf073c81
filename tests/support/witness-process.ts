import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ACGS = fileURLToPath(new URL('../../bin/acgs.js', import.meta.url));

export interface WitnessProcess {
  readonly url: string;
  /** As an auditor gets it. */
  readonly vkey: string;
  /** Ends it and waits until it is gone; true when this call was what ended it. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
}

/** `acgs witness` as its operators start it: a process of its own, on a free port, with its key and state in `folder`. */
export async function startWitnessProcess(options: {
  readonly folder: string;
  readonly name: string;
  readonly logVkey: string;
  /** By default any that is free. */
  readonly port?: number;
  /** What runs it, such as `strace` with its options. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): Promise<WitnessProcess> {
  const words = [
    'witness',
    '--name',
    options.name,
    '--log',
    options.logVkey,
    '--listen',
    `127.0.0.1:${options.port ?? 0}`,
  ];
  const [program = '', ...before] = [...(options.under ?? []), process.execPath, ACGS];
  const child = spawn(program, [...before, ...words, '--state', options.folder], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let error = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
  });
  const started = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (/^address .*\n/m.test(out)) started.resolve();
  });
  child.once('exit', (code) => started.reject(new Error(`the witness ended with ${code}: ${error}`)));
  await started.promise;
  return {
    url: /^address\s+(\S+)$/m.exec(out)?.[1] ?? '',
    vkey: /^witness\s+(\S+)$/m.exec(out)?.[1] ?? '',
    // strace passes no signal on: the witness itself is told, by the id that it leaves beside its lock.
    kill: (signal) =>
      end(
        child,
        signal,
        (options.under ?? []).length === 0 ? child.pid : Number(readFileSync(join(options.folder, 'writer.pid'))),
      ),
  };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL', pid: number | undefined): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return false;
  const exited = once(child, 'exit');
  if (pid !== undefined) process.kill(pid, signal);
  await exited;
  return true;
}
