import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvent } from '#domain/amendment/apply.ts';
import { ballotIdOf, CHOICES, type Choice } from '#domain/amendment/ballot.ts';
import { due } from '#domain/amendment/due.ts';
import type { AmendmentEvent } from '#domain/amendment/event.ts';
import { readClock } from '#domain/amendment/governance-clock.ts';
import {
  ADA,
  AMENDMENT,
  adopted,
  HOUR,
  PEOPLE,
  person,
  proposed,
  SECOND,
  SIGNERS,
  START_MS,
  signed,
  signerOf,
  VOTERS,
} from '#domain/amendment/proceedings.fixture.ts';
import type { Proceedings } from '#domain/amendment/proceedings.ts';

/**
 * Anything that people, machines and time do, in any order. What the machine lets pass is kept in a plain list, and what must hold is
 * worked out from that list alone, by code that shares nothing with the machine.
 */
type Deed =
  | { readonly kind: 'pass'; readonly hours: number }
  | { readonly kind: 'set-clock'; readonly byHours: number }
  | { readonly kind: 'boot' }
  | { readonly kind: 'vote'; readonly who: number; readonly on: 'amendment' | 'override'; readonly choice: Choice }
  | { readonly kind: 'veto'; readonly who: number }
  | { readonly kind: 'sign'; readonly with: readonly number[] }
  | { readonly kind: 'activate' }
  | { readonly kind: 'roll-back' }
  | { readonly kind: 'withdraw' }
  /** Somebody tells the outcome that they wish for. */
  | { readonly kind: 'forge'; readonly on: 'amendment' | 'override' };

const CROWD = [...PEOPLE, person('out', 'developer'), person('nil')];
const STRANGER = signerOf(9);
const KEYS = [...SIGNERS, STRANGER];

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), hours: fc.integer({ min: 0, max: 100 }) }) },
  fc.record({ kind: fc.constant('set-clock' as const), byHours: fc.integer({ min: -1_000, max: 1_000 }) }),
  fc.record({ kind: fc.constant('boot' as const) }),
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('vote' as const),
      who: fc.nat(CROWD.length - 1),
      on: fc.constantFrom('amendment' as const, 'override' as const),
      choice: fc.constantFrom(...CHOICES, 'for' as const),
    }),
  },
  fc.record({ kind: fc.constant('veto' as const), who: fc.nat(CROWD.length - 1) }),
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('sign' as const), with: fc.subarray([0, 1, 2, 3]) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('activate' as const) }) },
  fc.record({ kind: fc.constant('roll-back' as const) }),
  fc.record({ kind: fc.constant('withdraw' as const) }),
  fc.record({ kind: fc.constant('forge' as const), on: fc.constantFrom('amendment' as const, 'override' as const) }),
);

interface Run {
  readonly state: Proceedings;
  readonly events: readonly AmendmentEvent[];
}

function play(deeds: readonly Deed[]): Run {
  const reading = { wallMs: START_MS, uptimeMs: HOUR, bootId: 'boot-1' };
  let boots = 1;
  let state = proposed(adopted(), 0);
  const events: AmendmentEvent[] = [];
  const put = (event: AmendmentEvent) => {
    const applied = applyEvent(state, event);
    if (!applied.ok) return;
    state = applied.value;
    events.push(event);
  };
  for (const one of deeds) {
    const at = readClock(state.clock, { ...reading }).last;
    const passed = due(state, at, VOTERS);
    state = passed.proceedings;
    events.push(...passed.events);
    const by = 'who' in one ? (CROWD[one.who] ?? ADA) : ADA;
    switch (one.kind) {
      case 'pass':
        reading.wallMs += one.hours * HOUR;
        reading.uptimeMs += one.hours * HOUR;
        break;
      case 'set-clock':
        reading.wallMs += one.byHours * HOUR;
        break;
      case 'boot':
        // A machine that boots finds a clock that is not behind; what one behind does is shown in the clock's own test.
        boots += 1;
        reading.bootId = `boot-${boots}`;
        reading.uptimeMs = 0;
        reading.wallMs = at.timeMs;
        break;
      case 'vote':
        put({
          kind: 'vote-cast',
          at,
          ballot: ballotIdOf({ kind: one.on, amendment: AMENDMENT }),
          by,
          choice: one.choice,
        });
        break;
      case 'veto':
        put({ kind: 'amendment-vetoed', at, amendment: AMENDMENT, by, reason: 'r' });
        break;
      case 'sign':
        put({
          kind: 'amendment-signed',
          at,
          amendment: AMENDMENT,
          envelope: signed(
            SECOND,
            one.with.map((key) => KEYS[key] ?? STRANGER),
          ),
        });
        break;
      case 'activate':
        put({ kind: 'amendment-activated', at, amendment: AMENDMENT });
        break;
      case 'roll-back':
        put({ kind: 'amendment-rolled-back', at, amendment: AMENDMENT, cause: 'c' });
        break;
      case 'withdraw':
        put({ kind: 'amendment-withdrawn', at, amendment: AMENDMENT, by });
        break;
      case 'forge':
        put({
          kind: 'ballot-closed',
          at,
          ballot: ballotIdOf({ kind: one.on, amendment: AMENDMENT }),
          result: { entitled: VOTERS.length, for: VOTERS.length, against: 0, abstain: 0, outcome: 'passed' },
        });
        break;
    }
  }
  return { state, events };
}

