import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { growFolder } from './load/grown-folder.ts';
import { generate, residentBytes, startAcgs, stopServers } from './load/servers.ts';
import { trafficCommands } from './load/traffic.ts';

/**
 * `npm run bench:memory [-- --minutes 10 --rate 1000 --policies 1000]`: resident memory of the process that decides, over time,
 * under an open load of realistic traffic, with the search index beside it. Every command is another one in the long run, so that
 * whatever keeps something of each would show.
 */
const option = (name: string, fallback: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};
const MINUTES = Number(option('minutes', '10'));
const RATE = Number(option('rate', '1000'));
const POLICIES = Number(option('policies', '1000'));
const AIM_MIB = 150;
const SAMPLES = 20;
/** Sent in turn: more than any cache of the node holds. */
const COMMANDS = 20_000;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCRATCH = mkdtempSync(join(ROOT, '.acgs-bench-'));

try {
  await main();
} finally {
  rmSync(SCRATCH, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const folder = join(SCRATCH, 'constitution');
  growFolder(join(ROOT, 'constitution'), folder, POLICIES);
  const acgs = await startAcgs(join(SCRATCH, 'home'), { ACGS_CONSTITUTION: folder });
  const mib = () => residentBytes(acgs) / 1_048_576;
  console.log(
    `machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}; ${POLICIES} policies, ${RATE} requests/s for ${MINUTES} min`,
  );
  console.log(`at rest: ${mib().toFixed(0)} MiB\n\n| s | resident, MiB |\n| ---: | ---: |`);
  const startMs = performance.now();
  const samples: number[] = [];
  const sampling = setInterval(
    () => {
      samples.push(mib());
      console.log(`| ${((performance.now() - startMs) / 1000).toFixed(0)} | ${samples.at(-1)?.toFixed(0)} |`);
    },
    (MINUTES * 60_000) / SAMPLES,
  );
  const commands = trafficCommands({ count: COMMANDS, uniqueShare: 0.5, seed: 1 });
  const result = await generate({
    origin: acgs.origin,
    path: '/v1/decisions',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${acgs.token}` },
    bodies: commands.map((command, turn) =>
      JSON.stringify({
        action: { kind: 'shell', command, background: false, cwd: '/w', workspaceRoots: ['/w'] },
        session: { id: `bench-${turn % 50}` },
      }),
    ),
    expected: commands.map(() => '"recorded":true'),
    ratePerS: RATE,
    seconds: MINUTES * 60,
    connections: 64,
  });
  clearInterval(sampling);
  const half = samples.slice(Math.floor(samples.length / 2));
  const growth = (half.at(-1) ?? Number.NaN) - (half[0] ?? Number.NaN);
  const most = Math.max(...samples, mib());
  console.log(
    `\n${result.sent} sent, ${result.errors} errors${result.firstError === undefined ? '' : ` (${result.firstError})`}, ${result.perS.toFixed(0)}/s, p99 ${result.p99Ms.toFixed(1)} ms`,
  );
  console.log(`most: ${most.toFixed(0)} MiB (aim: below ${AIM_MIB}, ${most < AIM_MIB ? 'met' : 'not met'})`);
  console.log(`over the second half: ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} MiB`);
  await stopServers(acgs);
}
