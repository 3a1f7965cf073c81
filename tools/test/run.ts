/**
 * `npm test`: what tests need, the checks, and every test with coverage; a few files that fail are run once more, alone, and what
 * then passes is told as unstable. Ends with the line `N passed, N failed, N skipped`. Each check counts as one test, and so does
 * the coverage bound.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { readCoverage } from './coverage.ts';
import { afterSecondRun, filesToRunAgain } from './second-run.ts';
import { provideSystemPackages } from './system-packages.ts';
import { closingLine, exitCodeOf, type Ran, skippedLines, tallyOf } from './tally.ts';

const TALLY_FILE = 'coverage/tally.json';
const COVERAGE_FILE = 'coverage/coverage-summary.json';
// The console is built as well: it must build, and servers under test then find it.
const CHECKS = ['check:types', 'check:biome', 'check:tidy', 'check:knip', 'build:console'];

provideSystemPackages((line) => console.log(line));
const checks = CHECKS.map(runCheck);
rmSync(COVERAGE_FILE, { force: true });
const { tests, unstable } = settle(runTests(['--coverage', ...process.argv.slice(2)]));
const coverage = checkCoverage();
for (const name of unstable) console.log(`UNSTABLE: ${name}: failed beside other tests, passed alone`);
for (const line of skippedLines(tests)) console.log(line);
for (const { name, state } of [...tests, ...checks, coverage]) if (state === 'failed') console.log(`FAILED: ${name}`);
const tally = tallyOf([...tests, ...checks, coverage]);
console.log(closingLine(tally));
process.exitCode = exitCodeOf(tests, tally);

function runCheck(name: string): Ran {
  const startMs = Date.now();
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', name], { encoding: 'utf8' });
  const state = status === 0 ? 'passed' : 'failed';
  if (state === 'failed') console.log(`${stdout}${stderr}`);
  console.log(`${name}: ${state} (${((Date.now() - startMs) / 1000).toFixed(1)} s)`);
  return { name, state };
}

function runTests(options: readonly string[]): readonly Ran[] {
  // The results of an earlier run must not be taken for this one's.
  rmSync(TALLY_FILE, { force: true });
  const { status } = spawnSync('vitest', ['run', ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ACGS_TEST_TALLY: TALLY_FILE, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }) },
  });
  const ran = readTally();
  if (status === 0 || ran.some(({ state }) => state === 'failed')) return ran;
  return [...ran, { name: `vitest exited with ${status}`, state: 'failed' }];
}

function settle(first: readonly Ran[]): ReturnType<typeof afterSecondRun> {
  const files = filesToRunAgain(first);
  return files.length === 0 ? { tests: first, unstable: [] } : afterSecondRun(first, runTests(files));
}

function checkCoverage(): Ran {
  const coverage = readCoverage(COVERAGE_FILE);
  console.log(coverage.line);
  return { name: coverage.line, state: coverage.isEnough ? 'passed' : 'failed' };
}

function readTally(): readonly Ran[] {
  try {
    return JSON.parse(readFileSync(TALLY_FILE, 'utf8'));
  } catch (error) {
    return [{ name: `vitest ended without a result: ${String(error)}`, state: 'failed' }];
  }
}
