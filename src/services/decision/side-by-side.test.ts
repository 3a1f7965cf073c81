import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { type Governing, refOf } from '#domain/constitution/governance.ts';
import { DEFAULT_SECTIONS } from '#domain/constitution/sections.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import { sha256Hex } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Evaluate, Evaluation } from '#domain/policy/evaluate.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import { NO_COUNTS } from '#domain/rollout/counts.ts';
import type { RollOutId } from '#domain/rollout/roll-out.ts';
import { type Candidate, createSideBySide } from '#services/decision/side-by-side.ts';
import { constitution, shell, startTestService, TOKENS } from '../../../tests/support/decision-service.ts';

const allow: Evaluate = () => told('allow', 'permit-all');
const deny: Evaluate = () => told('deny', 'forbid-all');

function told(kind: 'allow' | 'deny', policy: string): Evaluation {
  return {
    verdict: { kind },
    reasons: [{ policy: policy as PolicyId, reason: `because of ${policy}`, effect: 'run x' }],
  };
}

function numbered(number: number, evaluate: Evaluate): Governing {
  const own = { ...constitution, number, digest: sha256Hex(`number ${number}`) as ConstitutionDigest };
  return { constitution: own, ref: refOf(own), evaluate };
}

function candidate(governing: Governing, stage: Candidate['stage'], canaryPercent = 100): Candidate {
  const { objectives } = DEFAULT_SECTIONS.rollOut;
  return {
    rollOut: 's' as RollOutId,
    governing,
    stage,
    cohort: { salt: 's', canaryPercent, canaryRepositories: ['tried'] },
    objectives,
  };
}

const input = (more: Partial<PolicyInput> = {}): PolicyInput => ({
  action: { kind: 'shell', workspaceRoots: ['/w'] },
  effects: [{ kind: 'run', program: 'x', arguments: [] }],
  principal: { kind: 'agent', id: 'codex' as AgentId, agent: 'codex', teams: [] },
  labels: [],
  timeMs: 0,
  ...more,
});
const subject = { principalId: 'codex', workspaceRoots: ['/w'] };
const clock = { isStale: () => false, elapsedMs: () => performance.now() };

async function compared(sides: ReturnType<typeof createSideBySide>, count: number): Promise<void> {
  while (sides.counts().pairs.compared + sides.counts().pairs.skipped < count) await sleep(2);
}

