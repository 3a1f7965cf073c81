import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { EFFECT_KINDS, type Effect } from '#domain/action/effect.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import type { JsonObject } from '#domain/json.ts';
import { createCachedEvaluate } from '#domain/policy/cached-evaluate.ts';
import { createEvaluate } from '#domain/policy/evaluate.ts';
import { readsTime } from '#domain/policy/reads-time.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import { concerns, type Rule, rulesAuthorizer, rulesConstitution } from '#domain/policy/rules.fixture.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';

const PRINCIPALS: readonly Principal[] = [
  { kind: 'agent', id: 'a' as AgentId, agent: 'codex', teams: [] },
  { kind: 'agent', id: 'a' as AgentId, agent: 'codex', teams: ['red'] },
  { kind: 'agent', id: 'b' as AgentId, agent: 'codex', teams: [] },
  { kind: 'person', id: 'a' as PersonId, roles: ['operator'] },
];

/** Rules that each look at another part of what policies are told. */
const FACTS: readonly ((rule: Omit<Rule, 'id'>['effect']) => fc.Arbitrary<Omit<Rule, 'id'>>)[] = [
  (effect) => fc.constantFrom(...EFFECT_KINDS).map((kind) => ({ effect, applies: concerns(kind) })),
  (effect) => fc.constantFrom('a', 'b').map((id) => ({ effect, applies: ({ principal }) => principal.id === id })),
  (effect) => fc.constant({ effect, applies: ({ entities }) => JSON.stringify(entities).includes('red') }),
  // Whatever the resource's attributes say, such as where a path is within the workspace.
  (effect) => fc.constant({ effect, applies: ({ entities }) => JSON.stringify(entities).length % 2 === 0 }),
  (effect) =>
    fc
      .constantFrom('read-untrusted', 'read-credentials', 'maintainer', '"file"')
      .map((text) => ({ effect, applies: ({ context }) => JSON.stringify(context).includes(text) })),
];
const rules: fc.Arbitrary<readonly Rule[]> = fc
  .array(
    fc
      .tuple(fc.constantFrom('permit' as const, 'permit' as const, 'forbid' as const), fc.constantFrom(...FACTS))
      .chain(([effect, fact]) => fact(effect)),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) => list.map((each, index) => ({ ...each, id: `r${index}` })));

/** The same lists again and again, as a cache of effects gives them. */
const lists: fc.Arbitrary<readonly (readonly Effect[])[]> = fc.array(
  fc.array(fc.constantFrom(...SAMPLE_EFFECTS), { maxLength: 4 }),
  { minLength: 1, maxLength: 3 },
);
const question = fc.record({
  list: fc.nat(),
  principal: fc.constantFrom(...PRINCIPALS),
  labels: fc.subarray(['read-untrusted' as const, 'read-credentials' as const]),
  approval: fc.constantFrom({ role: 'maintainer', by: 'ada' }, { role: 'developer', by: '' }, undefined),
  kind: fc.constantFrom('shell' as const, 'file' as const),
  root: fc.constantFrom('/work', '/home/u'),
  timeMs: fc.nat(),
});

/** One question again and again, with one part of it changed at a time: what a key forgets would show at once. */
const questions = fc
  .tuple(question, question, fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat()), { minLength: 2, maxLength: 24 }))
  .map(([base, other, turns]) =>
    turns.map(([part, timeMs]) => {
      const field = (['list', 'principal', 'labels', 'approval', 'kind', 'root'] as const)[part];
      return { ...base, ...(field === undefined ? {} : { [field]: other[field] }), timeMs };
    }),
  );

describe('policies answered from memory', () => {
  it('give what the policies give, for every part of the question', () => {
    let hits = 0;
    fc.assert(
      fc.property(rules, lists, questions, (list, some, asked) => {
        const constitution = rulesConstitution(list);
        const evaluate = createEvaluate({ constitution, authorizer: rulesAuthorizer(list) });
        const cached = createCachedEvaluate({ constitution, evaluate }, (isHit) => {
          hits += isHit ? 1 : 0;
        });
        for (const { list: at, approval, kind, root, ...rest } of asked) {
          const input: PolicyInput = {
            ...rest,
            effects: some[at % some.length] ?? [],
            action: { kind, workspaceRoots: [root] },
            ...(approval === undefined ? {} : { approval }),
          };
          expect(cached(input)).toEqual(evaluate(input));
        }
      }),
    );
    expect(hits).toBeGreaterThan(100);
  });

  it('are of one constitution: the next one is asked itself', () => {
    const effects = SAMPLE_EFFECTS.slice(0, 1);
    const [principal] = PRINCIPALS;
    if (principal === undefined) throw new Error('there are principals');
    const input = { effects, principal, action: { kind: 'shell', workspaceRoots: [] }, labels: [], timeMs: 0 } as const;
    const verdictUnder = (effect: Rule['effect']) => {
      const list: readonly Rule[] = [{ id: 'r', effect, applies: () => true }];
      const constitution = rulesConstitution(list);
      const evaluate = createEvaluate({ constitution, authorizer: rulesAuthorizer(list) });
      const cached = createCachedEvaluate({ constitution, evaluate }, () => {});
      cached(input);
      return cached(input).verdict.kind;
    };
    expect([verdictUnder('permit'), verdictUnder('forbid')]).toEqual(['allow', 'deny']);
  });

  it('are not kept where a policy reads the time', () => {
    const asked: boolean[] = [];
    const policies = policiesOf('permit (principal, action, resource) when { context.time > datetime("2026-01-01") };');
    const list: readonly Rule[] = [{ id: 'r', effect: 'permit', applies: () => true }];
    const evaluate = createEvaluate({ constitution: rulesConstitution(list), authorizer: rulesAuthorizer(list) });
    expect(createCachedEvaluate({ constitution: { policies }, evaluate }, (isHit) => asked.push(isHit))).toBe(evaluate);
    expect(asked).toEqual([]);
  });
});

function policiesOf(text: string): Readonly<Record<string, JsonObject>> {
  const parsed = cedarLanguage.parsePolicies(text);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return Object.fromEntries(parsed.value.map(({ json }, at) => [`p${at}`, json]));
}

describe('whether a policy reads the time', () => {
  const when = (condition: string) => `permit (principal, action, resource) when { ${condition} };`;

  it.each([
    'context.time > datetime("2026-01-01")',
    'context has time',
    'context has time.zone',
    '[1, 2].contains(if context.time < datetime("2026-01-01") then 1 else 2)',
    'context["time"] == resource.start',
    'context == resource.expected',
    '{ all: context }.all.time == resource.start',
    '(if principal.x then context else context).time == resource.start',
  ])('yes, or perhaps: %s', (condition) => {
    expect(readsTime(policiesOf(when(condition)))).toBe(true);
  });

  it.each([
    'context.approval.role == "time"',
    'context has approval',
    'resource.time == 1',
    'principal.name like "time*"',
  ])('no: %s', (condition) => {
    expect(readsTime(policiesOf(when(condition)))).toBe(false);
  });
});
