import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cohort, inCanary } from '#domain/rollout/cohort.ts';

const cohort = (salt: string, canaryPercent: number, canaryRepositories: readonly string[] = []): Cohort => ({
  salt,
  canaryPercent,
  canaryRepositories,
});
const agent = (id: string, ...workspaceRoots: readonly string[]) => ({ principalId: id, workspaceRoots });

describe('the canary cohort', () => {
  it('is nobody at 0 % and everybody at 100 %', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (id, salt) => {
        expect(inCanary(agent(id), cohort(salt, 0))).toBe(false);
        expect(inCanary(agent(id), cohort(salt, 100))).toBe(true);
      }),
    );
  });

  it('only grows with the share, whatever else a principal works on', () => {
    const percent = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.string(), fc.string(), percent, percent, fc.array(fc.string()), (id, salt, one, other, roots) => {
        const [smaller, greater] = [Math.min(one, other), Math.max(one, other)];
        const was = inCanary(agent(id), cohort(salt, smaller));
        expect(inCanary(agent(id, ...roots), cohort(salt, greater)) || !was).toBe(true);
      }),
    );
  });

  it('has its share of principals, within five standard deviations of the binomial', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 99 }), (salt, percent) => {
        const of = 2_000;
        const share = percent / 100;
        const members = Array.from({ length: of }, (_, n) => inCanary(agent(`agent-${n}`), cohort(salt, percent)));
        const deviation = Math.abs(members.filter(Boolean).length - of * share);
        expect(deviation).toBeLessThanOrEqual(5 * Math.sqrt(of * share * (1 - share)) + 1);
      }),
      { numRuns: 50 },
    );
  });

  it('is another one for another salt: a tenth of two cohorts of a tenth is in both', () => {
    const ids = Array.from({ length: 10_000 }, (_, n) => agent(`agent-${n}`));
    const both = ids.filter((id) => inCanary(id, cohort('one', 10)) && inCanary(id, cohort('two', 10)));
    expect(both.length).toBeGreaterThan(50);
    expect(both.length).toBeLessThan(150);
  });

  it.each([
    ['its whole path', '/srv/work/api', '/srv/work/api', true],
    ['its folder', 'api', '/srv/work/api', true],
    ['another folder that ends alike', 'api', '/srv/work/my-api', false],
    ['a folder on the way', 'work', '/srv/work/api', false],
    ['the end of its path', 'work/api', '/srv/work/api', false],
  ])('finds a repository by %s', (_name, named, root, expected) => {
    expect(inCanary(agent('any', root), cohort('salt', 0, [named]))).toBe(expected);
  });
});
