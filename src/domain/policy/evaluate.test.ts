import { describe, expect, it } from 'vitest';
import type { Effect } from '#domain/action/effect.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import type { Authorizer, PolicyId } from '#domain/policy/authorization.ts';
import { createEvaluate, REASONS_MAX } from '#domain/policy/evaluate.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import { approvedBy, concerns, type Rule, rulesAuthorizer, rulesConstitution } from '#domain/policy/rules.fixture.ts';

const READ: Effect = { kind: 'read', path: '/w/a', zones: ['workspace'], recursive: false };
const WRITE: Effect = {
  kind: 'write',
  path: '/w/a',
  zones: ['workspace'],
  recursive: false,
  span: { start: 4, end: 8 },
};
const SUDO: Effect = { kind: 'escalate', means: 'sudo' };
const WIPE: Effect = { kind: 'destroy', target: 'disk', detail: '/dev/sda' };

function input(effects: readonly Effect[], more: Partial<PolicyInput> = {}): PolicyInput {
  return {
    action: { kind: 'shell', workspaceRoots: ['/w'] },
    effects,
    principal: { kind: 'agent', id: 'a' as AgentId, agent: 'codex', teams: [] },
    labels: [],
    timeMs: 0,
    ...more,
  };
}

function evaluateBy(rules: readonly Rule[], authorizer: Authorizer = rulesAuthorizer(rules)) {
  return createEvaluate({ constitution: rulesConstitution(rules), authorizer });
}

const permitRead: Rule = { id: 'p-read', effect: 'permit', applies: concerns('read') };
const permitAll: Rule = { id: 'p-all', effect: 'permit', applies: () => true };
const forbidWrite: Rule = { id: 'f-write', effect: 'forbid', applies: concerns('write') };
const forbidSudo: Rule = {
  id: 'f-sudo',
  effect: 'forbid',
  applies: (request) => concerns('escalate')(request) && !approvedBy('maintainer', 'security')(request),
};
const forbidWipe: Rule = { id: 'f-wipe', effect: 'forbid', applies: concerns('destroy') };
const brokenForbid: Rule = {
  id: 'f-broken',
  effect: 'forbid',
  applies: () => {
    throw new Error('no such attribute');
  },
};
const brokenPermit: Rule = { ...brokenForbid, id: 'p-broken', effect: 'permit' };

