import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Ran } from './tally.ts';

/** Writes what ran to a JSON file. Vitest's own JSON reporter leaves out why a test was skipped. */
export function createTallyReporter(file: string): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const ran = [
        ...modules.flatMap((module) => ofModule(module)),
        // An error outside of any test fails the run as well: a rejection that nobody awaited.
        ...unhandledErrors.map(({ message }): Ran => ({ name: `unhandled error: ${message}`, state: 'failed' })),
      ];
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(ran));
    },
  };
}

function ofModule(module: TestModule): Ran[] {
  const file = module.relativeModuleId;
  const tests = [...module.children.allTests()].map((test) => ofTest(file, test));
  // A file that fails without a failed test did not load, or failed in its hooks.
  if (module.state() !== 'failed' || tests.some(({ state }) => state === 'failed')) return tests;
  return [...tests, { name: file, state: 'failed' }];
}

function ofTest(file: string, test: TestCase): Ran {
  const result = test.result();
  const name = `${file} > ${test.fullName}`;
  if (result.state === 'skipped') {
    return { name, state: 'skipped', ...(result.note === undefined ? {} : { note: result.note }) };
  }
  // Pending at the end: the run was cut off before the test ended.
  return { name, state: result.state === 'passed' ? 'passed' : 'failed' };
}
