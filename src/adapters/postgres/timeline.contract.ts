import { expect, it } from 'vitest';
import type { DecisionIndex } from '#domain/decision/decision-index.ts';
import type { JournalEntry } from '#domain/journal/journal.ts';
import type { SessionId } from '#domain/session/session.ts';
import {
  answerTo,
  decided,
  EPOCH_MS,
  outcomeOf,
  shellDecision,
  toRecords,
  ungoverned,
} from '../../../tests/support/postgres-records.ts';

const RUN = { principalId: 'agent-1', sessionId: 'run-1' };

/** What the console reads: answers beside their decision, where pages begin, and a run from its beginning. */
export function timelineCases(opened: () => DecisionIndex): void {
  it('knows no run that it has not seen, and takes an unchecked place or page size as a bug', async () => {
    const index = opened();
    await index.apply(toRecords(decided([shellDecision(1, 'npm test')])));
    expect(await index.timeline({ ...RUN, principalId: 'agent-2' }, { limit: 5 })).toBeUndefined();
    expect(await index.timeline({ ...RUN, sessionId: 'run-2' }, { limit: 5 })).toBeUndefined();
    await expect(index.timeline(RUN, { limit: 0 })).rejects.toThrow(RangeError);
    await expect(index.timeline(RUN, { limit: 5, after: 'x' })).rejects.toThrow(RangeError);
    await expect(index.outline({}, { limit: 201 })).rejects.toThrow(RangeError);
  });

  it('tells a run from its beginning: decisions with what followed, and what happened without one', async () => {
    const index = opened();
    const asked = shellDecision(1, 'sudo ls', { verdict: { kind: 'ask', role: 'maintainer' } });
    const second = shellDecision(2, 'npm test');
    const answer = answerTo(asked);
    const outcome = outcomeOf(second, { status: 'failed' });
    // In the same millisecond as the second decision, and told after it.
    const stray = ungoverned({ sessionId: 'run-1' as SessionId, timeMs: second.timeMs });
    const elsewhere = [
      ungoverned({ sessionId: 'run-2' as SessionId }),
      ungoverned({ sessionId: 'run-1' as SessionId, principal: { kind: 'agent', id: 'agent-2' } }),
      ungoverned(),
    ];
    const entries: readonly JournalEntry[] = [
      { kind: 'outcome', outcome: stray },
      ...elsewhere.map((one) => ({ kind: 'outcome' as const, outcome: one })),
      { kind: 'approval', approval: answer },
      { kind: 'outcome', outcome },
      ...decided([second, asked, shellDecision(3, 'ls', { sessionId: 'run-2' as SessionId })]),
    ];
    await index.apply(toRecords(entries));
    const steps = [
      { kind: 'decision', decision: asked, outcomes: [], answers: [answer] },
      { kind: 'decision', decision: second, outcomes: [outcome], answers: [] },
      { kind: 'ungoverned', outcome: stray },
    ];
    const whole = await index.timeline(RUN, { limit: 5 });
    expect(whole).toMatchObject({ session: { id: 'run-1', principalId: 'agent-1', ungoverned: 1 }, steps });
    expect(whole).not.toHaveProperty('next');
    const first = await index.timeline(RUN, { limit: 2 });
    expect(first?.steps).toEqual(steps.slice(0, 2));
    expect((await index.timeline(RUN, { limit: 2, after: first?.next ?? '' }))?.steps).toEqual(steps.slice(2));
  });

  it('finds what people answered, and the approval that a decision used up', async () => {
    const index = opened();
    const asked = shellDecision(1, 'sudo ls', { verdict: { kind: 'ask', role: 'maintainer' } });
    const [first, last] = [
      answerTo(asked, { outstanding: 1, timeMs: asked.timeMs + 1 }),
      answerTo(asked, { id: 'second' as never, by: { kind: 'person', id: 'ben' } }),
    ];
    const used = shellDecision(2, 'sudo ls', { approvalId: last.id });
    await index.apply(
      toRecords([
        { kind: 'approval', approval: last },
        ...decided([used, asked]),
        { kind: 'approval', approval: first },
      ]),
    );
    expect(await index.find(asked.id)).toEqual({ decision: asked, outcomes: [], answers: [first, last] });
    expect(await index.find(used.id)).toEqual({ decision: used, outcomes: [], answers: [], approval: last });
  });

  it('says where each page begins, and keeps the places while newer decisions arrive', async () => {
    const index = opened();
    const decisions = Array.from({ length: 23 }, (_, at) =>
      shellDecision(at + 1, at % 2 === 0 ? 'npm test' : 'ls', { timeMs: EPOCH_MS + Math.floor(at / 4) }),
    );
    await index.apply(toRecords(decided(decisions)));
    const newest = decisions.toReversed().map(({ id }) => id);
    const outline = await index.outline({}, { limit: 5 });
    expect(outline).toMatchObject({ count: 23, isCapped: false });
    expect(outline.places).toHaveLength(5);
    await index.apply(toRecords(decided([shellDecision(99, 'late', { timeMs: EPOCH_MS + 5 })]), 'node-1', 24));
    for (const [at, after] of outline.places.entries()) {
      const page = await index.list({}, { limit: 5, after });
      expect(page.decisions.map(({ id }) => id)).toEqual(newest.slice(at * 5, (at + 1) * 5));
    }
    const filtered = await index.outline({ text: 'npm' }, { limit: 4 });
    expect([filtered.count, filtered.places.length]).toEqual([12, 3]);
    const last = await index.list({ text: 'npm' }, { limit: 4, after: filtered.places.at(-1) ?? '' });
    expect(last.decisions.map(({ id }) => id)).toEqual(newest.filter((_, at) => at % 2 === 0).slice(8));
    // A full last page has nothing behind it.
    expect((await index.outline({}, { limit: 4 })).places).toHaveLength(6);
    expect(await index.outline({ text: 'nothing like it' }, { limit: 5 })).toEqual({
      count: 0,
      isCapped: false,
      places: [],
    });
  });
}
