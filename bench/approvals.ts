import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, until } from '../tests/support/server-process.ts';

/**
 * `npm run bench:approvals [-- --waiters 5000]`: that many agents held open on one node while a person is asked; what each
 * costs in memory, and how long after the person's answer the agent has its own. The control is the same round trip to the
 * same node without anybody waiting: an approval that is answered, and the retry that uses it.
 */
const at = process.argv.indexOf('--waiters');
const WAITERS = at < 0 ? 5_000 : Number(process.argv[at + 1]);
/** People who answer at once. */
const PEOPLE = 8;
const READY_MS_MAX = 60_000;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCRATCH = mkdtempSync(join(ROOT, '.acgs-bench-'));
const ACGS = join(ROOT, 'bin/acgs.js');

const port = await freePort();
const env = {
  ...process.env,
  ACGS_HOME: join(SCRATCH, 'home'),
  ACGS_LISTEN: `127.0.0.1:${port}`,
  // Nothing is searched here; what is measured is the node.
  ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none',
};
const server = spawn(process.execPath, [ACGS, 'start'], { stdio: ['ignore', 'ignore', 'inherit'], env });
const exited = new Promise((resolve) => server.once('exit', resolve));
try {
  await main();
} finally {
  server.kill('SIGTERM');
  await exited;
  rmSync(SCRATCH, { recursive: true, force: true });
}

async function main(): Promise<void> {
  await until(
    async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true,
    READY_MS_MAX,
  );
  const agentToken = await issue('codex');
  const personToken = await issue('operator');
  const held = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const people = new Agent({ keepAlive: true, maxSockets: PEOPLE });

  const ask = (command: string, waitS: number) =>
    post(
      '/v1/decisions',
      agentToken,
      held,
      {
        action: { kind: 'shell', command, background: false, cwd: '/w', workspaceRoots: ['/w'] },
      },
      waitS === 0 ? {} : { prefer: `wait=${waitS}` },
    );
  const approve = (id: string) => post(`/v1/decisions/${id}/approval`, personToken, people, { answer: 'granted' }, {});

  const control: number[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    const { decision } = await ask(`sudo true control ${turn}`, 0);
    const start = performance.now();
    await approve(decision.id);
    const again = await ask(`sudo true control ${turn}`, 0);
    if (again.decision.verdict.kind !== 'allow') throw new Error('the control was not let through');
    control.push(performance.now() - start);
  }

  const before = residentBytes();
  const answered = new Map<string, Promise<number>>();
  for (let turn = 0; turn < WAITERS; turn += 1) {
    const command = `sudo true ${turn}`;
    const done = ask(command, 600).then(({ decision }) => {
      if (decision.verdict.kind !== 'allow') throw new Error(`${command}: ${decision.verdict.kind}`);
      return performance.now();
    });
    answered.set(command, done);
    // Slower than the node decides: a connection whose request it has not read within 5 s it cuts off.
    if (turn % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const listed = async () => {
    const headers = { authorization: `Bearer ${personToken}` };
    const response = await fetch(`http://127.0.0.1:${port}/v1/approvals?state=waiting`, { headers });
    return (await response.json()) as {
      count: number;
      requests: { decision: { id: string; action: { command: string } } }[];
    }; // as the API documents it
  };
  await until(async () => (await listed()).count === WAITERS, 300_000);
  const during = residentBytes();

  const latencies: number[] = [];
  const start = performance.now();
  while (latencies.length < WAITERS) {
    const queue = (await listed()).requests;
    await Promise.all(
      Array.from({ length: PEOPLE }, async () => {
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
          const { id, action } = next.decision;
          const sentMs = performance.now();
          const [doneMs] = await Promise.all([answered.get(action.command) ?? Number.NaN, approve(id)]);
          latencies.push(doneMs - sentMs);
        }
      }),
    );
  }
  const seconds = (performance.now() - start) / 1000;

  console.log(`machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}, Node ${process.version}`);
  console.log(
    `${WAITERS} agents held open on one node: ${(before / 1_048_576).toFixed(0)} MiB before, ${(during / 1_048_576).toFixed(0)} MiB with them, ${((during - before) / WAITERS / 1024).toFixed(1)} KiB each`,
  );
  console.log(`${PEOPLE} people answer all of them in ${seconds.toFixed(1)} s (${(WAITERS / seconds).toFixed(0)}/s)`);
  console.log('\n| from the answer being sent | p50 | p99 | max |\n| --- | ---: | ---: | ---: |');
  console.log(row('until the held agent has its own answer', latencies));
  console.log(row('control: until a retry of the agent has been let through', control));
}

function row(name: string, values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const share = (part: number) =>
    `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN).toFixed(1)} ms`;
  return `| ${name} | ${share(0.5)} | ${share(0.99)} | ${share(1)} |`;
}

interface Answer {
  readonly decision: { readonly id: string; readonly verdict: { readonly kind: string } };
}

function post(
  path: string,
  token: string,
  agent: Agent,
  body: object,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path,
        agent,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          response.statusCode === 200
            ? resolve(JSON.parse(text))
            : reject(new Error(`${path}: ${response.statusCode} ${text}`)),
        );
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

function residentBytes(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function issue(principal: string): Promise<string> {
  const child = spawn(process.execPath, [ACGS, 'token', 'issue', principal], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return text.trim();
}
