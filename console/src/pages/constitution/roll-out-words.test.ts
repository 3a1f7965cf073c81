import { describe, expect, it } from 'vitest';
import { causeText, minutesLeftText, type RollOut } from './roll-out-words.ts';

describe('why a candidate was taken back', () => {
  it('says who, which objective, or what overtook it', () => {
    expect(causeText({ kind: 'person', by: 'ops', why: 'too loud' })).toBe('ops did: too loud');
    expect(causeText({ kind: 'objective', measured: { objective: 'deny-rate' } })).toContain('denials');
    expect(causeText({ kind: 'node', node: 'n1', measured: { objective: 'latency' } })).toContain('slow evaluations');
    expect(causeText({ kind: 'overtaken' })).toContain('another constitution');
  });

  it('shows what it does not know as it is, instead of nothing', () => {
    expect(causeText({ kind: 'new-kind' })).toContain('new-kind');
    expect(causeText(undefined)).not.toBe('');
  });
});

it('says how long a stage takes by its own plan', () => {
  const rollOut = {
    stage: { kind: 'canary', sinceMs: 0 },
    plan: { shadowMinutes: 5, canaryMinutes: 60 },
  } as unknown as RollOut; // the parts that are read
  expect(minutesLeftText(rollOut)).toContain('1 h');
});
