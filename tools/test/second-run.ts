import type { Ran } from './tally.ts';

/** Files that are run again at most: when more have failed, it was not the machine. */
const FILES_MAX = 5;

/**
 * Test files with a failure, to be run once more with nothing beside them: some start ten processes, and on a machine that is
 * too small for that beside other tests a wait may run out. What is broken fails twice. Empty: nothing failed, too much did, or
 * something that belongs to no file.
 */
export function filesToRunAgain(tests: readonly Ran[]): readonly string[] {
  const files = new Set(tests.filter(({ state }) => state === 'failed').map(fileOf));
  return files.size > FILES_MAX || files.has(undefined) ? [] : [...files].filter((file) => file !== undefined);
}

/** What counts in the end, and the tests that only failed beside others: they are told, so that somebody mends them. */
export function afterSecondRun(
  first: readonly Ran[],
  second: readonly Ran[],
): { readonly tests: readonly Ran[]; readonly unstable: readonly string[] } {
  const ranAgain = new Set(second.map(fileOf));
  const passed = new Set(second.filter(({ state }) => state === 'passed').map(({ name }) => name));
  const tests = [...first.filter((one) => !ranAgain.has(fileOf(one))), ...second];
  const unstable = first.filter(
    ({ name, state }) => state === 'failed' && (passed.has(name) || isFilePassed(name, second)),
  );
  return { tests, unstable: unstable.map(({ name }) => name) };
}

/** A file that failed as a whole has no test of its name. */
function isFilePassed(name: string, second: readonly Ran[]): boolean {
  const ofFile = second.filter((one) => fileOf(one) === name);
  return ofFile.length > 0 && ofFile.every(({ state }) => state !== 'failed');
}

/** `src/a.test.ts > group > test`, or the file alone. */
function fileOf({ name }: Ran): string | undefined {
  return /^\S+\.test\.ts(?= > |$)/.exec(name)?.[0];
}
