import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { openJournalReader } from '#adapters/journal/inspect.ts';
import { type Amendment, startFleet } from '../tests/support/fleet.ts';
import { until } from '../tests/support/server-process.ts';
import type { LoadResult } from './load/generate.ts';
import { generate } from './load/servers.ts';

/**
 * `npm run bench:rollout [-- --seconds 20 --rate 1000 --swaps 3]`: a constitution service and four decision nodes, each node a process
 * of its own with its own state and journal, over HTTP on the loopback.
 *
 * 1. Control: the rate is decided for some seconds with one constitution in force.
 * 2. The same load while constitutions are swapped back and forth on all nodes (canary begun, taken back). No request may fail, and each
 *    recorded decision must be what its own constitution says.
 * 3. From the activation of the next constitution to the last of the four nodes that decides by it.
 * 4. A constitution that denies everyday work gets a canary under the same load: how long, and how much of the traffic, until every node
 *    has it back.
 */
const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1] ?? fallback);
};
const SECONDS = option('seconds', 20);
const RATE_PER_S = option('rate', 1_000);
const SWAPS = option('swaps', 3);
const NODES = 4;
const CONNECTIONS_PER_NODE = 8;
/** One of five actions happens in the repository that the canary cohort is. */
const CANARY_EVERY = 5;
/** Sent in turn by each generator. */
const BODIES = 500;
/** Between two swaps, in milliseconds: every node has taken the one when the next comes. */
const SWAP_PAUSE_MS = 500;
const ACTIVATION_AIM_MS = 1_000;
const ROLLBACK_BOUND_MS = 30_000;
const TRAFFIC_BOUND_PERCENT = 1;
const PATIENCE_MS = 120_000;

const forbid = (id: string, program: string): Amendment => ({
  title: id,
  policy: `@id("${id}")
@article("5")
@reason("For the measurement.")
forbid (principal, action == Action::"run", resource)
when { resource.name == "${program}" };
`,
  examples: `- { policy: ${id}, command: '${program} x', expect: deny }
- { policy: ${id}, command: 'git status', expect: allow }
`,
});

/** No program runs any more. */
const FORBID_ALL: Amendment = {
  title: 'planted bad',
  policy: `@id("planted-bad")
@article("5")
@reason("For the measurement.")
forbid (principal, action == Action::"run", resource);
`,
  examples: `- { policy: planted-bad, command: 'git status', expect: deny }
- { policy: planted-bad, action: { kind: file, operation: read, path: a.ts }, expect: allow }
`,
};

const fleet = await startFleet({
  nodes: NODES,
  document: (text) =>
    text
      .replace(/^ {2}shadowMinutes: .*$/m, '  shadowMinutes: 0')
      // Between what the swapped ones deny, a quarter of the traffic, and what the planted one does.
      .replace(/^ {4}denyRisePercentMax: .*$/m, '    denyRisePercentMax: 50')
      .replace(/^ {2}canaryPercent: .*$/m, '  canaryPercent: 0')
      .replace(/^ {2}canaryRepositories: .*$/m, '  canaryRepositories: [tried]'),
});
try {
  await measureAll();
} finally {
  await fleet.end();
}

async function measureAll(): Promise<void> {
  await fleet.followed();
  const tokens = await Promise.all(fleet.nodes.map((node) => fleet.agentToken(node, 'codex')));
  const swapped = Array.from({ length: SWAPS }, (_, n) => forbid(`swapped-${n}`, 'sed'));
  const passed = await fleet.pass([...swapped, FORBID_ALL, forbid('good', 'telnet')]);
  const [bad = '', good = ''] = passed.slice(SWAPS);
  console.log(
    `machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}; ${NODES} nodes, ${RATE_PER_S}/s in total, ${SECONDS} s a row\n`,
  );
  await underLoad(tokens, 5); // both sides get going
  console.log(`| load | sent | failed | p50 ms | p99 ms | max ms |\n| --- | ---: | ---: | ---: | ---: | ---: |`);
  row('control: one constitution', await underLoad(tokens, SECONDS));
  const [whileSwapped, swaps] = await Promise.all([
    underLoad(tokens, SECONDS),
    swapBackAndForth(passed.slice(0, SWAPS)),
  ]);
  row(`${swaps} swaps on all nodes`, whileSwapped);
  const [whileBad, taken] = await Promise.all([underLoad(tokens, SECONDS), plantBad(bad)]);
  row('a bad canary, planted', whileBad);
  const activationMs = await activate(good, tokens);

  const recorded = await recordedDecisions(new Set(passed.slice(0, SWAPS)), bad);
  const sharePercent = (100 * recorded.byBad) / recorded.all;
  const isWithin = taken.ms <= ROLLBACK_BOUND_MS || sharePercent <= TRAFFIC_BOUND_PERCENT;
  console.log(
    `\nbad canary: back on every node ${ms(taken.ms)} after it began (bound ${ROLLBACK_BOUND_MS / 1000} s), by ${taken.cause}; it made ${recorded.byBad} of all ${recorded.all} decisions, ${sharePercent.toFixed(2)} % (bound ${TRAFFIC_BOUND_PERCENT} %): ${isWithin ? 'within' : 'NOT within'} the bound`,
  );
  const last = Math.max(...activationMs);
  console.log(
    `activation: the last of ${NODES} nodes decided by it ${ms(last)} after it was asked for (aim below ${ACTIVATION_AIM_MS} ms: ${last < ACTIVATION_AIM_MS ? 'met' : 'not met'}); each: ${activationMs.map(ms).join(', ')}`,
  );
  console.log(
    `journals: ${recorded.all} decisions; ${recorded.other} with another verdict than their own constitution says (must be 0); ${recorded.cutOff} not looked at, because the command was not read whole in its time`,
  );
  if (recorded.first !== undefined) console.log(`the first of them: ${recorded.first}`);
}

