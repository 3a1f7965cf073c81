import { describe, expect, it } from 'vitest';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { sampleDecision } from '#adapters/journal/sample-entries.ts';
import { impactDigest } from '#domain/amendment/impact.ts';
import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { Example } from '#domain/constitution/example.ts';
import { DEFAULT_SECTIONS } from '#domain/constitution/sections.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Evaluate } from '#domain/policy/evaluate.ts';
import type { Verdict } from '#domain/policy/verdict.ts';
import { createAssessImpact, ImpactBusy } from '#services/constitution/assess-impact.ts';

function constitution(number: number, more: Partial<Constitution> = {}): Constitution {
  return {
    ...DEFAULT_SECTIONS,
    number,
    title: 'T',
    parent: '0'.repeat(64),
    articles: [{ number: '1', title: 'A', text: 'B' }],
    approverRoles: ['developer'],
    policies: { kept: { effect: 'permit' }, changed: { effect: 'permit' } },
    annotations: new Map([
      ['kept' as PolicyId, { article: '1', reason: 'r' }],
      ['changed' as PolicyId, { article: '1', reason: 'r' }],
    ]),
    schema: {},
    limits: { effectsPerAction: 10, policies: 5, approvalMinutes: 60 },
    digest: String(number).repeat(64) as ConstitutionDigest,
    ...more,
  };
}

const verdicts: readonly Verdict[] = [{ kind: 'allow' }, { kind: 'ask', role: 'developer' }, { kind: 'deny' }];
const reasons = [{ policy: 'kept' as PolicyId, reason: 'r', effect: 'e' }];

/** Decides by the number in the recorded command: every verdict becomes every other. */
function evaluatorOf(of: Constitution): Evaluate {
  return ({ timeMs }) => {
    const number = timeMs % 9;
    const verdict = verdicts[of.number === 1 ? number % 3 : Math.floor(number / 3)] ?? { kind: 'deny' };
    return { verdict, reasons };
  };
}

async function assessed(examples: readonly Example[] = []) {
  const journal = createMemoryJournal('node');
  for (let number = 0; number < 9; number += 1) {
    await journal.append({ kind: 'decision', decision: { ...sampleDecision(number), timeMs: number } });
  }
  let turns = 0;
  const assess = createAssessImpact({
    journal,
    evaluatorOf: async (of) => evaluatorOf(of),
    exampleEffectsOf: () => [],
    yieldTurn: async () => {
      turns += 1;
    },
  });
  const draft = constitution(2, {
    articles: [
      { number: '1', title: 'A', text: 'B' },
      { number: '2', title: 'C', text: 'D' },
    ],
    policies: { kept: { effect: 'permit' }, changed: { effect: 'forbid' }, added: { effect: 'permit' } },
    annotations: new Map([
      ['kept' as PolicyId, { article: '1', reason: 'r' }],
      ['changed' as PolicyId, { article: '1', reason: 'r' }],
      ['added' as PolicyId, { article: '2', reason: 'r' }],
    ]),
    votes: { ...DEFAULT_SECTIONS.votes, quorumPercent: 20 },
  });
  return { impact: await assess(constitution(1), draft, examples), turns, assess, draft };
}

describe('the impact of a draft', () => {
  it('is worked out one at a time, and lets others have their turn', async () => {
    const { assess, draft, turns } = await assessed();
    const [one, two] = await Promise.allSettled([
      assess(constitution(1), draft, []),
      assess(constitution(1), draft, []),
    ]);
    expect(one.status).toBe('fulfilled');
    expect(two).toMatchObject({ status: 'rejected', reason: expect.any(ImpactBusy) });
    expect((await assess(constitution(1), draft, [])).replay.decisions).toBe(9);
    expect(turns).toBeGreaterThan(1);
  });

  it('tells what differs, by article, and in what else', async () => {
    const { impact } = await assessed();
    expect(impact.articles).toEqual([
      { article: '1', text: 'same', added: [], removed: [], changed: ['changed'] },
      { article: '2', text: 'added', added: ['added'], removed: [], changed: [] },
    ]);
    expect(impact.sections).toEqual(['votes']);
  });

  it('counts what would newly be allowed, asked and denied, with examples', async () => {
    const { impact } = await assessed();
    const { replay } = impact;
    expect(replay.decisions).toBe(9);
    // All were recorded as allowed; six of nine are decided otherwise by the one in force.
    expect(replay.otherwiseThanRecorded).toBe(6);
    expect(replay.changes.map(({ change, count }) => [change, count])).toEqual([
      ['newly-allowed', 2],
      ['newly-asked', 2],
      ['newly-denied', 2],
    ]);
    expect(replay.changes[1]?.examples[0]).toMatchObject({
      agent: 'claude-code',
      after: 'ask developer',
      policies: ['kept'],
    });
  });

  it('runs the draft’s own examples and names those that fail', async () => {
    const action = { kind: 'shell', command: 'x', background: false, cwd: '/w', workspaceRoots: ['/w'] } as const;
    const common = { policy: 'kept' as PolicyId, action, labels: [] };
    const { impact } = await assessed([
      { ...common, expected: { verdict: 'allow' }, timeMs: 0, at: 'tests/a.yaml, example 1' },
      { ...common, expected: { verdict: 'deny' }, timeMs: 0, at: 'tests/a.yaml, example 2' },
    ]);
    expect(impact.examples).toEqual({
      run: 2,
      failures: ['tests/a.yaml, example 2: expected deny, got allow (kept)'],
    });
  });

  it('has a digest that changes with it', async () => {
    const { impact } = await assessed();
    expect(impactDigest(impact)).toBe(impactDigest(structuredClone(impact)));
    expect(impactDigest({ ...impact, sections: [] })).not.toBe(impactDigest(impact));
  });
});
