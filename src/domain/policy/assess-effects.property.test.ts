import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EFFECT_KINDS, type Effect } from '#domain/action/effect.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { assessEffects } from '#domain/policy/assess-effects.ts';
import { createEvaluate } from '#domain/policy/evaluate.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import { approvedBy, type Rule, rulesAuthorizer, rulesConstitution } from '#domain/policy/rules.fixture.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';

/** Rules over an effect, over what else the action does, and over an approval. */
const rules: fc.Arbitrary<readonly Rule[]> = fc
  .array(
    fc
      .record({
        effect: fc.constantFrom<Rule['effect']>('permit', 'permit', 'forbid'),
        kind: fc.constantFrom('*', ...EFFECT_KINDS),
        beside: fc.constantFrom(undefined, ...EFFECT_KINDS),
        needs: fc.constantFrom(undefined, 'maintainer'),
      })
      .map(({ effect, kind, beside, needs }) => ({
        effect,
        applies({ action, context, ...rest }: Parameters<Rule['applies']>[0]) {
          const kinds = context['effects'];
          if (kind !== '*' && action.id !== kind) return false;
          if (beside !== undefined && !(Array.isArray(kinds) && kinds.includes(beside))) return false;
          return needs === undefined || approvedBy(needs)({ action, context, ...rest });
        },
      })),
    { maxLength: 10 },
  )
  .map((list) => list.map((each, index) => ({ ...each, id: `r${index}` })));

const effects: fc.Arbitrary<readonly Effect[]> = fc.array(fc.constantFrom(...SAMPLE_EFFECTS), {
  minLength: 1,
  maxLength: 6,
});

function inputOf(list: readonly Effect[]): PolicyInput {
  const principal = { kind: 'person', id: 'ada' as PersonId, roles: [] } as const;
  return { action: { kind: 'shell', workspaceRoots: ['/work'] }, effects: list, principal, labels: [], timeMs: 0 };
}

describe('the verdicts of the effects of an action', () => {
  it('are all allow where the action is allowed, and one of them is in the way where it is not', () =>
    fc.assert(
      fc.property(rules, effects, (list, found) => {
        const evaluate = createEvaluate({ constitution: rulesConstitution(list), authorizer: rulesAuthorizer(list) });
        const input = inputOf(found);
        const kinds = assessEffects(input, evaluate, found.length).map(({ verdict }) => verdict.kind);
        expect(kinds).toHaveLength(found.length);
        expect(kinds.every((kind) => kind === 'allow')).toBe(evaluate(input).verdict.kind === 'allow');
      }),
    ));

  it('know what else the action does: a rule about a combination counts for each part of it', () => {
    const read: Effect = { kind: 'read', path: '/work/.env', zones: ['credentials'], recursive: false };
    const connect: Effect = { kind: 'connect', host: 'example.org' };
    const list: readonly Rule[] = [
      { id: 'all', effect: 'permit', applies: () => true },
      {
        id: 'no-leak',
        effect: 'forbid',
        applies: ({ action, context }) =>
          action.id === 'connect' && Array.isArray(context['effects']) && context['effects'].includes('read'),
      },
    ];
    const evaluate = createEvaluate({ constitution: rulesConstitution(list), authorizer: rulesAuthorizer(list) });
    const verdicts = (found: readonly Effect[]) =>
      assessEffects(inputOf(found), evaluate, 10).map(({ verdict, policies }) => [verdict.kind, policies]);
    expect(verdicts([connect])).toEqual([['allow', ['all']]]);
    expect(verdicts([read, connect])).toEqual([
      ['allow', ['all']],
      ['deny', ['no-leak']],
    ]);
  });

  it('are asked for once where effects are equal, and only for as many as are looked at', () => {
    let count = 0;
    const evaluate = createEvaluate({
      constitution: rulesConstitution([]),
      authorizer: {
        authorize: () => {
          count += 1;
          return { decision: 'allow', reasons: [], errors: [] };
        },
      },
    });
    const effect: Effect = { kind: 'connect', host: 'example.org' };
    const found = [0, 5, 9].map((start) => ({ ...effect, span: { start, end: start + 1 } }));
    expect(assessEffects(inputOf(found), evaluate, 2).map(({ effect: { span } }) => span?.start)).toEqual([0, 5]);
    expect(count).toBe(1);
  });
});