describe('two constitutions side by side', () => {
  it('enforces nothing of a candidate in shadow, and tells what it would have changed', async () => {
    const sides = createSideBySide(
      { inForce: numbered(1, allow), candidate: candidate(numbered(2, deny), 'shadow') },
      clock,
    );
    const governing = sides.governance.governing(subject);
    expect(governing.ref.number).toBe(1);
    expect(governing.evaluate(input()).verdict.kind).toBe('allow');
    expect(sides.governance.inForce(numbered(2, deny).ref.digest)).toBeUndefined();
    await compared(sides, 1);
    expect(sides.counts()).toMatchObject({
      canary: NO_COUNTS.canary,
      control: { decisions: 1, denied: 0 },
      pairs: { compared: 1, denyGained: 1, denyLost: 0 },
    });
    expect(sides.flips()).toEqual([
      {
        from: 'allow',
        to: 'deny',
        count: 1,
        examples: [
          { principalId: 'codex', actionKind: 'shell', effect: 'run x', from: ['permit-all'], to: ['forbid-all'] },
        ],
      },
    ]);
  });

  it('goes on when a candidate in shadow throws, and counts it against the candidate', async () => {
    const broken: Evaluate = () => {
      throw new Error('a bug');
    };
    const sides = createSideBySide(
      { inForce: numbered(1, allow), candidate: candidate(numbered(2, broken), 'shadow') },
      clock,
    );
    expect(sides.governance.governing(subject).evaluate(input()).verdict.kind).toBe('allow');
    await compared(sides, 1);
    expect(sides.counts().pairs).toMatchObject({ failGained: 1 });
    expect(sides.flips()).toMatchObject([{ from: 'allow', to: 'failed', count: 1 }]);
  });

  it('enforces a canary for its cohort only, by principal or repository', async () => {
    const sides = createSideBySide(
      { inForce: numbered(1, allow), candidate: candidate(numbered(2, deny), 'canary', 0) },
      clock,
    );
    const inRepository = { principalId: 'codex', workspaceRoots: ['/srv/tried'] };
    expect(sides.governance.governing(subject).ref.number).toBe(1);
    expect(sides.governance.governing(inRepository).ref.number).toBe(2);
    expect(sides.governance.active().ref.number).toBe(1);
    expect(sides.governance.inForce(numbered(2, deny).ref.digest)?.ref.number).toBe(2);
    sides.governance.governing(inRepository).evaluate(input());
    sides.governance.governing(subject).evaluate(input());
    await compared(sides, 2);
    expect(sides.counts()).toMatchObject({
      canary: { decisions: 1, denied: 1 },
      control: { decisions: 1, denied: 0 },
      pairs: { compared: 2, denyGained: 2 },
    });
  });

  it('does not count what an approval has changed', () => {
    const sides = createSideBySide(
      { inForce: numbered(1, allow), candidate: candidate(numbered(2, deny), 'canary') },
      clock,
    );
    sides.governance.governing(subject).evaluate(input({ approval: { role: 'maintainer', by: 'ada' } }));
    expect(sides.counts()).toEqual(NO_COUNTS);
  });

  it('skips what it has no time to compare, and says how much', async () => {
    const sides = createSideBySide(
      { inForce: numbered(1, allow), candidate: candidate(numbered(2, deny), 'shadow') },
      clock,
    );
    const { evaluate } = sides.governance.governing(subject);
    for (let n = 0; n < 1_500; n += 1) evaluate(input());
    expect(sides.counts().pairs.skipped).toBe(500);
    await compared(sides, 1_500);
    expect(sides.counts().pairs).toMatchObject({ compared: 1_000, denyGained: 1_000 });
  });

  it('begins to count anew with each placing, and keeps nothing of a candidate that was taken back', async () => {
    const [blue, green] = [numbered(1, allow), numbered(2, deny)];
    const sides = createSideBySide({ inForce: blue, candidate: candidate(green, 'canary') }, clock);
    const taken = sides.governance.governing(subject);
    sides.place({ inForce: blue });
    expect(sides.governance.governing(subject).ref.number).toBe(1);
    expect(sides.governance.inForce(green.ref.digest)).toBeUndefined();
    // A decision that began before goes on under what it began with.
    expect(taken.evaluate(input()).verdict.kind).toBe('deny');
    expect(sides.counts()).toEqual(NO_COUNTS);
    expect(sides.flips()).toEqual([]);
  });

  it('tells the policies of both when the node is cut off for too long', () => {
    const seen: (true | undefined)[] = [];
    const remember: Evaluate = (asked) => {
      seen.push(asked.stale);
      return allow(asked);
    };
    let isStale = false;
    const sides = createSideBySide(
      { inForce: numbered(1, remember), candidate: candidate(numbered(2, remember), 'canary', 0) },
      { ...clock, isStale: () => isStale },
    );
    const ask = () => sides.governance.governing(subject).evaluate(input());
    ask();
    isStale = true;
    ask();
    sides.governance.governing({ principalId: 'x', workspaceRoots: ['/tried'] }).evaluate(input());
    expect(seen).toEqual([undefined, true, true]);
  });

  it('makes each recorded decision wholly under one constitution, while they are swapped under load', async () => {
    const [blue, green] = [numbered(1, allow), numbered(2, deny)];
    const sides = createSideBySide({ inForce: blue }, clock);
    const service = await startTestService({ governance: sides.governance });
    let swaps = 0;
    const swapping = setInterval(() => {
      swaps += 1;
      sides.place(
        [
          { inForce: blue },
          { inForce: blue, candidate: candidate(green, 'canary', 50) },
          { inForce: green },
          { inForce: green, candidate: candidate(blue, 'shadow') },
        ][swaps % 4] ?? { inForce: blue },
      );
    }, 1);
    const ask = (n: number) =>
      service.call('POST', '/v1/decisions', TOKENS.codex, {
        action: { ...shell(`x ${n}`), workspaceRoots: [`/${n}`] },
      });
    for (let round = 0; round < 40; round += 1) {
      const answers = await Promise.all(Array.from({ length: 25 }, (_, n) => ask(round * 25 + n)));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
    }
    clearInterval(swapping);
    const decisions: Decision[] = [];
    for await (const { entry } of service.journal.read(1))
      if (entry.kind === 'decision') decisions.push(entry.decision);
    const bySide = (governing: Governing) =>
      decisions.filter(({ constitution: { digest } }) => digest === governing.ref.digest);
    expect(decisions).toHaveLength(1_000);
    expect(swaps).toBeGreaterThan(4);
    expect(new Set(bySide(blue).map(({ verdict }) => verdict.kind))).toEqual(new Set(['allow']));
    expect(new Set(bySide(green).map(({ verdict }) => verdict.kind))).toEqual(new Set(['deny']));
    expect(bySide(blue).length + bySide(green).length).toBe(1_000);
  });
});
