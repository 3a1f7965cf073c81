import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EFFECT_KINDS, type Effect } from '#domain/action/effect.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { createEvaluate } from '#domain/policy/evaluate.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import { approvedBy, concerns, type Rule, rulesAuthorizer, rulesConstitution } from '#domain/policy/rules.fixture.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';

const ROLES: readonly string[] = ['developer', 'maintainer', 'security'];

/** Rules over the effect's kind and the approval, in every combination; some cannot be evaluated. */
const rule = (effect: Rule['effect']): fc.Arbitrary<Omit<Rule, 'id'>> =>
  fc
    .record({
      kind: fc.constantFrom('*', ...EFFECT_KINDS),
      approval: fc.constantFrom('any', 'needed', 'absent'),
      roles: fc.subarray([...ROLES]),
      broken: fc.boolean().map((value) => value && effect === 'forbid'),
    })
    .map(({ kind, approval, roles, broken }) => ({
      effect,
      applies(request) {
        if (kind !== '*' && !concerns(kind)(request)) return false;
        if (broken && approval === 'needed') throw new Error('broken');
        if (approval === 'any') return true;
        return approvedBy(...roles)(request) === (approval === 'needed');
      },
    }));

const rules: fc.Arbitrary<readonly Rule[]> = fc
  .array(fc.oneof(rule('permit'), rule('permit'), rule('forbid')), { maxLength: 12 })
  .map((list) => list.map((each, index) => ({ ...each, id: `r${index}` })));

const effects: fc.Arbitrary<readonly Effect[]> = fc.array(fc.constantFrom(...SAMPLE_EFFECTS), { maxLength: 6 });

function evaluateBy(list: readonly Rule[]) {
  return createEvaluate({ constitution: rulesConstitution(list), authorizer: rulesAuthorizer(list) });
}

function inputOf(list: readonly Effect[]): PolicyInput {
  const principal = { kind: 'person', id: 'ada' as PersonId, roles: ['operator'] } as const;
  return { action: { kind: 'shell', workspaceRoots: ['/work'] }, effects: list, principal, labels: [], timeMs: 0 };
}

/** How far a verdict lets the action go: no further than an ask of a higher role. */
function openness(verdict: ReturnType<ReturnType<typeof createEvaluate>>['verdict']): number {
  if (verdict.kind === 'allow') return 4;
  return verdict.kind === 'ask' ? 3 - ROLES.indexOf(verdict.role) : 0;
}

describe('evaluate, whatever the policies', () => {
  it('asks only for an approval that is enough', () => {
    fc.assert(
      fc.property(rules, effects, (list, some) => {
        const evaluate = evaluateBy(list);
        const { verdict } = evaluate(inputOf(some));
        fc.pre(verdict.kind === 'ask');
        if (verdict.kind !== 'ask') return;
        const approved = evaluate({ ...inputOf(some), approval: { role: verdict.role, by: 'ada' } });
        expect(approved.verdict).toEqual({ kind: 'allow' });
      }),
    );
  });

  it('asks the first role that is enough, and denies only when none is', () => {
    fc.assert(
      fc.property(rules, effects, (list, some) => {
        const evaluate = evaluateBy(list);
        const { verdict } = evaluate(inputOf(some));
        fc.pre(verdict.kind !== 'allow');
        const enough = ROLES.find(
          (role) => evaluate({ ...inputOf(some), approval: { role, by: '' } }).verdict.kind === 'allow',
        );
        expect(verdict).toEqual(enough === undefined ? { kind: 'deny' } : { kind: 'ask', role: enough });
      }),
    );
  });

  it('never becomes more open by another forbid', () => {
    fc.assert(
      fc.property(rules, rule('forbid'), effects, (list, forbid, some) => {
        const before = evaluateBy(list)(inputOf(some)).verdict;
        const after = evaluateBy([...list, { ...forbid, id: 'new' }])(inputOf(some)).verdict;
        expect(openness(after)).toBeLessThanOrEqual(openness(before));
      }),
    );
  });

  it('never becomes more open by another effect', () => {
    fc.assert(
      fc.property(rules, effects, fc.constantFrom(...SAMPLE_EFFECTS), (list, some, effect) => {
        fc.pre(some.length > 0);
        const evaluate = evaluateBy(list);
        const before = evaluate(inputOf(some)).verdict;
        const after = evaluate(inputOf([...some, effect])).verdict;
        expect(openness(after)).toBeLessThanOrEqual(openness(before));
      }),
    );
  });

  it('always says why', () => {
    fc.assert(
      fc.property(rules, effects, (list, some) => {
        expect(evaluateBy(list)(inputOf(some)).reasons.length).toBeGreaterThan(0);
      }),
    );
  });
});
