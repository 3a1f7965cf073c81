import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import type { Evaluate } from '#domain/policy/evaluate.ts';
import { evaluateNarrowest } from '#domain/policy/evaluate-narrowest.ts';
import type { Verdict } from '#domain/policy/verdict.ts';

const ROLES = ['developer', 'maintainer', 'security'];
const verdicts: readonly Verdict[] = [
  { kind: 'allow' },
  ...ROLES.map((role) => ({ kind: 'ask', role }) as const),
  { kind: 'defer', retryAfterMs: 1 },
  { kind: 'deny' },
];

/** An agent that acts for an agent that acts for a person; each has a verdict of their own. */
function decided(own: readonly [Verdict, Verdict, Verdict]): { verdict: Verdict; asked: readonly string[] } {
  const ada: Principal = { kind: 'person', id: 'ada' as PersonId, roles: [] };
  const parent: Principal = { kind: 'agent', id: 'parent' as AgentId, agent: 'codex', teams: [], onBehalfOf: ada };
  const child: Principal = { kind: 'agent', id: 'child' as AgentId, agent: 'codex', teams: [], onBehalfOf: parent };
  const asked: string[] = [];
  const evaluate: Evaluate = ({ principal }) => {
    expect('onBehalfOf' in principal).toBe(false);
    asked.push(principal.id);
    return { verdict: own[['child', 'parent', 'ada'].indexOf(principal.id)] ?? { kind: 'deny' }, reasons: [] };
  };
  const input = {
    action: { kind: 'shell', workspaceRoots: [] },
    effects: [],
    principal: child,
    labels: [],
    timeMs: 0,
  } as const;
  return { verdict: evaluateNarrowest(evaluate, input, ROLES).verdict, asked };
}

describe('the narrowest evaluation', () => {
  it('is the most severe of the chain, whoever has it, and everyone is evaluated by themselves', () => {
    const one = fc.constantFrom(...verdicts);
    fc.assert(
      fc.property(one, one, one, (a, b, c) => {
        const { verdict, asked } = decided([a, b, c]);
        expect(asked).toEqual(['child', 'parent', 'ada']);
        const place = (of: Verdict) => verdicts.findIndex((each) => JSON.stringify(each) === JSON.stringify(of));
        expect(place(verdict)).toBe(Math.max(place(a), place(b), place(c)));
      }),
    );
  });
});
