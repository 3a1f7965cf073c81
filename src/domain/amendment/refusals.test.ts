import { describe, expect, it } from 'vitest';
import { applyEvent } from '#domain/amendment/apply.ts';
import { ballotIdOf, count } from '#domain/amendment/ballot.ts';
import { due } from '#domain/amendment/due.ts';
import type { AmendmentEvent } from '#domain/amendment/event.ts';
import type { AmendmentId, SuspensionId } from '#domain/amendment/ids.ts';
import {
  ADA,
  AMENDMENT,
  adopted,
  BEN,
  bundleOf,
  FIRST,
  HOUR,
  happen,
  MAX,
  momentAt,
  OPS,
  PEOPLE,
  person,
  proposed,
  SEC,
  SECOND,
  SIGNERS,
  signed,
  VOTERS,
} from '#domain/amendment/proceedings.fixture.ts';
import { NO_PROCEEDINGS, type Proceedings } from '#domain/amendment/proceedings.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { sha256Hex } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';

const codeOf = (before: Proceedings, event: AmendmentEvent): string => {
  const applied = applyEvent(before, event);
  return applied.ok ? 'ok' : applied.refusal.code;
};
const draft = { emergency: false, isRollback: false, title: 'T', bundle: SECOND } as const;
const settled = (before: Proceedings, hours: number) => due(before, momentAt(before, hours), VOTERS).proceedings;

describe('a draft', () => {
  const at = momentAt(adopted(), 1);
  const id = AMENDMENT;
  it.each<[string, string, Partial<Extract<AmendmentEvent, { kind: 'amendment-drafted' }>>]>([
    ['role-missing', 'of somebody without the role', { by: person('nil') }],
    ['role-missing', 'in an emergency by who may not suspend', { emergency: true }],
    ['role-missing', 'of a rollback by who does not operate', { isRollback: true }],
    ['rollback-other', 'of a rollback where nothing was before', { isRollback: true, by: OPS }],
    ['bundle-malformed', 'of what is no bundle', { bundle: '{"number":2}' }],
    ['bundle-malformed', 'of what is no JSON', { bundle: '{' }],
    ['amendment-parent', 'of another parent', { bundle: bundleOf(2, '0'.repeat(64)) }],
    ['amendment-parent', 'that leaves a number out', { bundle: bundleOf(3, sha256Hex(FIRST)) }],
    ['ok', 'as it should be', {}],
  ])('is %s when it is one %s', (code, _what, more) => {
    expect(codeOf(adopted(), { kind: 'amendment-drafted', at, amendment: id, by: ADA, ...draft, ...more })).toBe(code);
  });

  it('needs something in force, and a time that follows from its reading', () => {
    const event: AmendmentEvent = { kind: 'amendment-drafted', at, amendment: id, by: ADA, ...draft };
    expect(codeOf(NO_PROCEEDINGS, event)).toBe('nothing-in-force');
    expect(codeOf(adopted(), { ...event, at: { ...at, timeMs: at.timeMs + 1 } })).toBe('moment-wrong');
  });

  it('is not voted on before its impact was seen, and is another one for nobody', () => {
    const drafted = happen(adopted(), { kind: 'amendment-drafted', at, amendment: id, by: ADA, ...draft });
    const impact = '0'.repeat(64);
    const proposal: AmendmentEvent = { kind: 'amendment-proposed', at, amendment: id, by: ADA, impact };
    expect(codeOf(drafted, proposal)).toBe('impact-missing');
    expect(codeOf(drafted, { ...proposal, by: BEN })).toBe('amendment-not-own');
    expect(codeOf(drafted, { ...proposal, amendment: 'other' as AmendmentId })).toBe('amendment-unknown');
    expect(codeOf(drafted, { kind: 'amendment-withdrawn', at, amendment: id, by: BEN })).toBe('amendment-not-own');
    expect(codeOf(drafted, { kind: 'amendment-withdrawn', at, amendment: id, by: ADA })).toBe('ok');
    expect(codeOf(drafted, { kind: 'amendment-superseded', at, amendment: id })).toBe('amendment-state');
  });
});