/** All nodes at once, each with its part of the rate; from a generator process of its own. */
async function underLoad(tokens: readonly string[], seconds: number): Promise<readonly LoadResult[]> {
  return Promise.all(
    fleet.nodes.map((node, index) =>
      generate({
        origin: node.url,
        path: '/v1/decisions',
        headers: { authorization: `Bearer ${tokens[index]}`, 'content-type': 'application/json' },
        bodies: Array.from({ length: BODIES }, (_, n) => JSON.stringify({ action: actionOf(n) })),
        expected: Array.from({ length: BODIES }, () => '"recorded":true'),
        ratePerS: RATE_PER_S / NODES,
        seconds,
        connections: CONNECTIONS_PER_NODE,
      }),
    ),
  );
}

function actionOf(n: number) {
  const workspace = n % CANARY_EVERY === 0 ? '/srv/tried' : '/srv/other';
  const command = [`npm test -- ${n}`, `git status ${n}`, `sed -n ${n}p a.ts`, `rg needle-${n} src`][n % 4] ?? '';
  return { kind: 'shell', command, background: false, cwd: workspace, workspaceRoots: [workspace] };
}

/** To the candidate and back, for each of them; the number of switches that every node has made. */
async function swapBackAndForth(candidates: readonly string[]): Promise<number> {
  let swaps = 0;
  for (const candidate of candidates) {
    await fleet.rollOut('', { candidate });
    await fleet.followed();
    await pause(SWAP_PAUSE_MS);
    await fleet.rollOut('/rollback', { why: 'the measurement' });
    await fleet.followed();
    swaps += 2;
    await pause(SWAP_PAUSE_MS);
  }
  return swaps;
}

async function plantBad(candidate: string): Promise<{ readonly ms: number; readonly cause: string }> {
  await pause(SWAP_PAUSE_MS);
  const startMs = performance.now();
  await fleet.rollOut('', { candidate });
  await until(async () => (await fleet.status()).rollOut.stage.kind === 'rolled-back', PATIENCE_MS);
  await fleet.followed();
  const { cause } = (await fleet.status()).rollOut.stage;
  return { ms: performance.now() - startMs, cause: cause.measured?.objective ?? cause.kind };
}

/** From asking for it to the first decision by it, on each node. */
async function activate(candidate: string, tokens: readonly string[]): Promise<readonly number[]> {
  await fleet.rollOut('', { candidate });
  await fleet.followed();
  const startMs = performance.now();
  const decided = fleet.nodes.map(async (node, index) => {
    const headers = { authorization: `Bearer ${tokens[index]}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ action: actionOf(1) });
    for (;;) {
      const answer = await fetch(`${node.url}/v1/decisions`, { method: 'POST', headers, body });
      if ((await answer.text()).includes(candidate)) return performance.now() - startMs;
    }
  });
  await fleet.rollOut('/advance');
  return Promise.all(decided);
}

/** What all nodes have in their journals. `swapped` deny `sed`, `bad` denies everything, and all others neither. */
async function recordedDecisions(swapped: ReadonlySet<string>, bad: string) {
  await Promise.all(fleet.nodes.map((node) => node.kill('SIGTERM')));
  const counted: { all: number; byBad: number; cutOff: number; other: number; first?: string } = {
    all: 0,
    byBad: 0,
    cutOff: 0,
    other: 0,
  };
  for (const node of fleet.nodes) {
    const reader = await openJournalReader(join(node.home, 'journal'));
    if (!reader.ok) throw new Error(reader.refusal.message);
    for await (const { entry } of reader.value.read(1)) {
      if (entry.kind !== 'decision') continue;
      const { constitution, action, verdict } = entry.decision;
      const isSed = String(action['command']).startsWith('sed ');
      const isDenied = constitution.digest === bad || (isSed && swapped.has(constitution.digest));
      counted.all += 1;
      counted.byBad += constitution.digest === bad ? 1 : 0;
      // On a machine that is this busy, reading a command may not end in its time: the policies are then told of that, not of the command.
      if (entry.decision.effects.some((effect) => effect.kind === 'dynamic' && effect.cause === 'limit')) {
        counted.cutOff += 1;
        continue;
      }
      const isOther = isDenied !== (verdict.kind === 'deny');
      if (isOther) counted.first ??= `${JSON.stringify(entry.decision)}`;
      counted.other += isOther ? 1 : 0;
    }
  }
  return counted;
}

function row(name: string, results: readonly LoadResult[]): void {
  const sum = (of: (result: LoadResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const worst = (of: (result: LoadResult) => number) => Math.max(...results.map(of)).toFixed(1);
  console.log(
    `| ${name} | ${sum(({ sent }) => sent)} | ${sum(({ errors }) => errors)} | ${worst(({ p50Ms }) => p50Ms)} | ${worst(({ p99Ms }) => p99Ms)} | ${worst(({ maxMs }) => maxMs)} |`,
  );
  const { firstError } = results.find(({ errors }) => errors > 0) ?? {};
  if (firstError !== undefined) console.log(`first failure: ${firstError}`);
}

function ms(time: number): string {
  return `${time.toFixed(0)} ms`;
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