describe('evaluate', () => {
  const cases: readonly [string, readonly Rule[], readonly Effect[], string, readonly string[]][] = [
    ['denies what no policy permits', [], [READ], 'deny', ['default-deny']],
    ['denies when only one of the effects is permitted', [permitRead], [READ, WRITE], 'deny', ['default-deny']],
    ['lets a forbid win over a permit', [permitAll, forbidWrite], [WRITE], 'deny', ['f-write']],
    ['denies when a forbid cannot be evaluated', [permitAll, brokenForbid], [READ], 'deny', ['evaluation-error']],
    ['denies when the only permit cannot be evaluated', [brokenPermit], [READ], 'deny', ['default-deny']],
    ['allows when another permit cannot be evaluated', [permitAll, brokenPermit], [READ], 'allow', ['p-all']],
    ['asks the first role that is enough', [permitAll, forbidSudo], [SUDO], 'ask maintainer', ['f-sudo']],
    [
      'denies when one effect is beyond every role',
      [permitAll, forbidSudo, forbidWipe],
      [SUDO, WIPE],
      'deny',
      ['f-wipe', 'f-sudo'],
    ],
    ['asks for an action without effects too', [], [], 'deny', ['default-deny']],
    ['allows when all effects are permitted', [permitAll], [READ, WRITE], 'allow', ['p-all']],
  ];

  it.each(cases)('%s', (_, rules, effects, verdict, policies) => {
    const evaluation = evaluateBy(rules)(input(effects));
    expect(evaluation.verdict.kind === 'ask' ? `ask ${evaluation.verdict.role}` : evaluation.verdict.kind).toBe(
      verdict,
    );
    expect([...new Set(evaluation.reasons.map((reason) => reason.policy))]).toEqual(policies);
  });

  it('names the permit that waits for an approval when nothing else stands in the way', () => {
    const waiting: Rule = { id: 'p-approved', effect: 'permit', applies: approvedBy('security') };
    const evaluation = evaluateBy([waiting])(input([SUDO]));
    expect(evaluation.verdict).toEqual({ kind: 'ask', role: 'security' });
    expect(evaluation.reasons.map((reason) => reason.policy)).toEqual(['p-approved']);
  });

  it('tells first what makes the role necessary', () => {
    const forbidAny: Rule = {
      id: 'f-any',
      effect: 'forbid',
      applies: (request) => !approvedBy('developer', 'maintainer')(request),
    };
    const evaluation = evaluateBy([permitAll, forbidAny, forbidSudo])(input([SUDO]));
    expect(evaluation.verdict).toEqual({ kind: 'ask', role: 'maintainer' });
    expect(evaluation.reasons.map((reason) => reason.policy)).toEqual(['f-sudo', 'f-any']);
  });

  it('does not ask a role whose approval would make another effect forbidden', () => {
    const forbidApprovedRead: Rule = {
      id: 'f-approved-read',
      effect: 'forbid',
      applies: (request) => concerns('read')(request) && approvedBy('maintainer')(request),
    };
    const evaluate = evaluateBy([permitAll, forbidSudo, forbidApprovedRead]);
    expect(evaluate(input([READ, SUDO])).verdict).toEqual({ kind: 'ask', role: 'security' });
    expect(evaluate(input([SUDO])).verdict).toEqual({ kind: 'ask', role: 'maintainer' });
  });

  it('goes on to a higher role when the approval that is given is not enough', () => {
    const evaluate = evaluateBy([permitAll, forbidSudo]);
    const approvedByDeveloper = input([SUDO], { approval: { role: 'developer', by: 'ada' } });
    expect(evaluate(approvedByDeveloper).verdict).toEqual({ kind: 'ask', role: 'maintainer' });
    const approvedByMaintainer = input([SUDO], { approval: { role: 'maintainer', by: 'ada' } });
    expect(evaluate(approvedByMaintainer).verdict).toEqual({ kind: 'allow' });
  });

  it('denies more effects than the constitution decides at once, without asking the policies', () => {
    const rules = [permitAll];
    const untouched: Authorizer = {
      authorize() {
        throw new Error('must not be asked');
      },
    };
    const constitution = {
      ...rulesConstitution(rules),
      limits: { effectsPerAction: 2, policies: 10, approvalMinutes: 60 },
    };
    const evaluation = createEvaluate({ constitution, authorizer: untouched })(input([READ, READ, READ]));
    expect(evaluation.verdict).toEqual({ kind: 'deny' });
    expect(evaluation.reasons[0]?.policy).toBe('limit');
  });

  it('lets an outage of the evaluator through: there is no answer then', () => {
    const failing: Authorizer = {
      authorize() {
        throw new Error('gone');
      },
    };
    expect(() => evaluateBy([permitAll], failing)(input([READ]))).toThrow('gone');
  });

  it('counts an error in a policy that it does not know as a no', () => {
    const odd: Authorizer = {
      authorize: () => ({ decision: 'allow', reasons: [], errors: [{ policy: 'unknown' as PolicyId, message: 'x' }] }),
    };
    expect(evaluateBy([permitAll], odd)(input([READ])).verdict.kind).toBe('deny');
  });

  it('says why in the words of the policies, with the effect and where it stands in the command', () => {
    const evaluation = evaluateBy([permitAll, forbidWrite])(input([WRITE]));
    expect(evaluation.reasons).toEqual([
      {
        policy: 'f-write',
        article: '1',
        reason: 'reason of f-write',
        advice: 'advice of f-write',
        effect: 'write /w/a',
        span: { start: 4, end: 8 },
      },
    ]);
  });

  it('names at most a bounded number of reasons, and no policy more than three times', () => {
    const many = Array.from(
      { length: 500 },
      (_, n): Effect => ({ kind: 'delete', path: `/x/${n}`, zones: [], recursive: false }),
    );
    const forbids = Array.from(
      { length: 30 },
      (_, n): Rule => ({ id: `f-${n}`, effect: 'forbid', applies: () => true }),
    );
    const { reasons } = evaluateBy(forbids)(input(many));
    expect(reasons).toHaveLength(REASONS_MAX);
    const one = evaluateBy([{ id: 'f', effect: 'forbid', applies: () => true }])(input(many));
    expect(one.reasons.map((reason) => reason.effect)).toEqual(['delete /x/0', 'delete /x/1', 'delete /x/2']);
  });

  it('puts equal effects to the policies once', () => {
    let asked = 0;
    const counting: Authorizer = {
      authorize(request) {
        asked += 1;
        return rulesAuthorizer([permitAll]).authorize(request);
      },
    };
    evaluateBy([permitAll], counting)(input([READ, READ, { ...READ, span: { start: 0, end: 1 } }]));
    expect(asked).toBe(1);
  });
});
