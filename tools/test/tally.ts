/** What is counted: a test, a test file that did not load, or one of the checks beside the tests. */
export interface Ran {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, where the test said so (`context.skip('…')`). */
  readonly note?: string;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function tallyOf(ran: readonly Ran[]): Tally {
  const count = (state: Ran['state']) => ran.filter((one) => one.state === state).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** The last line of `npm test`; alone on its line, so that a machine finds it. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** 0 only when tests ran and nothing failed: a run that tested nothing proves nothing. */
export function exitCodeOf(tests: readonly Ran[], all: Tally): 0 | 1 {
  return all.failed === 0 && tests.some(({ state }) => state === 'passed') ? 0 : 1;
}

/** Skipped tests by reason, so that a hundred tests without PostgreSQL are one line. */
export function skippedLines(tests: readonly Ran[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { state, name, note } of tests) {
    if (state !== 'skipped') continue;
    const reason = note ?? 'the reason stands beside the test';
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, [first, ...rest]]) => {
    const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
    return `skipped: ${first}${more}: ${reason}`;
  });
}
