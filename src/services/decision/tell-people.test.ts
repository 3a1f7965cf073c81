import { describe, expect, it } from 'vitest';
import type { Channel, Notice } from '#domain/approval/notice.ts';
import { ASKED_MS, answer, MINUTE_MS, REF, RULES, requestFor } from '#domain/approval/request.fixture.ts';
import { governedBy } from '#domain/constitution/governance.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import { createApprovalBook } from '#services/decision/approval-book.ts';
import { createTellPeople, type TellingEvent } from '#services/decision/tell-people.ts';
import { constitution } from '../../../tests/support/decision-service.ts';

const GOVERNANCE = governedBy({
  constitution: { ...constitution, ...RULES },
  ref: REF,
  evaluate: () => ({ verdict: { kind: 'deny' }, reasons: [] }),
});

function ask(role: string, id = requestFor(role).decision.id): Decision {
  return { ...requestFor(role).decision, id };
}

function start(fails: (notice: Notice, attempt: number) => boolean = () => false) {
  const clock = { nowMs: ASKED_MS };
  const approvals = createApprovalBook();
  const sent: string[] = [];
  const events: TellingEvent[] = [];
  const attempts = new Map<string, number>();
  const channel = (name: string, reaches: Channel['reaches']): Channel => ({
    name,
    reaches,
    async send(notice) {
      const attempt = (attempts.get(notice.id) ?? 0) + 1;
      attempts.set(notice.id, attempt);
      if (fails(notice, attempt)) throw new Error('it hangs up');
      sent.push(`${name} ${notice.id.slice(-3)}`);
    },
  });
  const telling = () =>
    createTellPeople({
      approvals,
      governance: GOVERNANCE,
      channels: [
        channel('maintainers', [{ kind: 'role', role: 'maintainer' }]),
        channel('security', [{ kind: 'role', role: 'security' }]),
        channel('pager', [{ kind: 'on-call' }]),
      ],
      at: { server: 'https://acgs.example', console: 'https://acgs.example' },
      subjectOf: () => 'sudo ls',
      nowMs: () => clock.nowMs,
      pause: async () => {},
      onEvent: (event) => events.push(event),
    });
  return { clock, approvals, sent, events, telling };
}

describe('telling people', () => {
  it('tells the channel of the role at once, once, and nobody else', async () => {
    const { approvals, sent, telling } = start();
    const told = telling();
    approvals.applyDecision(ask('maintainer'));
    approvals.applyDecision(ask('maintainer'));
    await told.stop();
    expect(sent).toEqual(['maintainers 1-0']);
  });

  it('tells nobody of what was answered, and of a role that no channel reaches', async () => {
    const { approvals, sent, telling } = start();
    approvals.applyDecision(ask('developer'));
    approvals.applyDecision(ask('maintainer', '01890000-0000-7000-8000-000000000002' as DecisionId));
    approvals.applyAnswer(
      answer({ decisionId: '01890000-0000-7000-8000-000000000002' as DecisionId, answer: 'refused' }),
    );
    await telling().stop();
    expect(sent).toEqual([]);
  });

  it('escalates by the times of the constitution, also what fell due while it was away', async () => {
    const { approvals, clock, sent, telling } = start();
    approvals.applyDecision(ask('maintainer'));
    clock.nowMs += 30 * MINUTE_MS;
    await telling().stop();
    expect(sent.sort()).toEqual(['maintainers 1-0', 'pager 1-2', 'security 1-1']);
  });

  it('tries again, and gives up with an event', async () => {
    const { approvals, events, sent, telling } = start((_notice, attempt) => attempt < 3);
    const told = telling();
    approvals.applyDecision(ask('maintainer'));
    await expect.poll(() => events.length).toBe(1);
    expect([events[0]?.kind, sent]).toEqual(['told', ['maintainers 1-0']]);
    await told.stop();
    const lost = start(() => true);
    const toldNobody = lost.telling();
    lost.approvals.applyDecision(ask('maintainer'));
    await expect.poll(() => lost.events.map(({ kind }) => kind)).toEqual(['not-told']);
    await toldNobody.stop();
  });
});
