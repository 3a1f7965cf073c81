import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort, until } from '../../tests/support/server-process.ts';
import type { Load, LoadResult } from './generate.ts';

const READY_MS_MAX = 120_000;
/** `getconf CLK_TCK` on every Linux that runs Node: ticks of `/proc/<pid>/stat`. */
const TICK_MS = 10;
const ACGS = fileURLToPath(new URL('../../bin/acgs.js', import.meta.url));

export interface MeasuredServer {
  readonly origin: string;
  readonly child: ChildProcess;
}

export interface AcgsServer extends MeasuredServer {
  /** Of an agent of kind `claude-code`. */
  readonly token: string;
  readonly operatorToken: string;
}

/** The product as its users start it, on a state folder of its own. */
export async function startAcgs(home: string, more: NodeJS.ProcessEnv = {}): Promise<AcgsServer> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = { ...process.env, ...more, ACGS_HOME: home, ACGS_LISTEN: `127.0.0.1:${port}` };
  const child = spawn(process.execPath, [ACGS, 'start'], { stdio: ['ignore', 'ignore', 'inherit'], env });
  endWithUs(child);
  await until(async () => (await fetch(`${origin}/readyz`).catch(() => undefined))?.ok === true, READY_MS_MAX);
  const issue = async (principal: string) => (await output(['token', 'issue', principal], env)).trim();
  return { child, origin, token: await issue('claude-code'), operatorToken: await issue('operator') };
}

/** Reads a body, checks nothing, answers: what HTTP, the kernel and the generator cost by themselves. */
export async function startControl(): Promise<MeasuredServer> {
  const port = await freePort();
  const script = fileURLToPath(new URL('./no-op-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, String(port)], { stdio: ['ignore', 'inherit', 'inherit'] });
  endWithUs(child);
  const isUp = async () => {
    const sent = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    return (await fetch(`http://127.0.0.1:${port}/`, sent).catch(() => undefined))?.ok === true;
  };
  await until(isUp, READY_MS_MAX);
  return { child, origin: `http://127.0.0.1:${port}` };
}

/** A bench that fails must leave nothing that loads the machine of the next one. */
function endWithUs(child: ChildProcess): void {
  process.once('exit', () => child.kill('SIGTERM'));
}

export async function stopServers(...servers: readonly MeasuredServer[]): Promise<void> {
  await Promise.all(
    servers.map(({ child }) => {
      child.kill('SIGTERM');
      return new Promise((resolve) => child.once('exit', resolve));
    }),
  );
}

/** Drives a load from a process of its own. */
export async function generate(load: Load): Promise<LoadResult> {
  const child = fork(new URL('./generate.ts', import.meta.url), { stdio: 'inherit' });
  if (isApart && child.pid !== undefined) pin(child.pid, OTHER_CORE);
  const done = new Promise<LoadResult>((resolve, reject) => {
    child.once('message', (message) => resolve(message as LoadResult)); // our own process at the other end
    child.once('exit', (code) => reject(new Error(`the load generator ended with ${code}`)));
  });
  child.send(load);
  return done;
}

/**
 * From here on the server has a core to itself: every thread of its process is held to the first core; the processes beside it
 * (index, database, ledger) and the load generator, to the second. Needs Linux and `taskset`.
 */
export function keepApart(...servers: readonly MeasuredServer[]): void {
  isApart = true;
  for (const { child } of servers) {
    if (child.pid === undefined) continue;
    for (const pid of childrenOf(child.pid)) pin(pid, OTHER_CORE);
    pin(child.pid, SERVER_CORE);
  }
}

let isApart = false;
const SERVER_CORE = 0;
const OTHER_CORE = 1;

function pin(pid: number, core: number): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], { stdio: 'ignore' });
}

/** Children of children too. */
function childrenOf(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const direct = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return direct.flatMap((child) => [child, ...childrenOf(child)]);
}

/** Processor time that the process has used, user and system, in milliseconds: what a shared machine changes least. */
export function processorMs({ child }: MeasuredServer): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Resident memory of the process that decides, in bytes; the index and its database are other processes. */
export function residentBytes({ child }: MeasuredServer): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** The value of each sample of the metrics whose line begins so, by the line up to its value. */
export async function metrics({ origin, operatorToken }: AcgsServer): Promise<ReadonlyMap<string, number>> {
  const text = await (
    await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${operatorToken}` } })
  ).text();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

async function output(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [ACGS, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return text;
}
