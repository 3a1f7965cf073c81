import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionDigest } from '#domain/action/digest.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { ENFORCEMENT_STEPS, type EnforcementRule } from '#domain/constitution/enforcement.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import { createDenials, ENFORCEMENT } from '#domain/enforcement/denials.ts';
import { enforce, stepInForce } from '#domain/enforcement/enforce.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Evaluation } from '#domain/policy/evaluate.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';
import type { Verdict } from '#domain/policy/verdict.ts';

const ROLES = ['developer', 'maintainer', 'security'];
const MINUTE = 60_000;

function decided(timeMs: number, more: Partial<Decision> = {}, policy = 'git-force'): Decision {
  return {
    id: `d-${timeMs}` as DecisionId,
    timeMs,
    principal: { kind: 'agent', id: 'codex' },
    agent: 'codex',
    actionKind: 'shell',
    action: { workspaceRoots: ['/w'] },
    actionDigest: '' as ActionDigest,
    effects: [],
    verdict: { kind: 'deny' },
    reasons: [{ policy: policy as PolicyId, article: '3', reason: 'r', effect: 'e' }],
    constitution: { lineage: '', number: 1, digest: '' as ConstitutionDigest },
    ...more,
  };
}

function denialsAt(times: readonly number[], more: Partial<Decision> = {}) {
  const denials = createDenials();
  for (const time of times) denials.apply(decided(time, more));
  return denials;
}

const rule = (more: Partial<EnforcementRule> = {}): EnforcementRule => ({
  per: 'agent',
  denials: 3,
  withinMinutes: 10,
  step: 'deny',
  ...more,
});
const here = { agent: 'codex', repository: '/w', timeMs: 10 * MINUTE };
const allowed: Evaluation = {
  verdict: { kind: 'allow' },
  reasons: [{ policy: 'p' as PolicyId, reason: 'r', effect: 'e' }],
};
const run = [{ kind: 'run' as const, program: 'npm', arguments: [] }];

