import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSuite } from '#apps/cli/policy/authorize-files.ts';
import { runCase } from '#apps/cli/policy/authorize-run.ts';
import { MODES } from './compare.ts';

/** Written by hand by Cedar's authors; data outside of the project. */
const SUITE = '/work/shared/cedar-integration-tests';

// Skipped where the data is not at hand: it is no part of a clone.
describe.skipIf(!existsSync(SUITE))(`cedar's own integration tests in ${SUITE}`, () => {
  it.each(MODES)('are all answered as they expect (%s)', async (mode) => {
    const cases = await readSuite(SUITE);
    const outcomes = cases.flatMap((each) => runCase(each, mode).map((outcome) => ({ name: each.name, ...outcome })));
    expect(outcomes.filter(({ difference, kind }) => difference !== undefined || kind === 'refused')).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(50);
    expect(outcomes.every(({ compared }) => compared)).toBe(true);
  });
});