describe('a vote', () => {
  const open = settled(proposed(adopted(), 0), 0);
  const ballot = ballotIdOf({ kind: 'amendment', amendment: AMENDMENT });
  const vote = (hours: number, by = ADA): AmendmentEvent => ({
    kind: 'vote-cast',
    at: momentAt(open, hours),
    ballot,
    by,
    choice: 'for',
  });

  it.each([
    ['vote-not-entitled', 1, person('out', 'developer')],
    // Entitled at the opening, and no longer.
    ['role-missing', 1, person('ada')],
    ['ballot-closed', 168, ADA],
    ['ok', 167.99, ADA],
  ])('is %s after %s hours', (code, hours, by) => {
    expect(codeOf(open, vote(hours, by))).toBe(code);
  });

  it('is counted once, and stands', () => {
    const voted = happen(open, vote(1));
    expect(codeOf(voted, vote(2))).toBe('vote-repeated');
    expect(codeOf(voted, { ...vote(2), choice: 'against' } as AmendmentEvent)).toBe('vote-repeated');
  });

  it('lasts three days in an emergency', () => {
    const urgent = settled(proposed(adopted(), 0, { emergency: true }), 0);
    expect(urgent.ballots.get(ballot)).toMatchObject({ closesMs: momentAt(urgent, 72).timeMs });
  });

  it.each([
    // Eight are entitled: one takes part with 12.5 %.
    [0, 0, 0, 'no-quorum'],
    [1, 0, 0, 'passed'],
    [0, 0, 1, 'no-majority'],
    [1, 1, 0, 'no-majority'],
    [2, 1, 5, 'passed'],
  ])('of %i for, %i against and %i abstentions is %s when counted', (yes, no, none, outcome) => {
    const choices = [...Array(yes).fill('for'), ...Array(no).fill('against'), ...Array(none).fill('abstain')];
    const voted = choices.reduce(
      (state, choice, index) => happen(state, { ...vote(1, PEOPLE[index] ?? ADA), choice } as AmendmentEvent),
      open,
    );
    const found = voted.ballots.get(ballot);
    if (found === undefined) throw new Error('it is open');
    expect(count(found).outcome).toBe(outcome);
    const closed = settled(voted, 168).ballots.get(ballot);
    expect(closed?.result).toMatchObject({ for: yes, against: no, abstain: none, outcome });
  });

  it('overrides a veto with two thirds, and not with less', () => {
    const outcomes: [number, number, string][] = [];
    const cases: readonly [number, number][] = [
      [2, 1],
      [67, 33],
      [66, 34],
      [3, 1],
    ];
    for (const [yes, no] of cases) {
      const cast = [...Array(yes).fill('for'), ...Array(no).fill('against')].map(
        (choice, index) => [`p${index}` as PersonId, choice] as const,
      );
      const subject = { kind: 'override', amendment: AMENDMENT } as const;
      const { rules } = open.ballots.get(ballot) ?? {};
      if (rules === undefined) throw new Error('it is open');
      const given = new Map(cast);
      const { outcome } = count({
        id: ballot,
        subject,
        openedMs: 0,
        closesMs: 1,
        electorate: new Set(given.keys()),
        rules,
        votes: given,
      });
      outcomes.push([yes, no, outcome]);
    }
    // Two of three are 66.7 %, less than 67.
    expect(outcomes).toEqual([
      [2, 1, 'no-majority'],
      [67, 33, 'passed'],
      [66, 34, 'no-majority'],
      [3, 1, 'passed'],
    ]);
  });
});

describe('signatures', () => {
  const voted = happen(settled(proposed(adopted(), 0), 0), {
    kind: 'vote-cast',
    at: momentAt(adopted(), 1),
    ballot: ballotIdOf({ kind: 'amendment', amendment: AMENDMENT }),
    by: ADA,
    choice: 'for',
  });
  const passed = settled(voted, 168);
  const at = momentAt(passed, 169);
  const sign = (envelope: ReturnType<typeof signed>): AmendmentEvent => ({
    kind: 'amendment-signed',
    at,
    amendment: AMENDMENT,
    envelope,
  });
  const [one, two] = SIGNERS;
  const good = signed(SECOND, [one, two]);

  it.each([
    ['too few', signed(SECOND, [one])],
    ['one twice', signed(SECOND, [one, one])],
    ['another order', signed(SECOND, [two, one])],
    ['another bundle', signed(bundleOf(2, sha256Hex(FIRST)), [one, two])],
    ['another type', { ...good, payloadType: 'text/plain' }],
    ['none', { ...good, signatures: [] }],
  ])('are refused when they are %s', (_what, envelope) => {
    expect(codeOf(passed, sign(envelope))).toBe('signatures-refused');
  });

  it('come after the vote, and before the roll-out', () => {
    expect(codeOf(voted, sign(good))).toBe('amendment-state');
    const activation: AmendmentEvent = { kind: 'amendment-activated', at, amendment: AMENDMENT };
    expect(codeOf(passed, activation)).toBe('amendment-state');
    const ready = happen(passed, sign(good));
    expect(codeOf(ready, activation)).toBe('ok');
    const law = happen(ready, activation);
    expect(law.inForce?.content.constitution.number).toBe(2);
    expect(codeOf(law, { kind: 'amendment-vetoed', at, amendment: AMENDMENT, by: SEC, reason: 'r' })).toBe(
      'amendment-state',
    );
    const back = bundleOf(3, sha256Hex(SECOND));
    const rollback: AmendmentEvent = {
      kind: 'amendment-drafted',
      at,
      amendment: 'back' as AmendmentId,
      by: OPS,
      title: 'Back',
      emergency: false,
      isRollback: true,
      bundle: back,
    };
    expect(codeOf(law, { ...rollback, bundle: bundleOf(3, sha256Hex(SECOND), { suspension: { hours: 1 } }) })).toBe(
      'rollback-other',
    );
    const gone = happen(
      law,
      rollback,
      { kind: 'amendment-signed', at, amendment: rollback.amendment, envelope: signed(back, [one, two]) },
      { kind: 'amendment-activated', at, amendment: rollback.amendment },
    );
    expect(gone.amendments.get(AMENDMENT)?.state).toEqual({ kind: 'rolled-back', cause: 'Back' });
  });

  it('of a veto that came in between wait for the override', () => {
    const ready = happen(passed, sign(good));
    const vetoed = happen(ready, { kind: 'amendment-vetoed', at, amendment: AMENDMENT, by: SEC, reason: 'r' });
    expect(codeOf(vetoed, { kind: 'amendment-activated', at, amendment: AMENDMENT })).toBe('amendment-state');
    expect(settled(settled(vetoed, 170), 400).amendments.get(AMENDMENT)?.state).toEqual({
      kind: 'failed',
      why: 'veto',
    });
  });
});

