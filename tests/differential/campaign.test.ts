import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWorld, runCampaign, worldText } from './campaign.ts';
import { askCompiled, differences } from './compare.ts';
import { DATETIMES, DECIMALS, DURATIONS, IPS } from './universe.ts';
import { type World, world } from './worlds.ts';

/** Answers compared in each test run, in both modes; `npm run test:differential` compares a million. */
const ANSWERS = 10_000;
const SEED = Number(process.env['ACGS_DIFFERENTIAL_SEED'] ?? Date.now() % 2 ** 31);
const REGRESSIONS = new URL('regressions/', import.meta.url);

describe('the compiled engine and cedar-wasm', () => {
  it('would be seen to differ: a wrong decision, reason, error or message is reported', () => {
    const sample = fc
      .sample(world, { seed: 1, numRuns: 50 })
      .find((each) => askCompiled(each, 'closures').every(({ kind }) => kind === 'answered'));
    if (sample === undefined) throw new Error('no sample');
    const wrong = (change: (answer: ReturnType<typeof askCompiled>[number]) => object) =>
      differences(sample, {
        modes: ['closures'],
        ask: (asked, mode) =>
          askCompiled(asked, mode).map((answer) => ({ ...answer, ...change(answer) }) as typeof answer),
      }).length;
    expect(wrong(() => ({}))).toBe(0);
    expect(
      wrong((answer) =>
        answer.kind === 'answered'
          ? { decision: answer.decision === 'allow' ? 'deny' : 'allow' }
          : { kind: 'answered' },
      ),
    ).toBe(8);
    expect(wrong(() => ({ reasons: ['other'] }))).toBe(8);
    expect(wrong(() => ({ errors: ['policy0: other'] }))).toBe(8);
  });

  it(`agree on ${ANSWERS} random answers (seed ${SEED})`, { timeout: 600_000 }, () => {
    const { counterexample, allowed, denied, withErrors, refused } = runCampaign({ seed: SEED, answerCount: ANSWERS });
    if (counterexample !== undefined)
      throw new Error(
        `seed ${SEED}:\n${counterexample.differences.join('\n')}\nkeep this as tests/differential/regressions/<name>.json:\n${worldText(counterexample.world)}`,
      );
    // The cases are worth something only if all kinds of answers are among them.
    const total = allowed + denied + refused;
    expect(total).toBe(ANSWERS);
    for (const part of [allowed, denied, withErrors]) expect(part).toBeGreaterThan(total / 20);
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(total / 4);
  });

  it.each(readdirSync(REGRESSIONS).filter((name) => name.endsWith('.json')))(
    'agree on what once differed: %s',
    (name) => {
      expect(differences(readWorld(readFileSync(new URL(name, REGRESSIONS), 'utf8')))).toEqual([]);
    },
  );

  it.each([
    ['decimal', DECIMALS],
    ['ip', IPS],
    ['datetime', DATETIMES],
    ['duration', DURATIONS],
  ] as const)('agree on every text of %s, good and bad, and on how its values compare', (fn, { good, bad }) => {
    const make = (text: string) => ({ [fn]: [{ Value: text }] });
    const conditions: object[] = [...good, ...bad].map((text) => ({ '==': { left: make(text), right: { Value: 1 } } }));
    for (const left of good)
      for (const right of good) {
        conditions.push({ '==': { left: make(left), right: make(right) } });
        if (fn === 'decimal') conditions.push({ lessThan: [make(left), make(right)] });
        else if (fn === 'ip') conditions.push({ isInRange: [make(left), make(right)] });
        else conditions.push({ '<': { left: make(left), right: make(right) } });
        if (fn === 'datetime')
          conditions.push({
            '==': { left: { toDays: [{ durationSince: [make(left), make(right)] }] }, right: { Value: 0 } },
          });
      }
    expect(differences(worldOf(conditions))).toEqual([]);
  });
});

/** A permit for each condition, asked once. */
function worldOf(conditions: readonly object[]): World {
  const any = { op: 'All' };
  const policies = conditions.map((body, index) => [
    `policy${index}`,
    { effect: 'permit', principal: any, action: any, resource: any, conditions: [{ kind: 'when', body }] },
  ]);
  const uid = { type: 'User', id: 'a' };
  return {
    policies: Object.fromEntries(policies),
    templates: {},
    templateLinks: [],
    entities: [],
    requests: [{ principal: uid, action: { type: 'Action', id: 'view' }, resource: uid, context: {} }],
  };
}
