import { cpus, loadavg } from 'node:os';
import { loadAuthorizer } from '#adapters/policy-engine/load.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { type Application, createApplication } from './engine/application.ts';
import { hasCerbos, measureCerbos } from './engine/cerbos.ts';
import { GROWTHS, type GrownConstitution, type Growth, growConstitution } from './engine/constitution.ts';
import { cedarWasm, contendersFor } from './engine/contenders.ts';
import { GDRIVE } from './engine/gdrive.ts';
import { GITHUB } from './engine/github.ts';
import { measure, micros, type Timing } from './engine/measure.ts';
import { TINYTODO } from './engine/tinytodo.ts';

/**
 * `npm run bench:engine`: the compiled engine beside cedar-wasm (and Cerbos over loopback, where it is installed), on the
 * three applications of the Cedar paper and on the starter constitution grown to 10,000 policies; then how long loading
 * 10,000 policies holds the event loop. Every contender's verdict is checked against the first one's.
 */
const SIZES = [5, 10, 50] as const;
const POLICY_COUNTS = [100, 1000, 10_000] as const;

console.log(
  `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
);
row(
  'the timer alone',
  measure([0], () => 0),
);

for (const model of [GDRIVE, GITHUB, TINYTODO]) for (const size of SIZES) compare(createApplication(model, size));
await compareCerbos();
for (const growth of ['teams', 'context'] as const) for (const count of POLICY_COUNTS) compareGrown(count, growth);
for (const mode of ['generated', 'closures'] as const) await load(mode);

function compare(application: Application): void {
  const contenders = contendersFor(application);
  const [first] = contenders;
  const verdicts = application.requests.map((request) => first?.decide(request));
  const allowed = verdicts.filter((verdict) => verdict === 'allow').length;
  console.log(
    `\n${application.name}: ${Object.keys(application.policies).length} policies, ${application.entities.length} entities, ${allowed} of ${application.requests.length} allowed`,
  );
  for (const { name, decide } of contenders) {
    for (const [index, request] of application.requests.slice(0, 40).entries())
      if (decide(request) !== verdicts[index]) throw new Error(`${name} decides otherwise: ${JSON.stringify(request)}`);
    row(name, measure(application.requests, decide));
  }
}

async function compareCerbos(): Promise<void> {
  const application = createApplication(TINYTODO, 50);
  if (!hasCerbos()) return console.log('\ncerbos: skipped, not installed (see bench/engine/cerbos.ts)');
  const ours = createCompiledAuthorizer({ ...application, mode: 'generated' });
  const store = ours.prepareEntities(application.entities);
  console.log(`\n${application.name}, lists only`);
  row(
    'cerbos 0.55, HTTP over loopback',
    await measureCerbos(application, (request) => ours.decideWith(request, store)),
  );
}

/** Entities come with each request, as the decision service gives them: the principal and the resource. */
function compareGrown(count: number, growth: Growth): void {
  const grown = growConstitution(count, growth);
  console.log(
    `\nstarter constitution, ${count} policies (${GROWTHS[growth]}), ${grown.requests.length} requests, 2 entities each`,
  );
  const ours = createCompiledAuthorizer({ ...grown, mode: 'generated' });
  row(
    'acgs, verdict',
    measure(grown.requests, (request) => ours.decide(request)),
  );
  row(
    'acgs, full answer',
    measure(grown.requests, (request) => ours.authorize(request)),
  );
  const theirs = cedarWasm(grown);
  row(
    'cedar-wasm, preparsed',
    measure(grown.requests, (request) => theirs(request, request.entities)),
  );
}

/** The longest time for which a loop that only takes turns did not get one. */
async function load(mode: 'generated' | 'closures'): Promise<void> {
  const grown: GrownConstitution = growConstitution(10_000, 'teams');
  let longestMs = 0;
  let last = performance.now();
  let done = false;
  const turn = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  const started = performance.now();
  await loadAuthorizer({ ...grown, mode });
  done = true;
  console.log(
    `\nloading 10,000 policies (${mode}): ${(performance.now() - started).toFixed(0)} ms, the event loop held for ${longestMs.toFixed(1)} ms at most`,
  );
}

function row(name: string, { p50Ns, p99Ns, count }: Timing): void {
  console.log(
    `  ${name.padEnd(48)} p50 ${micros(p50Ns).padStart(8)} µs  p99 ${micros(p99Ns).padStart(8)} µs  (${count})`,
  );
}
