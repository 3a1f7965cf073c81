import { describe, expect, it } from 'vitest';
import { loadAuthorizer } from '#adapters/policy-engine/load.ts';
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
function input(count: number): CompileInput {
  let body: JsonLike = { Value: true };
  for (let clause = 0; clause < 20; clause += 1)
    body = { '||': { left: body, right: { like: { left: { Value: 'a' }, pattern: [{ Literal: `${clause}` }] } } } };
  const policy = { effect: 'permit', principal: ALL, action: ALL, resource: ALL, conditions: [{ kind: 'when', body }] };
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