/** What the recorded votes on a question give, counted by hand. */
function tally(events: readonly AmendmentEvent[], on: 'amendment' | 'override') {
  const id = ballotIdOf({ kind: on, amendment: AMENDMENT });
  const cast = events.filter((event) => event.kind === 'vote-cast').filter(({ ballot }) => ballot === id);
  const yes = cast.filter(({ choice }) => choice === 'for').length;
  const no = cast.filter(({ choice }) => choice === 'against').length;
  return { cast, yes, no };
}

/**
 * Mere chance seldom brings an amendment to its end. So half of the runs have the steps of one that does in them, in order, with
 * anything else between: some of them then end, and some are stopped a step before.
 */
const anything = fc.array(deed, { maxLength: 4 });
const steps: readonly Deed[] = [
  { kind: 'vote', who: 0, on: 'amendment', choice: 'for' },
  { kind: 'vote', who: 1, on: 'amendment', choice: 'for' },
  { kind: 'vote', who: 2, on: 'amendment', choice: 'for' },
  { kind: 'pass', hours: 170 },
  { kind: 'sign', with: [0, 1] },
  { kind: 'activate' },
];
const nearlyLawful = fc
  .tuple(
    ...steps.map((step) =>
      fc.tuple(
        anything,
        fc.boolean().map((isTaken) => (isTaken ? step : undefined)),
        fc.constant(step),
      ),
    ),
  )
  .chain((parts) =>
    // One run in two takes every step; the other leaves out those that the coin says.
    fc
      .boolean()
      .map((isWhole) =>
        parts.flatMap(([between, perhaps, step]) => [
          ...between,
          ...(isWhole ? [step] : perhaps === undefined ? [] : [perhaps]),
        ]),
      ),
  );
const deeds = fc.oneof(fc.array(deed, { minLength: 1, maxLength: 60 }), nearlyLawful);

describe('proceedings, whatever is tried', () => {
  it('activate nothing without a quorum, a majority, enough signatures, and an override of every veto', () => {
    let activated = 0;
    fc.assert(
      fc.property(deeds, (given) => {
        const { events } = play(given);
        const at = events.findIndex(({ kind }) => kind === 'amendment-activated');
        if (at < 0) return;
        activated += 1;
        const before = events.slice(0, at);
        const { cast, yes, no } = tally(before, 'amendment');
        expect(cast.length * 100).toBeGreaterThanOrEqual(10 * VOTERS.length);
        expect(yes).toBeGreaterThan(no);
        const signing = before.find((event) => event.kind === 'amendment-signed');
        const names = signing?.envelope.signatures.map(({ keyid }) => keyid) ?? [];
        expect(new Set(names).size).toBeGreaterThanOrEqual(2);
        expect(names).not.toContain(STRANGER.publicKey.id);
        if (!before.some(({ kind }) => kind === 'amendment-vetoed')) return;
        const override = tally(before, 'override');
        expect(override.yes * 100).toBeGreaterThanOrEqual(67 * (override.yes + override.no));
        expect(override.cast.length * 100).toBeGreaterThanOrEqual(10 * VOTERS.length);
      }),
      { numRuns: 1_500 },
    );
    // Else nothing would have been shown.
    expect(activated).toBeGreaterThan(20);
  });

  it('count no vote twice, none of anyone who was not entitled at the opening, and none from the closing on', () => {
    fc.assert(
      fc.property(deeds, (given) => {
        const { state, events } = play(given);
        for (const on of ['amendment', 'override'] as const) {
          const { cast, yes, no } = tally(events, on);
          const who = cast.map(({ by }) => by.id);
          expect(new Set(who).size).toBe(who.length);
          for (const { by } of cast) expect(VOTERS).toContain(by.id);
          const ballot = state.ballots.get(ballotIdOf({ kind: on, amendment: AMENDMENT }));
          if (ballot === undefined) continue;
          for (const { at } of cast) expect(at.timeMs).toBeLessThan(ballot.closesMs);
          if (ballot.result !== undefined) {
            expect(ballot.result).toMatchObject({ for: yes, against: no, entitled: VOTERS.length });
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keep a vote open for its period of time that passed, whatever the wall clock was set to', () => {
    fc.assert(
      fc.property(
        fc.array(
          deed.filter(({ kind }) => kind !== 'boot'),
          { minLength: 1, maxLength: 40 },
        ),
        (given) => {
          const { state, events } = play(given);
          let passedHours = 0;
          for (const one of given) if (one.kind === 'pass') passedHours += one.hours;
          const ballot = state.ballots.get(ballotIdOf({ kind: 'amendment', amendment: AMENDMENT }));
          if (ballot === undefined) return;
          expect(ballot.closesMs - ballot.openedMs).toBe(168 * HOUR);
          const closed = events.some((event) => event.kind === 'ballot-closed' && event.ballot === ballot.id);
          // It opens with the first deed, and is counted at the first deed after its end.
          if (closed) expect(passedHours).toBeGreaterThanOrEqual(168);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('end in the same state when the recorded events are folded again', () => {
    fc.assert(
      fc.property(deeds, (given) => {
        const { state, events } = play(given);
        const again = events.reduce(
          (before, event) => {
            const applied = applyEvent(before, event);
            if (!applied.ok) throw new Error(applied.refusal.message);
            return applied.value;
          },
          proposed(adopted(), 0),
        );
        expect(again).toEqual(state);
      }),
      { numRuns: 200 },
    );
  });
});
