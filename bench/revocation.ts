import { Agent, request } from 'node:http';
import { startIdentityFleet } from '../tests/support/identity-fleet.ts';
import type { ServerProcess } from '../tests/support/server-process.ts';

// `npm run bench:revocation`: an agent is suspended at the identity service; how long do decision nodes in other processes let it
// in? Measured from the moment the identity service answers that it is suspended, until each node refuses the same token, asked
// without pause over a connection that is kept. The control is the identity service itself, asked in the same way.
const ROUNDS = Number(process.env['ACGS_REVOCATIONS'] ?? 50);
const NODES = 2;

interface Asker {
  /** Milliseconds from `sinceMs` until the answer is this status; 0 when it was so at once. */
  until(status: number, sinceMs: number): Promise<number>;
}

function askerOf(server: ServerProcess, token: string): Asker {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<number>((resolve, reject) => {
      const asked = request(
        `${server.url}/v1/constitution`,
        { agent, headers: { authorization: `Bearer ${token}` } },
        (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        },
      );
      asked.on('error', reject).end();
    });
  return {
    async until(status, sinceMs) {
      while ((await ask()) !== status) await new Promise((resolve) => setImmediate(resolve));
      return performance.now() - sinceMs;
    },
  };
}

function row(name: string, timesMs: readonly number[]): string {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `${name.padEnd(28)} p50 ${at(0.5).padStart(7)} ms   p99 ${at(0.99).padStart(7)} ms   max ${at(1).padStart(7)} ms`;
}

const fleet = await startIdentityFleet();
try {
  const identity = await fleet.startIdentity();
  const nodes: ServerProcess[] = [];
  for (let n = 1; n <= NODES; n += 1) nodes.push(await fleet.startNode(`node-${n}`));
  const folder = await fleet.enrol(identity, 'laptop');
  const status = (to: string) => identity.post('/v1/agents/laptop/status', { status: to, why: 'bench' });
  const atNodesMs: number[] = [];
  const lastMs: number[] = [];
  const controlMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const token = await fleet.token(identity, folder);
    const askers = nodes.map((node) => askerOf(node, token));
    const control = askerOf(identity, token);
    await Promise.all([control, ...askers].map((asker) => asker.until(200, 0)));
    const suspended = await status('suspended');
    if (!suspended.ok) throw new Error(await suspended.text());
    const sinceMs = performance.now();
    const [own = 0, ...others] = await Promise.all([control, ...askers].map((asker) => asker.until(403, sinceMs)));
    controlMs.push(own);
    atNodesMs.push(...others);
    lastMs.push(Math.max(...others));
    await status('active');
  }
  console.log(`${ROUNDS} suspensions, ${NODES} nodes; from the answer of the identity service to the refusal`);
  console.log(row('each node', atNodesMs));
  console.log(row('the last node', lastMs));
  console.log(row('the identity service itself', controlMs));
} finally {
  await fleet.end();
}
