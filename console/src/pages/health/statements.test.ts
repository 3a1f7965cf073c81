import { describe, expect, it } from 'vitest';
import { type Health, type Sample, statementsOf } from './statements.ts';

const quiet: Sample = {
  atMs: 1_000_000,
  verdictsPerSecond: {},
  refusedPerSecond: 0,
  failedPerSecond: 0,
  stages: {},
  cacheHitShare: {},
  inFlight: 0,
  approvalWaiters: 0,
  journalQueue: 0,
  loopDelayMs: 3,
  heapBytes: 1,
  rssBytes: 2,
};
const health = (...samples: readonly Sample[]): Health => ({
  node: 'n',
  version: '1',
  startedMs: 0,
  everyMs: 5_000,
  objectives: { decisionMs: 5, checkpointAgeMs: 1_000 },
  samples,
});
const quantiles = (p99Ms: number) => ({ count: 9, p50Ms: 0.1, p95Ms: 0.2, p99Ms });
const ready = { journal: 'writable', constitution: 'verified' };

describe('how the node is, in sentences', () => {
  it('says what denies everything first', () => {
    const [first] = statementsOf(health(quiet), { journal: 'failed', constitution: 'verified' });
    expect([first?.tone, first?.about, first?.advice !== undefined]).toEqual(['bad', 'Journal', true]);
  });

  it('calls nothing bad or late on a quiet node', () => {
    const told = statementsOf(health(quiet), ready);
    expect(told.every(({ tone }) => tone === 'good')).toBe(true);
    expect(told.map(({ text }) => text).join(' ')).toContain('nobody asked in the last minute');
  });

  it('holds the slowest moment of the last minute against the objective, and forgets what was before', () => {
    const busy = { ...quiet, verdictsPerSecond: { allow: 3, deny: 1 } };
    const slow = { ...busy, stages: { total: quantiles(9) } };
    const decisions = (...samples: readonly Sample[]) =>
      statementsOf(health(...samples), ready).find(({ about }) => about === 'Decisions');
    expect(decisions(slow, { ...busy, atMs: 1_005_000 })).toMatchObject({
      tone: 'waiting',
      text: expect.stringContaining('9.0 ms'),
    });
    expect(decisions(slow, { ...busy, atMs: 1_065_000, stages: { total: quantiles(1) } })?.tone).toBe('good');
  });

  it('tells a failure however rare', () => {
    const told = statementsOf(health({ ...quiet, failedPerSecond: 0.005 }), ready);
    expect(told[0]).toMatchObject({ tone: 'bad', about: 'Answers', text: expect.stringContaining('Less than one') });
  });

  it('says nothing of parts that the process does not have, and names those that are behind', () => {
    expect(statementsOf(health(quiet), ready).map(({ about }) => about)).not.toContain('Search');
    const told = statementsOf(
      health({ ...quiet, indexLagRecords: 5_000, ledgerLagRecords: 3, checkpointAgeMs: 60_000 }),
      ready,
    );
    expect(told.filter(({ tone }) => tone === 'waiting').map(({ about }) => about)).toEqual(['Search', 'Ledger']);
  });

  it('has nothing measured to tell before the first sample', () => {
    expect(statementsOf(health(), ready)).toHaveLength(1);
  });
});
