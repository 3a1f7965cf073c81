import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueNotices } from '#domain/approval/escalation.ts';
import { ASKED_MS, answer, MINUTE_MS, RULES, requestFor } from '#domain/approval/request.fixture.ts';
import { rolesThatMayAnswer, stateOf } from '#domain/approval/request.ts';
import type { DecisionId } from '#domain/decision/decision.ts';

const rules = RULES.approvals;

describe('a request', () => {
  it.each<[string, Parameters<typeof stateOf>[0], number, string]>([
    ['nobody has answered', requestFor('maintainer'), 0, 'waiting'],
    ['one of two has said yes', requestFor('security', [answer({ outstanding: 1 })]), 1, 'waiting'],
    ['nobody answered in time', requestFor('maintainer'), 480, 'expired'],
    ['one of two did not answer in time', requestFor('security', [answer({ outstanding: 1 })]), 480, 'expired'],
    ['it is granted', requestFor('maintainer', [answer()]), 59, 'granted'],
    ['the agent did not come back in time', requestFor('maintainer', [answer()]), 60, 'expired'],
    ['somebody said no', requestFor('security', [answer({ answer: 'refused', outstanding: 2 })]), 500, 'refused'],
    ['it was used', { ...requestFor('maintainer', [answer()]), usedBy: 'x' as DecisionId }, 500, 'used'],
  ])('where %s', (_name, request, minutes, kind) => {
    expect(stateOf(request, rules, ASKED_MS + minutes * MINUTE_MS).kind).toBe(kind);
  });

  it('says how many are missing', () => {
    expect(stateOf(requestFor('security'), rules, ASKED_MS)).toMatchObject({ missing: 2 });
    expect(stateOf(requestFor('security', [answer({ outstanding: 1 })]), rules, ASKED_MS)).toMatchObject({
      missing: 1,
    });
    expect(stateOf(requestFor('maintainer'), rules, ASKED_MS)).toMatchObject({ missing: 1 });
  });

  it('may be answered by the role that is asked and those after it', () => {
    expect(rolesThatMayAnswer('maintainer', RULES.approverRoles)).toEqual(['maintainer', 'security']);
    expect(rolesThatMayAnswer('king', RULES.approverRoles)).toEqual([]);
  });
});

describe('escalation', () => {
  const due = (role: string, minutes: number, more = {}) =>
    dueNotices({ ...requestFor(role), ...more }, rules, RULES.approverRoles, ASKED_MS + minutes * MINUTE_MS).map(
      ({ recipient }) => (recipient.kind === 'role' ? recipient.role : recipient.kind),
    );

  it('tells the role that is asked, then the next, then on-call', () => {
    expect(due('developer', 0)).toEqual(['developer']);
    expect(due('developer', 15)).toEqual(['developer', 'maintainer']);
    expect(due('developer', 30)).toEqual(['developer', 'maintainer', 'on-call']);
  });

  it('has nobody after the last role, and tells nothing once it is settled or over', () => {
    expect(due('security', 30)).toEqual(['security', 'on-call']);
    expect(due('developer', 480)).toEqual([]);
    expect(due('developer', 30, { answers: [answer()] })).toEqual([]);
  });

  it('never takes back a step as time goes on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 479 }), fc.integer({ min: 0, max: 479 }), (a, b) => {
        const [early, late] = [due('developer', Math.min(a, b)), due('developer', Math.max(a, b))];
        expect(late.slice(0, early.length)).toEqual(early);
      }),
    );
  });
});
