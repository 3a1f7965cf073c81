import { describe, expect, it } from 'vitest';
import { adviceFor, missingPackages } from './system-packages.ts';
import { closingLine, exitCodeOf, type Ran, skippedLines, tallyOf } from './tally.ts';

const passed: Ran = { name: 'a', state: 'passed' };
const failed: Ran = { name: 'b', state: 'failed' };
const skipped: Ran = { name: 'c', state: 'skipped', note: 'needs a disk' };

describe('exitCodeOf', () => {
  it.each([
    ['nothing ran', [], 1],
    ['everything was skipped', [skipped], 1],
    ['one failed', [passed, failed], 1],
    ['all passed', [passed, skipped], 0],
  ] as const)('when %s', (_name, tests, code) => {
    expect(exitCodeOf(tests, tallyOf(tests))).toBe(code);
  });

  it('fails for a failed check, and does not take a passed check for a test', () => {
    expect(exitCodeOf([passed], tallyOf([passed, failed]))).toBe(1);
    expect(exitCodeOf([], tallyOf([passed]))).toBe(1);
  });
});

it('closes with one line that machines read', () => {
  expect(closingLine(tallyOf([passed, passed, failed, skipped]))).toBe('2 passed, 1 failed, 1 skipped');
});

it('lists skipped tests by their reason', () => {
  expect(skippedLines([skipped, passed, { ...skipped, name: 'd' }, { name: 'e', state: 'skipped' }])).toEqual([
    'skipped: c and 1 more: needs a disk',
    'skipped: e: the reason stands beside the test',
  ]);
});

describe('missingPackages', () => {
  const packages = [
    { name: 'curl', provides: ['curl'], purpose: 'hooks' },
    { name: 'postgresql-15', provides: ['/usr/lib/postgresql/15/bin/postgres'], purpose: 'the index' },
  ];

  it('finds programs in the path, and files where they are', () => {
    const there = (...files: string[]) => missingPackages(packages, '/usr/bin::/bin', (file) => files.includes(file));
    expect(there().map(({ name }) => name)).toEqual(['curl', 'postgresql-15']);
    expect(there('curl').map(({ name }) => name)).toEqual(['curl', 'postgresql-15']);
    expect(there('/bin/curl').map(({ name }) => name)).toEqual(['postgresql-15']);
    expect(there('/bin/curl', '/usr/lib/postgresql/15/bin/postgres')).toEqual([]);
  });

  it('names each with its fix', () => {
    expect(adviceFor(packages)[0]).toBe(
      'missing: curl (hooks). Fix: sudo apt-get install -y --no-install-recommends curl',
    );
  });
});
