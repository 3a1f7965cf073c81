import { describe, expect, it } from 'vitest';
import { createWarmGovernings } from '#apps/server/warm-governings.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { type Governing, refOf } from '#domain/constitution/governance.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { amend, sampleConstitution } from '../../../tests/support/lineage.ts';

const numbered: Constitution[] = [sampleConstitution()];
while (numbered.length < 6) numbered.push(amend(numbered.at(-1) ?? sampleConstitution()));

function counting() {
  const made: number[] = [];
  let evaluations = 0;
  const load = createWarmGovernings(async (constitution): Promise<Governing> => {
    made.push(constitution.number);
    if (constitution.number === 6) throw new Error('it does not compile');
    const reasons = [{ policy: 'p' as PolicyId, reason: 'r', effect: 'e' }];
    return {
      constitution,
      ref: refOf(constitution),
      evaluate() {
        evaluations += 1;
        return { verdict: { kind: 'allow' }, reasons };
      },
    };
  });
  const at = (number: number) => load(numbered[number - 1] ?? sampleConstitution());
  return { at, made, evaluations: () => evaluations };
}

describe('constitutions that are kept warm', () => {
  it('does not remember one that could not be made', async () => {
    const { at, made } = counting();
    await expect(at(6)).rejects.toThrow('it does not compile');
    await expect(at(6)).rejects.toThrow('it does not compile');
    expect(made).toEqual([6, 6]);
  });

  it('makes one once for everyone who asks at once, and has tried it before anybody gets it', async () => {
    const { at, made, evaluations } = counting();
    const [one, same] = await Promise.all([at(1), at(1)]);
    expect(one).toBe(same);
    expect(made).toEqual([1]);
    expect(evaluations()).toBeGreaterThan(10);
  });

  it('keeps the four that were used last', async () => {
    const { at, made } = counting();
    for (const number of [1, 2, 3, 4, 1, 5, 1, 3, 4]) await at(number);
    expect(made).toEqual([1, 2, 3, 4, 5]);
    await at(2);
    expect(made).toEqual([1, 2, 3, 4, 5, 2]);
  });
});
