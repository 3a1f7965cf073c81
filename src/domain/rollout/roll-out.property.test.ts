import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { RollOutPlan } from '#domain/constitution/roll-out-plan.ts';
import { DEFAULT_SECTIONS } from '#domain/constitution/sections.ts';
import { sha256Hex } from '#domain/json.ts';
import { orderDigest, orderOf } from '#domain/rollout/order.ts';
import {
  advance,
  applyRollOut,
  begin,
  isDue,
  type RollOut,
  type RollOutEvent,
  type RollOutId,
  rollBack,
} from '#domain/rollout/roll-out.ts';

const ref = (number: number) => ({ lineage: 'l', number, digest: sha256Hex(String(number)) as ConstitutionDigest });
const person = { kind: 'person', by: 'ada', why: 'it asks too much' } as const;
const PLAN = DEFAULT_SECTIONS.rollOut;

function begun(plan: RollOutPlan = PLAN, id = 'one'): RollOut {
  const event = begin(undefined, {
    timeMs: 1,
    id: id as RollOutId,
    by: 'ada',
    candidate: ref(2),
    inForce: ref(1),
    candidateParent: ref(1).digest,
    plan,
  });
  if (!event.ok) throw new Error(event.refusal.message);
  return applied(undefined, event.value);
}

function applied(before: RollOut | undefined, event: RollOutEvent): RollOut {
  const after = applyRollOut(before, event);
  if (!after.ok) throw new Error(after.refusal.message);
  return after.value;
}

describe('a roll-out', () => {
  it('is refused for what does not follow the constitution in force', () => {
    const given = { timeMs: 1, id: 'x' as RollOutId, by: 'ada', candidate: ref(3), inForce: ref(1), plan: PLAN };
    const refused = begin(undefined, { ...given, candidateParent: ref(2).digest });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'roll-out-successor' } });
  });

  it('is refused while another one is under way', () => {
    const given = { timeMs: 1, id: 'x' as RollOutId, by: 'ada', candidate: ref(2), inForce: ref(1), plan: PLAN };
    const refused = begin(begun(), { ...given, candidateParent: ref(1).digest });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'roll-out-under-way' } });
  });

  it('leaves out the stages that its plan gives no time', () => {
    expect(begun({ ...PLAN, shadowMinutes: 0 }).stage.kind).toBe('canary');
    const plain = begun({ ...PLAN, shadowMinutes: 0, canaryMinutes: 0 });
    expect(plain.stage.kind).toBe('shadow');
    expect(isDue(plain, 0)).toBe(true);
    expect(advance(plain, { kind: 'plan' }, 2)).toMatchObject({ value: { kind: 'activated' } });
  });

  it('does not leave out a canary that its plan has', () => {
    const activated = { kind: 'activated', timeMs: 2, id: begun().id, mover: { kind: 'plan' } } as const;
    expect(applyRollOut(begun(), activated)).toMatchObject({ refusal: { code: 'roll-out-order' } });
  });

  it('moves on when the stage was watched for its time, whatever the wall clock says', () => {
    const minutes = PLAN.shadowMinutes * 60_000;
    expect(isDue(begun(), minutes - 1)).toBe(false);
    expect(isDue(begun(), minutes)).toBe(true);
  });

  /** Any order of people's and the plan's steps: only these paths are possible, and an end is an end. */
  it('goes from shadow by canary to active or back, and nowhere else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('advance', 'roll-back'), { maxLength: 12 }), (names) => {
        let rollOut = begun();
        for (const name of names) {
          const was = rollOut.stage.kind;
          const event = name === 'advance' ? advance(rollOut, { kind: 'plan' }, 2) : rollBack(rollOut, person, 2);
          expect(event.ok).toBe(was === 'shadow' || was === 'canary');
          if (!event.ok) continue;
          rollOut = applied(rollOut, event.value);
          const next = was === 'shadow' ? 'canary' : 'active';
          expect(rollOut.stage.kind).toBe(name === 'advance' ? next : 'rolled-back');
        }
      }),
    );
  });

  it('is not moved by what happens to another one', () => {
    const other = advance(begun(PLAN, 'other'), { kind: 'plan' }, 2);
    if (!other.ok) throw new Error(other.refusal.message);
    expect(applyRollOut(begun(), other.value)).toMatchObject({ ok: false, refusal: { code: 'roll-out-none' } });
  });

  it('orders the candidate while it is under way, and nothing but what is in force otherwise', () => {
    const mark = { number: 1, digest: ref(1).digest };
    const shadow = begun();
    const rolledBack = applied(shadow, { kind: 'rolled-back', timeMs: 3, id: shadow.id, cause: person });
    expect(orderOf(mark, shadow).candidate).toMatchObject({ stage: 'shadow', cohort: { salt: 'one' } });
    expect(orderOf(mark, rolledBack)).toEqual(orderOf(mark, undefined));
    expect(orderDigest(orderOf(mark, shadow))).not.toBe(orderDigest(orderOf(mark, undefined)));
  });
});
