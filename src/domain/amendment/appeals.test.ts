import { describe, expect, it } from 'vitest';
import { applyEvent } from '#domain/amendment/apply.ts';
import { ballotIdOf } from '#domain/amendment/ballot.ts';
import { due } from '#domain/amendment/due.ts';
import type { AmendmentEvent } from '#domain/amendment/event.ts';
import type { AppealId } from '#domain/amendment/ids.ts';
import { commitmentTo, drawPanel } from '#domain/amendment/lot.ts';
import {
  ADA,
  AMENDMENT,
  adopted,
  BEN,
  happen,
  momentAt,
  PEOPLE,
  person,
  VOTERS,
} from '#domain/amendment/proceedings.fixture.ts';
import type { Proceedings } from '#domain/amendment/proceedings.ts';
import { addWorkingDays } from '#domain/amendment/working-days.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';

const codeOf = (before: Proceedings, event: AmendmentEvent): string => {
  const applied = applyEvent(before, event);
  return applied.ok ? 'ok' : applied.refusal.code;
};
const settled = (before: Proceedings, hours: number) => due(before, momentAt(before, hours), VOTERS).proceedings;

describe('an appeal', () => {
  const before = adopted();
  const id = 'appeal-1' as AppealId;
  const lot = { seed: 'a'.repeat(64), nonce: 'b'.repeat(64) };
  const pool = VOTERS.filter((voter) => voter !== ADA.id);
  const filing = (hours: number): AmendmentEvent & { kind: 'appeal-filed' } => ({
    kind: 'appeal-filed',
    at: momentAt(before, hours),
    appeal: id,
    by: ADA,
    against: {
      kind: 'decision',
      decision: 'd' as DecisionId,
      decidedMs: momentAt(before, 0).timeMs,
      principal: 'codex',
      policies: [],
    },
    grounds: 'g',
    parties: [ADA.id],
    pool,
    commitment: commitmentTo(lot.seed, id),
  });
  const filed = happen(before, filing(1));
  const panel = drawPanel(lot, id, pool, 3);
  const drawing = (hours: number): AmendmentEvent & { kind: 'panel-drawn' } => {
    const at = momentAt(filed, hours);
    return { kind: 'panel-drawn', at, appeal: id, lot, panel, answerByMs: addWorkingDays(at.timeMs, 5) };
  };
  const drawn = happen(filed, drawing(2));
  const member = (index: number) => PEOPLE.find((one) => one.id === panel[index]) ?? ADA;
  const answering = (hours: number, by = member(0)): AmendmentEvent => ({
    kind: 'panel-answered',
    at: momentAt(drawn, hours),
    appeal: id,
    by,
    answer: 'overturn',
    reason: 'r',
  });

  it('is in time for 48 hours, once, and nobody judges in their own cause', () => {
    expect(codeOf(before, filing(48))).toBe('appeal-late');
    expect(codeOf(before, filing(47.99))).toBe('ok');
    expect(codeOf(filed, { ...filing(2), appeal: 'other' as AppealId })).toBe('appeal-exists');
    expect(codeOf(before, { ...filing(1), parties: [] })).toBe('appeal-parties');
    expect(codeOf(before, { ...filing(1), pool: [...VOTERS] })).toBe('appeal-parties');
    const policy = { kind: 'policy', policy: 'ordinary' as PolicyId, amendment: AMENDMENT } as const;
    expect(codeOf(before, { ...filing(1), against: policy })).toBe('policy-unknown');
  });

  it('is drawn for by the committed seed only, and by nobody else’s choice', () => {
    const event = drawing(2);
    expect(codeOf(filed, { ...event, lot: { ...lot, seed: 'c'.repeat(64) } })).toBe('lot-wrong');
    expect(codeOf(filed, { ...event, panel: panel.slice(1) })).toBe('lot-wrong');
    expect(codeOf(filed, { ...event, panel: panel.toReversed() })).toBe('lot-wrong');
    expect(codeOf(filed, { ...event, answerByMs: event.answerByMs + 1 })).toBe('deadline-wrong');
    expect(codeOf(filed, drawing(26))).toBe('appeal-state');
    expect(codeOf(drawn, drawing(3))).toBe('appeal-state');
  });

  it('is answered by its panel, each once, in five working days', () => {
    expect(codeOf(drawn, answering(3, ADA))).toBe('panel-not-member');
    const once = happen(drawn, answering(3));
    expect(codeOf(once, answering(4))).toBe('panel-answered');
    expect(codeOf(drawn, answering(24 * 7 + 3))).toBe('appeal-state');
    expect(codeOf(filed, answering(3))).toBe('appeal-state');
  });

  it('stands after 48 hours that nobody has contested it in', () => {
    const answered = happen(drawn, answering(3), answering(4, member(1)));
    expect(
      codeOf(answered, { kind: 'appeal-closed', at: momentAt(answered, 5), appeal: id, outcome: 'overturned' }),
    ).toBe('appeal-state');
    expect(settled(answered, 4 + 48).appeals.get(id)?.state).toEqual({ kind: 'closed', outcome: 'overturned' });
    const stranger: AmendmentEvent = {
      kind: 'appeal-contested',
      at: momentAt(answered, 5),
      appeal: id,
      cause: 'contested',
      by: person('nil'),
    };
    expect(codeOf(answered, stranger)).toBe('role-missing');
    expect(codeOf(answered, { ...stranger, by: BEN, cause: 'unanswered' })).toBe('appeal-state');
  });

  it.each([
    ['nobody draws for', filed, 25, 'not-drawn'],
    ['its panel does not answer', drawn, 24 * 7 + 2, 'unanswered'],
    ['nobody can be drawn for', happen(before, { ...filing(1), pool: [] }), 1, 'no-panel'],
  ])('that %s goes to a vote', (_what, state, hours, cause) => {
    const contested = settled(state, hours);
    expect(contested.appeals.get(id)?.state).toEqual({ kind: 'contested', cause });
    const ballot = ballotIdOf({ kind: 'appeal', appeal: id });
    expect(contested.ballots.has(ballot)).toBe(true);
    const voted = happen(contested, {
      kind: 'vote-cast',
      at: momentAt(contested, hours + 1),
      ballot,
      by: BEN,
      choice: 'for',
    });
    expect(settled(voted, hours + 168).appeals.get(id)?.state).toEqual({ kind: 'closed', outcome: 'overturned' });
    // Without a quorum and without an answer, what was appealed stands.
    expect(settled(contested, hours + 168).appeals.get(id)?.state).toEqual({ kind: 'closed', outcome: 'upheld' });
  });
});
