import { describe, expect, it } from 'vitest';
import { drawn, type Label, type Step } from './timeline.ts';

function decided(timeMs: number, labels: readonly Label[] = [], answeredMs?: number): Step {
  const answers = answeredMs === undefined ? [] : [{ timeMs: answeredMs, answer: 'granted' }];
  return { kind: 'decision', decision: { timeMs }, labels, outcomes: [], answers } as unknown as Step; // what is looked at here
}

describe('a run as it is drawn', () => {
  it('is nothing where nothing happened', () => {
    expect(drawn([])).toEqual([]);
  });

  it('gains a label once', () => {
    const steps = [
      decided(1),
      decided(2, ['read-untrusted']),
      decided(3, ['read-credentials', 'read-untrusted']),
      decided(4, ['read-credentials']),
    ];
    expect(drawn(steps).map(({ gained }) => gained)).toEqual([[], ['read-untrusted'], ['read-credentials'], []]);
  });

  it('says how long it was between steps, and how long people took', () => {
    const stray = { kind: 'ungoverned', outcome: { timeMs: 700, status: 'unknown' } } as unknown as Step; // as above
    expect(drawn([decided(100, [], 400), stray]).map(({ afterMs, waitedMs }) => [afterMs, waitedMs])).toEqual([
      [undefined, 300],
      [600, undefined],
    ]);
  });
});
