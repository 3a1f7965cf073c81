/**
 * `npm run bench:hook`: what the hook client adds to an action, in wall time. The installed command is run as an agent runs
 * it, against a server that answers at once, beside two controls in the same rounds: the shell that any hook costs
 * (`sh -c :`), and a bare curl to the same server, which is the least that a hook with curl could take.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claudeCodeInstaller } from '#agents/claude-code/install.ts';
import { commandPayload } from '#apps/cli/hook/canary.ts';
import { createHookCommands } from '#apps/cli/hook/command.ts';

const ROUNDS = Number(process.argv[2] ?? 200);
const WARM_UP_ROUNDS = 10;
const AIM_MS = 15;

const DENIAL = JSON.stringify({
  hookSpecificOutput: {
    hookEventName: 'PreToolUse',
    permissionDecision: 'deny',
    permissionDecisionReason: `${'Deleting the whole workspace is not allowed: remove single files instead. '.repeat(5)}(decision 0193f1a0)`,
  },
});

interface Contender {
  readonly name: string;
  readonly command: string;
  readonly payload: string;
  /** What it must print, or the measurement is of something else. */
  readonly prints: string;
}

if (process.argv[2] === 'serve') serve();
else await measure();

/** A server in a process of its own: denies what comes to a path that says so, allows everything else. */
function serve(): void {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const body = request.headers.authorization?.endsWith('deny') ? DENIAL : '';
      response
        .writeHead(200, { 'ACGS-Verdict': body === '' ? 'allow' : 'deny', 'ACGS-Body-Bytes': Buffer.byteLength(body) })
        .end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
  });
}

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'acgs-bench-hook-'));
  const server = fork(fileURLToPath(import.meta.url), ['serve']);
  try {
    const endpoint = `http://127.0.0.1:${await portOf(server)}`;
    const payload = JSON.stringify(commandPayload('claude-code', 'npm test', folder, 'bench'));
    const large = JSON.stringify(commandPayload('claude-code', `: ${'x'.repeat(1_000_000)}`, folder, 'bench'));
    const allowed = await install(join(folder, 'allow'), endpoint, 'token-allow');
    const denied = await install(join(folder, 'deny'), endpoint, 'token-deny');
    const curl = `exec curl -q -s --data-binary @- -H 'Content-Type: application/json' ${endpoint}/`;
    report([
      ...run([
        { name: 'control: sh -c :', command: ':', payload: '', prints: '' },
        { name: 'control: bare curl', command: curl, payload, prints: '' },
        { name: 'hook, allowed', command: allowed, payload, prints: '' },
        { name: 'hook, denied (500 B answer)', command: denied, payload, prints: DENIAL },
        { name: 'hook, allowed, 1 MB payload', command: allowed, payload: large, prints: '' },
      ]),
    ]);
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('message', (port) => resolve(Number(port)));
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

/** Installs the hook for Claude Code by the real command; gives the command that stands in the settings. */
async function install(home: string, endpoint: string, token: string): Promise<string> {
  const io = {
    out: () => {},
    err: (text: string) => process.stderr.write(text),
    columns: 80,
    colour: false,
    cwd: '/',
    env: { HOME: home, PATH: process.env['PATH'] },
    readStdin: async () => '',
  };
  const hook = createHookCommands(io, { endpoint, issueToken: async () => token });
  await hook.parseAsync(['install', 'claude-code'], { from: 'user' });
  const installed = claudeCodeInstaller.read(await readFile(join(home, '.claude/settings.json'), 'utf8'));
  const found = installed.ok ? installed.value.find(({ event }) => event === 'PreToolUse') : undefined;
  if (found === undefined) throw new Error('the hook is not installed');
  return found.command;
}

/** All contenders in every round, so that a busy moment of the machine meets each of them alike. */
function run(
  contenders: readonly Contender[],
): readonly { readonly name: string; readonly timesMs: readonly number[] }[] {
  const timesMs = contenders.map((): number[] => []);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [index, { name, command, payload, prints }] of contenders.entries()) {
      const start = performance.now();
      const { status, stdout } = spawnSync('/bin/sh', ['-c', command], { input: payload, encoding: 'utf8' });
      const elapsedMs = performance.now() - start;
      if (status !== 0 || stdout !== prints) throw new Error(`${name}: exit code ${status}, printed ${stdout}`);
      if (round >= 0) timesMs[index]?.push(elapsedMs);
    }
  }
  return contenders.map(({ name }, index) => ({ name, timesMs: (timesMs[index] ?? []).toSorted((a, b) => a - b) }));
}

function report(measured: ReturnType<typeof run>): void {
  const at = (timesMs: readonly number[], share: number) =>
    timesMs[Math.min(timesMs.length - 1, Math.floor(timesMs.length * share))] ?? Number.NaN;
  const [shell, curl] = measured;
  const load = loadavg()[0] ?? Number.NaN;
  console.log(`${ROUNDS} rounds, ${cpus().length} cores, load ${load.toFixed(1)}; wall time in ms\n`);
  console.log(
    `${''.padEnd(30)}${['min', 'p50', 'p99', 'p50 added to sh', 'p50 added to curl'].map((head) => head.padStart(19)).join('')}`,
  );
  for (const { name, timesMs } of measured) {
    const p50 = at(timesMs, 0.5);
    const cells = [
      at(timesMs, 0),
      p50,
      at(timesMs, 0.99),
      p50 - at(shell?.timesMs ?? [], 0.5),
      p50 - at(curl?.timesMs ?? [], 0.5),
    ];
    console.log(name.padEnd(30) + cells.map((ms) => ms.toFixed(1).padStart(19)).join(''));
  }
  const hook = measured.find(({ name }) => name === 'hook, allowed');
  const added = at(hook?.timesMs ?? [], 0.5) - at(shell?.timesMs ?? [], 0.5);
  const bare = at(curl?.timesMs ?? [], 0.5) - at(shell?.timesMs ?? [], 0.5);
  console.log(
    `\nThe hook adds ${added.toFixed(1)} ms to an allowed action (aim: below ${AIM_MS} ms, ${added < AIM_MS ? 'met' : 'not met'}); a bare curl adds ${bare.toFixed(1)} ms on this machine.`,
  );
}
