import { describe, expect, it } from 'vitest';
import type { ApprovalId } from '#domain/approval/approval.ts';
import { grant, isUsable } from '#domain/approval/grant.ts';
import { ASKED_MS, answer, MINUTE_MS, person, REF, RULES, requestFor } from '#domain/approval/request.fixture.ts';
import type { ApprovalRequest } from '#domain/approval/request.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { AgentId, Principal } from '#domain/identity/principal.ts';

const AGENT: Principal = { kind: 'agent', id: 'claude-code' as AgentId, agent: 'claude-code', teams: [] };

function granted(request: ApprovalRequest, by: Principal, more: Partial<Parameters<typeof grant>[0]> = {}) {
  const id = '01890000-0000-7000-8000-000000000009' as ApprovalId;
  return grant({
    id,
    request,
    answer: 'granted',
    by,
    constitution: RULES,
    ref: REF,
    isHeld: () => true,
    nowMs: ASKED_MS + 1,
    ...more,
  });
}

describe('grant refuses', () => {
  const ofAnotherConstitution = { ...REF, digest: 'c'.repeat(64) as ConstitutionDigest };
  const decisionOf = (kind: 'allow' | 'deny'): ApprovalRequest => {
    const { decision } = requestFor('maintainer');
    return { decision: { ...decision, verdict: { kind } }, answers: [] };
  };
  const own: ApprovalRequest = {
    ...requestFor('maintainer'),
    decision: { ...requestFor('maintainer').decision, principal: { kind: 'person', id: 'ada' } },
  };
  it.each<[string, ReturnType<typeof granted>, string]>([
    ['an agent, whatever it asks for', granted(requestFor('maintainer'), AGENT), 'approval-not-entitled'],
    ['who asked', granted(own, person('ada', 'security')), 'approval-own'],
    ['a person without a role', granted(requestFor('maintainer'), person('ada')), 'approval-not-entitled'],
    ['an earlier role', granted(requestFor('maintainer'), person('ada', 'developer')), 'approval-not-entitled'],
    ['the operator as such', granted(requestFor('maintainer'), person('ada', 'operator')), 'approval-not-entitled'],
    ['a role that there is not', granted(requestFor('king'), person('ada', 'king')), 'approval-not-entitled'],
    ['what was allowed', granted(decisionOf('allow'), person('ada', 'security')), 'approval-not-asked'],
    ['what was denied', granted(decisionOf('deny'), person('ada', 'security')), 'approval-not-asked'],
    [
      'a request of another constitution',
      granted(requestFor('maintainer'), person('ada', 'security'), { ref: ofAnotherConstitution }),
      'approval-constitution-changed',
    ],
    [
      'a request after its time',
      granted(requestFor('maintainer'), person('ada', 'security'), { nowMs: ASKED_MS + 480 * MINUTE_MS }),
      'approval-expired',
    ],
    [
      'a second answer once it is granted',
      granted(requestFor('maintainer', [answer()]), person('ben', 'maintainer')),
      'approval-answered',
    ],
    [
      'a yes after a no',
      granted(requestFor('maintainer', [answer({ answer: 'refused', outstanding: 1 })]), person('ben', 'maintainer')),
      'approval-answered',
    ],
    [
      'what was used',
      granted({ ...requestFor('maintainer', [answer()]), usedBy: 'x' as DecisionId }, person('ben', 'maintainer')),
      'approval-answered',
    ],
    [
      'the same person twice',
      granted(requestFor('security', [answer({ outstanding: 1 })]), person('ada', 'security')),
      'approval-answered',
    ],
  ])('%s', (_name, result, code) => {
    expect(result).toMatchObject({ ok: false, refusal: { code } });
  });
});

describe('grant', () => {
  it('takes the role that is asked, and one after it, and binds the answer', () => {
    const { decision } = requestFor('maintainer');
    for (const by of [person('ben', 'maintainer'), person('cem', 'security')]) {
      expect(granted(requestFor('maintainer'), by)).toMatchObject({
        ok: true,
        value: {
          decisionId: decision.id,
          role: 'maintainer',
          outstanding: 0,
          principalId: 'codex',
          actionDigest: decision.actionDigest,
          constitution: REF,
          expiresMs: ASKED_MS + 1 + 60 * MINUTE_MS,
        },
      });
    }
  });

  it('lets the operator stand in where nobody holds a role that may answer, and only there', () => {
    const operator = person('op', 'operator');
    const heldBy = (...held: readonly string[]) => ({ isHeld: (role: string) => held.includes(role) });
    expect(granted(requestFor('maintainer'), operator, heldBy('developer'))).toMatchObject({ ok: true });
    for (const held of ['maintainer', 'security']) {
      expect(granted(requestFor('maintainer'), operator, heldBy(held))).toMatchObject({
        refusal: { code: 'approval-not-entitled' },
      });
    }
    expect(granted(requestFor('maintainer'), person('ada', 'auditor'), heldBy())).toMatchObject({ ok: false });
  });

  it('counts down a quorum, and a refusal settles it at any time', () => {
    const first = granted(requestFor('security'), person('ben', 'security'));
    if (!first.ok) throw new Error(first.refusal.code);
    expect(first.value.outstanding).toBe(1);
    const half = requestFor('security', [first.value]);
    expect(granted(half, person('cem', 'security'))).toMatchObject({ ok: true, value: { outstanding: 0 } });
    expect(granted(half, person('cem', 'security'), { answer: 'refused' })).toMatchObject({
      ok: true,
      value: { answer: 'refused', outstanding: 1 },
    });
  });
});

describe('isUsable', () => {
  const use = {
    principalId: 'codex',
    actionDigest: 'b'.repeat(64),
    constitutionDigest: REF.digest,
    nowMs: ASKED_MS + 1,
  };
  it.each<[string, Parameters<typeof isUsable>]>([
    ['refused', [answer({ answer: 'refused' }), use]],
    ['half a quorum', [answer({ outstanding: 1 }), use]],
    ['of another agent', [answer(), { ...use, principalId: 'cursor' }]],
    ['of another action', [answer(), { ...use, actionDigest: 'c'.repeat(64) }]],
    ['of another constitution', [answer(), { ...use, constitutionDigest: 'c'.repeat(64) }]],
    ['from the future', [answer({ timeMs: ASKED_MS + 2 }), use]],
    ['expired', [answer({ expiresMs: ASKED_MS + 1 }), use]],
  ])('is false when it is %s', (_name, [approval, given]) => {
    expect(isUsable(approval, given)).toBe(false);
  });

  it('is true for exactly what was asked', () => {
    expect(isUsable(answer(), use)).toBe(true);
  });
});
