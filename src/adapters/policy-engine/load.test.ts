import { describe, expect, it } from 'vitest';
import { loadAuthorizer } from '#adapters/policy-engine/load.ts';
import { createReplaceableAuthorizer } from '#adapters/policy-engine/replaceable.ts';
import type { CompileInput } from '#domain/policy/engine/compile.ts';
import { type JsonLike, PolicyFormError } from '#domain/policy/engine/policy-form.ts';

const ALL = { op: 'All' };
const REQUEST = {
  principal: { type: 'User', id: 'a' },
  action: { type: 'Action', id: 'b' },
  resource: { type: 'Doc', id: 'c' },
  context: {},
  entities: [],
};

/** So many policies that say the same. */
function input(count: number, effect: 'permit' | 'forbid' = 'permit'): CompileInput {
  let body: JsonLike = { Value: true };
  for (let clause = 0; clause < 20; clause += 1)
    body = { '||': { left: body, right: { like: { left: { Value: 'a' }, pattern: [{ Literal: `${clause}` }] } } } };
  const policy = { effect, principal: ALL, action: ALL, resource: ALL, conditions: [{ kind: 'when', body }] };
  return {
    policies: Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, policy])),
    mode: 'closures',
  };
}

describe('loading a set of policies', () => {
  it('refuses what is not of the form', async () => {
    await expect(loadAuthorizer({ ...input(1), policies: { p: 3 } })).rejects.toThrow(PolicyFormError);
  });

  it('lets others have turns in between', async () => {
    let turns = 0;
    let done = false;
    const turn = () => {
      turns += 1;
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    const authorizer = await loadAuthorizer(input(3000));
    done = true;
    expect(turns).toBeGreaterThan(5);
    expect(authorizer.authorize(REQUEST).reasons).toHaveLength(3000);
  });
});

describe('an authorizer that can be replaced', () => {
  it('keeps the set in use when the next one is refused', async () => {
    const authorizer = await createReplaceableAuthorizer(input(1));
    await expect(authorizer.replace({ ...input(1), schema: 3 })).rejects.toThrow(PolicyFormError);
    expect(authorizer.authorize(REQUEST).decision).toBe('allow');
  });

  it('answers by the old set until the new one is complete, then by the new one', async () => {
    const authorizer = await createReplaceableAuthorizer(input(1));
    let replaced = false;
    const replacing = authorizer.replace(input(2000, 'forbid')).then((placed) => {
      replaced = true;
      return placed;
    });
    const early: string[] = [];
    while (!replaced) {
      early.push(authorizer.authorize(REQUEST).decision);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await replacing).toBe(true);
    expect(early.length).toBeGreaterThan(1);
    expect(early[0]).toBe('allow');
    expect(authorizer.authorize(REQUEST).decision).toBe('deny');
  });

  it('lets the set that was asked for last win, whichever is ready first', async () => {
    const authorizer = await createReplaceableAuthorizer(input(1));
    const [large, small] = await Promise.all([authorizer.replace(input(4000)), authorizer.replace(input(1, 'forbid'))]);
    expect([large, small]).toEqual([false, true]);
    expect(authorizer.authorize(REQUEST).decision).toBe('deny');
  });
});
