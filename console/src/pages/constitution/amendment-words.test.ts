import { describe, expect, it } from 'vitest';
import { type Amendment, type Ballot, missingText, offersOf, stepText, votersNeeded } from './amendment-words.ts';

const ballot: Ballot = {
  id: 'amendment:1',
  subject: { kind: 'amendment' },
  openedMs: 0,
  closesMs: 7_200_000,
  entitled: 8,
  voted: 0,
  rules: { quorumPercent: 30, winPercent: 50, isMoreThan: true },
  own: { isEntitled: true },
};
const amendment = (kind: string, given: Partial<Amendment> = {}): Amendment => ({
  id: '1',
  title: 'x',
  proposer: 'ada',
  emergency: false,
  rollback: false,
  constitution: { lineage: 'l', number: 2, digest: 'b'.repeat(64) },
  parent: 'a'.repeat(64),
  state: { kind },
  vetoes: [],
  rollbackOwed: false,
  ballots: [],
  ...given,
});
const rules = { veto: ['security'], operate: ['operator'] };

describe('what is missing', () => {
  it('counts people, not percentages, and never nobody', () => {
    expect([
      votersNeeded(ballot),
      votersNeeded({ ...ballot, entitled: 0 }),
      votersNeeded({ ...ballot, entitled: 1 }),
    ]).toEqual([3, 1, 1]);
    expect(missingText(amendment('voting', { ballots: [{ ...ballot, voted: 1 }] }), 0)).toBe(
      '1 of 8 have voted (2 more for the quorum); the vote closes in 2 h.',
    );
  });

  it('names who has to sign, and why it failed', () => {
    const signing = { threshold: 1, keys: [{ name: 'ada', keyId: 'x', hasSigned: false }] };
    expect(missingText(amendment('passed', { signing }), 0)).toContain('1 of ada');
    expect(missingText(amendment('failed', { state: { kind: 'failed', why: 'no-quorum' } }), 0)).toContain(
      'too few took part',
    );
  });
});

describe('what is offered', () => {
  const ada = { id: 'ada', roles: ['developer'] };
  it('is nothing to who may nothing', () => {
    const offers = offersOf(amendment('signed'), { id: 'zoe', roles: [] }, rules);
    expect(Object.values(offers).every((offer) => offer === false || offer === undefined)).toBe(true);
  });

  it('puts to the vote only what one has drafted oneself, with its impact', () => {
    const impact = { digest: 'd', impact: {} } as never;
    expect(offersOf(amendment('draft', { impact }), ada, rules).propose).toBe(true);
    expect(offersOf(amendment('draft'), ada, rules).propose).toBe(false);
    expect(offersOf(amendment('draft', { impact }), { ...ada, id: 'ben' }, rules).propose).toBe(false);
  });

  it('lets nobody vote twice, nor veto twice', () => {
    expect(offersOf(amendment('voting', { ballots: [ballot] }), ada, rules).vote).toBe(ballot);
    const voted = { ...ballot, own: { isEntitled: true, choice: 'for' as const } };
    expect(offersOf(amendment('voting', { ballots: [voted] }), ada, rules).vote).toBeUndefined();
    const sec = { id: 'sec', roles: ['security'] };
    expect(offersOf(amendment('voting'), sec, rules).veto).toBe(true);
    expect(offersOf(amendment('voting', { vetoes: [{ by: 'sec', reason: 'no' }] }), sec, rules).veto).toBe(false);
  });
});

it('says each step in words', () => {
  const step = { timeMs: 0, sequence: 1 };
  expect(stepText({ ...step, kind: 'ballot-opened', what: 'amendment' })).toBe('vote opened');
  expect(stepText({ ...step, kind: 'ballot-opened', what: 'override' })).toBe('vote on overriding the veto opened');
  expect(stepText({ ...step, kind: 'ballot-closed', what: 'passed' })).toBe('vote counted: passed');
});