describe('a suspension', () => {
  const before = adopted();
  const at = momentAt(before, 1);
  const suspension: AmendmentEvent = {
    kind: 'policy-suspended',
    at,
    suspension: 's' as SuspensionId,
    by: MAX,
    policy: 'ordinary' as PolicyId,
    policyDigest: 'a'.repeat(64),
    reason: 'r',
    expiresMs: at.timeMs + 96 * HOUR,
  };

  it('is for those who may, and as long as the rules say', () => {
    expect(codeOf(before, { ...suspension, by: ADA })).toBe('role-missing');
    expect(codeOf(before, { ...suspension, expiresMs: suspension.expiresMs + 1 })).toBe('deadline-wrong');
    expect(codeOf(happen(before, suspension), suspension)).toBe('suspension-exists');
  });

  it('ends by itself, also when nobody looked for weeks, and is not renewed by one person', () => {
    const later = settled(settled(happen(before, suspension), 1), 24 * 30);
    expect(later.suspensions.get('s' as SuspensionId)?.state).toBe('expired');
    const again = (hours: number): AmendmentEvent => {
      const moment = momentAt(later, hours);
      return { ...suspension, at: moment, suspension: 't' as SuspensionId, expiresMs: moment.timeMs + 96 * HOUR };
    };
    const early = settled(settled(happen(before, suspension), 1), 98);
    const moment = momentAt(early, 99);
    expect(
      codeOf(early, {
        ...suspension,
        at: moment,
        suspension: 't' as SuspensionId,
        expiresMs: moment.timeMs + 96 * HOUR,
      }),
    ).toBe('suspension-repeated');
    expect(codeOf(later, again(24 * 30 + 1))).toBe('ok');
  });

  it('lasts when people ratify it', () => {
    const open = settled(happen(before, suspension), 1);
    const ballot = ballotIdOf({ kind: 'ratification', suspension: 's' as SuspensionId });
    const voted = happen(open, { kind: 'vote-cast', at: momentAt(open, 2), ballot, by: ADA, choice: 'for' });
    const ratified = settled(voted, 1 + 72);
    expect(ratified.suspensions.get('s' as SuspensionId)?.state).toBe('ratified');
    expect(settled(ratified, 24 * 300).suspensions.get('s' as SuspensionId)?.state).toBe('ratified');
    expect(
      codeOf(ratified, {
        kind: 'suspension-lifted',
        at: momentAt(ratified, 80),
        suspension: 's' as SuspensionId,
        by: MAX,
      }),
    ).toBe('suspension-state');
  });

  it('cannot be told to have ended before it has', () => {
    const open = happen(before, suspension);
    const ended = (outcome: 'expired' | 'ratified', hours: number): AmendmentEvent => ({
      kind: 'suspension-ended',
      at: momentAt(open, hours),
      suspension: 's' as SuspensionId,
      outcome,
    });
    expect(codeOf(open, ended('expired', 96))).toBe('suspension-state');
    expect(codeOf(open, ended('ratified', 97))).toBe('suspension-state');
    expect(codeOf(open, ended('expired', 97))).toBe('ok');
  });
});