describe('the graduated response', () => {
  it('only ever makes a verdict stricter, and says so whenever it does', () => {
    const strictness = (verdict: Verdict) =>
      verdict.kind === 'deny' ? 9 : verdict.kind === 'ask' ? 1 + ROLES.indexOf(verdict.role) : 0;
    const verdict: fc.Arbitrary<Verdict> = fc.oneof(
      fc.constant({ kind: 'allow' } as const),
      fc.constant({ kind: 'deny' } as const),
      fc.constantFrom(...ROLES).map((role) => ({ kind: 'ask', role }) as const),
    );
    fc.assert(
      fc.property(
        verdict,
        fc.constantFrom(...ENFORCEMENT_STEPS),
        fc.subarray([...SAMPLE_EFFECTS], { minLength: 0, maxLength: 4 }),
        fc.option(fc.constantFrom(...ROLES)),
        fc.constantFrom(ROLES, []),
        (before, step, effects, role, approverRoles) => {
          const given: Evaluation = { verdict: before, reasons: allowed.reasons };
          const inForce = { kind: 'counted', rule: rule({ step }), denials: [] } as const;
          const after = enforce(given, inForce, {
            constitution: { approverRoles },
            effects,
            ...(role === null ? {} : { approval: { role, by: 'p' } }),
          });
          expect(strictness(after.verdict)).toBeGreaterThanOrEqual(strictness(before));
          if (strictness(after.verdict) > strictness(before)) expect(after.reasons[0]?.policy).toBe(ENFORCEMENT);
          expect(after.reasons).toEqual(expect.arrayContaining([...allowed.reasons]));
        },
      ),
    );
  });

  it.each([
    ['too few', [8, 9], undefined],
    ['enough', [7, 8, 9], 'deny'],
    ['enough, and too long ago', [-3, -2, 0], undefined],
    ['one of them just out of the window', [0, 8, 9], undefined],
  ])('counts %s denials', (_what, minutes, step) => {
    const found = stepInForce([rule()], here, denialsAt(minutes.map((minute) => minute * MINUTE)));
    expect(found?.kind === 'counted' ? found.rule.step : undefined).toBe(step);
  });

  it('takes the strictest step that was reached', () => {
    const rules = [rule({ denials: 1, step: 'warn' }), rule({ denials: 3, step: 'ask' }), rule({ denials: 9 })];
    expect(stepInForce(rules, here, denialsAt([8 * MINUTE, 9 * MINUTE, 9.5 * MINUTE]))).toMatchObject({
      rule: { step: 'ask' },
    });
  });

  it('counts by policy and article, by agent and repository', () => {
    const denials = denialsAt([7, 8, 9].map((minute) => minute * MINUTE));
    const found = (more: Partial<EnforcementRule>, at = here) => stepInForce([rule(more)], at, denials) !== undefined;
    expect(found({ policy: 'git-force' })).toBe(true);
    expect(found({ policy: 'other' })).toBe(false);
    expect(found({ article: '3' })).toBe(true);
    expect(found({ article: '4' })).toBe(false);
    expect(found({}, { ...here, agent: 'cursor' })).toBe(false);
    expect(found({ per: 'repository' }, { ...here, agent: 'cursor' })).toBe(true);
    expect(found({ per: 'repository' }, { ...here, repository: '/other' })).toBe(false);
  });

  it('counts no denial of its own, none of people, and nothing that was allowed', () => {
    const own = denialsAt(
      [7, 8, 9].map((minute) => minute * MINUTE),
      {
        reasons: [{ policy: ENFORCEMENT, reason: 'r', effect: 'e' }],
      },
    );
    const people = denialsAt(
      [7, 8, 9].map((minute) => minute * MINUTE),
      { principal: { kind: 'person', id: 'codex' } },
    );
    const fine = denialsAt(
      [7, 8, 9].map((minute) => minute * MINUTE),
      { verdict: { kind: 'allow' } },
    );
    for (const denials of [own, people, fine]) expect(stepInForce([rule()], here, denials)).toBeUndefined();
  });

  it('lets an agent look while it is denied, and not while it is suspended', () => {
    const looking = [{ kind: 'read' as const, path: '/w/a', zones: [], recursive: false }];
    const parts = { constitution: { approverRoles: ROLES } };
    const step = (name: EnforcementRule['step']) =>
      ({ kind: 'counted', rule: rule({ step: name }), denials: [] }) as const;
    expect(enforce(allowed, step('deny'), { ...parts, effects: looking }).verdict.kind).toBe('allow');
    expect(enforce(allowed, step('deny'), { ...parts, effects: run }).verdict.kind).toBe('deny');
    expect(enforce(allowed, step('suspend'), { ...parts, effects: looking }).verdict.kind).toBe('deny');
    const suspended = enforce(allowed, { kind: 'suspended', why: 'w' }, { ...parts, effects: looking });
    expect(suspended).toMatchObject({ verdict: { kind: 'deny' }, reasons: [{ policy: ENFORCEMENT }, {}] });
  });

  it('asks the first role, is answered by any, and is a no where there is nobody to ask', () => {
    const ask = { kind: 'counted', rule: rule({ step: 'ask' }), denials: [] } as const;
    const parts = { constitution: { approverRoles: ROLES }, effects: run };
    expect(enforce(allowed, ask, parts).verdict).toEqual({ kind: 'ask', role: 'developer' });
    expect(enforce(allowed, ask, { ...parts, approval: { role: 'security', by: 'p' } }).verdict.kind).toBe('allow');
    expect(enforce(allowed, ask, { ...parts, approval: { role: 'none', by: 'p' } }).verdict.kind).toBe('ask');
    expect(enforce(allowed, ask, { constitution: { approverRoles: [] }, effects: run }).verdict.kind).toBe('deny');
  });
});
