import { describe, expect, it } from 'vitest';
import { afterSecondRun, filesToRunAgain } from './second-run.ts';
import type { Ran } from './tally.ts';

const passed = (name: string): Ran => ({ name, state: 'passed' });
const failed = (name: string): Ran => ({ name, state: 'failed' });

describe('filesToRunAgain', () => {
  it('names each file with a failure once, also one that did not load', () => {
    const tests = [failed('a.test.ts > x > 1'), failed('a.test.ts > 2'), passed('b.test.ts > 1'), failed('c.test.ts')];
    expect(filesToRunAgain(tests)).toEqual(['a.test.ts', 'c.test.ts']);
  });

  it('names none when many have failed, or something outside of any file', () => {
    expect(filesToRunAgain(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => failed(`${name}.test.ts > 1`)))).toEqual([]);
    expect(filesToRunAgain([failed('a.test.ts > 1'), failed('unhandled error: a.test.ts')])).toEqual([]);
    expect(filesToRunAgain([failed('vitest exited with 1')])).toEqual([]);
  });
});

describe('afterSecondRun', () => {
  it('takes the second result of what ran again, whatever the first was, and the first of all else', () => {
    const first = [failed('a.test.ts > 1'), passed('a.test.ts > 2'), passed('b.test.ts > 1')];
    const second = [passed('a.test.ts > 1'), failed('a.test.ts > 2')];
    const { tests, unstable } = afterSecondRun(first, second);
    expect(tests).toEqual([passed('b.test.ts > 1'), passed('a.test.ts > 1'), failed('a.test.ts > 2')]);
    expect(unstable).toEqual(['a.test.ts > 1']);
  });

  it('keeps what fails twice a failure, and a failure whose file did not run again', () => {
    const first = [failed('a.test.ts > 1'), failed('b.test.ts > 1')];
    expect(afterSecondRun(first, [failed('a.test.ts > 1')])).toEqual({
      tests: [failed('b.test.ts > 1'), failed('a.test.ts > 1')],
      unstable: [],
    });
  });

  it('tells a file that failed in its hooks and then passed', () => {
    const first = [failed('a.test.ts')];
    expect(afterSecondRun(first, [passed('a.test.ts > 1')]).unstable).toEqual(['a.test.ts']);
    expect(afterSecondRun(first, [failed('a.test.ts > 1')]).unstable).toEqual([]);
  });
});
