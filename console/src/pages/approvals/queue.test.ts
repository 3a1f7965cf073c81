import { describe, expect, it } from 'vitest';
import type { ApprovalRequest } from '../../api/values.ts';
import { countdown, queueOf, quorumOf, urgencyOf } from './queue.ts';

const NOW_MS = 1_000_000_000;
const MINUTE_MS = 60_000;

function request(id: string, leftMinutes: number, may: boolean, kind: ApprovalRequest['state']['kind'] = 'waiting') {
  return {
    decision: { id, timeMs: NOW_MS - Number(id) },
    state: { kind, ...(kind === 'waiting' ? { untilMs: NOW_MS + leftMinutes * MINUTE_MS } : {}) },
    you: { may },
    answers: [],
    needed: 1,
  } as unknown as ApprovalRequest; // what is looked at here
}

describe('the queue of approvals', () => {
  it('puts first what the reader may answer and what ends soonest', () => {
    const requests = [
      request('1', 5, false),
      request('2', 400, true),
      request('3', 20, true),
      request('4', 0, true, 'refused'),
      request('5', 0, true, 'used'),
    ];
    expect(queueOf(requests, NOW_MS).map(({ decision }) => decision.id)).toEqual(['3', '2', '1', '4', '5']);
  });

  it('takes a request for over once its time is, whatever the server said last', () => {
    expect(urgencyOf(request('1', 16, true), NOW_MS)).toBe('waiting');
    expect(urgencyOf(request('1', 15, true), NOW_MS)).toBe('pressing');
    expect(urgencyOf(request('1', 15, true), NOW_MS + 15 * MINUTE_MS)).toBe('settled');
    expect(
      queueOf([request('1', 1, true), request('2', 2, true)], NOW_MS + MINUTE_MS).map(({ decision }) => decision.id),
    ).toEqual(['2', '1']);
  });

  it('counts down to the second, and never below nothing', () => {
    expect([-5, 0, 1, 61_000, 3_599_001, 3_600_000, 8 * 3_600_000 - 1].map(countdown)).toEqual([
      '0:00',
      '0:00',
      '0:01',
      '1:01',
      '1 h 0 min',
      '1 h 0 min',
      '8 h 0 min',
    ]);
  });

  it('counts the yes of those who said it', () => {
    const answers = [
      { answer: 'granted', by: 'ada', timeMs: 1 },
      { answer: 'refused', by: 'ben', timeMs: 2 },
    ] as const;
    expect(quorumOf({ answers, needed: 2 })).toEqual({ given: 1, needed: 2 });
  });
});
