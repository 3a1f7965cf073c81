import { describe, expect, it } from 'vitest';
import type { AuthorizationRequest } from '#domain/policy/authorization.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { RequestDataError } from '#domain/policy/engine/data.ts';
import { EXPRESSION_DEPTH_MAX } from '#domain/policy/engine/parse-expression.ts';
import { type JsonLike, PolicyFormError } from '#domain/policy/engine/policy-form.ts';

const ANY = { op: 'All' };
const value = (json: JsonLike): JsonLike => ({ Value: json });

function policy(body: JsonLike, parts: Readonly<Record<string, JsonLike>> = {}): JsonLike {
  return {
    effect: 'permit',
    principal: ANY,
    action: ANY,
    resource: ANY,
    conditions: [{ kind: 'when', body }],
    ...parts,
  };
}

function request(parts: Partial<AuthorizationRequest> = {}): AuthorizationRequest {
  return {
    principal: { type: 'User', id: 'ann' },
    action: { type: 'Action', id: 'view' },
    resource: { type: 'Doc', id: 'plan' },
    context: {},
    entities: [],
    ...parts,
  };
}

describe.each(['generated', 'closures'] as const)('a compiled authorizer (%s)', (mode) => {
  const compile = (policies: Readonly<Record<string, JsonLike>>, more: object = {}) =>
    createCompiledAuthorizer({ policies, mode, ...more });

  it.each<readonly [string, JsonLike]>([
    ['null', null],
    ['a list', []],
    ['an unknown effect', policy(value(true), { effect: 'maybe' })],
    ['an unknown member', policy(value(true), { extra: 1 })],
    ['no conditions', { effect: 'permit', principal: ANY, action: ANY, resource: ANY }],
    ['conditions that are no list', policy(value(true), { conditions: {} })],
    ['a clause of an unknown kind', policy(value(true), { conditions: [{ kind: 'if', body: value(true) }] })],
    ['a scope that is no object', policy(value(true), { principal: 'All' })],
    ['an unknown scope', policy(value(true), { principal: { op: '~' } })],
    ['a scope without an entity', policy(value(true), { resource: { op: '==' } })],
    ['a scope with a malformed type', policy(value(true), { principal: { op: 'is', entity_type: 'a b' } })],
    ['an unlinked slot', policy(value(true), { principal: { op: '==', slot: '?principal' } })],
    ['an unknown action scope', policy(value(true), { action: { op: 'is' } })],
    ['an action scope that is no object', policy(value(true), { action: 3 })],
    ['an action scope without an action', policy(value(true), { action: { op: '==' } })],
    ['an action that is none', policy(value(true), { action: { op: '==', entity: { type: 'User', id: 'a' } } })],
    ['an expression with two members', policy({ Value: 1, Var: 'principal' })],
    ['an unknown operator', policy({ eval: { arg: value('1') } })],
    ['an unknown function', policy({ shell: [value('rm')] })],
    ['an unknown variable', policy({ Var: 'process' })],
    ['a slot in a condition', policy({ Slot: '?principal' })],
    ['an operator without its operand', policy({ '==': { left: value(1) } })],
    ['an operator with a third operand', policy({ '==': { left: value(1), right: value(1), and: value(1) } })],
    ['null as a value', policy(value(null))],
    ['a fraction', policy(value(1.5))],
    ['an integer that lost digits', policy(value(2 ** 53))],
    ['an integer beyond 64 bits', policy(value(2n ** 63n))],
    ['the `__expr` escape', policy(value({ __expr: 'principal' }))],
    ['a malformed entity type', policy(value({ __entity: { type: 'if', id: 'a' } }))],
    ['an attribute that is no string', policy({ '.': { left: { Var: 'context' }, attr: 1 } })],
    ['`has` without attributes', policy({ has: { left: { Var: 'context' }, attr: [] } })],
    ['`is` with a malformed type', policy({ is: { left: { Var: 'principal' }, entity_type: '' } })],
    ['a pattern that is no list', policy({ like: { left: value('a'), pattern: 'a*' } })],
    ['an unknown pattern element', policy({ like: { left: value('a'), pattern: [{ Any: 'a' }] } })],
    ['a pattern element that is no string', policy({ like: { left: value('a'), pattern: [{ Literal: 1 }] } })],
    ['a set that is no list', policy({ Set: {} })],
    ['a record that is no object', policy({ Record: [] })],
  ])('refuses %s in a policy', (_, json) => {
    expect(() => compile({ p: json })).toThrow(PolicyFormError);
  });

  it('refuses a condition that is nested too deep, but not a long one', () => {
    const deep = (levels: number) => {
      let body: JsonLike = value(true);
      for (let level = 0; level < levels; level += 1) body = { '!': { arg: body } };
      return policy(body);
    };
    expect(() => compile({ p: deep(EXPRESSION_DEPTH_MAX + 1) })).toThrow(PolicyFormError);
    expect(compile({ p: deep(EXPRESSION_DEPTH_MAX - (EXPRESSION_DEPTH_MAX % 2)) }).decide(request())).toBe('allow');
    let long: JsonLike = value(true);
    for (let clause = 0; clause < 5000; clause += 1) long = { '&&': { left: long, right: value(true) } };
    expect(compile({ p: policy(long) }).decide(request())).toBe('allow');
  });

  it('refuses links to nothing, ids that are taken, and values without slots', () => {
    const template = policy(value(true), { principal: { op: '==', slot: '?principal' } });
    const link = { templateId: 't', newId: 'l', values: { '?principal': { type: 'User', id: 'ann' } } };
    const linked =
      (...links: readonly object[]) =>
      () =>
        compile({}, { templates: { t: template }, templateLinks: links });
    expect(linked({ ...link, templateId: 'u' })).toThrow(PolicyFormError);
    expect(linked(link, link)).toThrow(PolicyFormError);
    expect(linked({ ...link, newId: 't' })).toThrow(PolicyFormError);
    expect(linked({ ...link, values: {} })).toThrow(PolicyFormError);
    expect(linked({ ...link, values: 3 })).toThrow(PolicyFormError);
    expect(linked({ ...link, values: { ...link.values, '?resource': { type: 'Doc', id: 'a' } } })).toThrow(
      PolicyFormError,
    );
    expect(() => compile({ p: policy(value(true), { resource: { op: '==', slot: '?principal' } }) })).toThrow(
      PolicyFormError,
    );
    expect(linked(link)().authorize(request()).reasons).toEqual(['l']);
  });

  it.each<readonly [string, object]>([
    ['a principal that is no uid', { principal: 'User::"ann"' }],
    ['a malformed type', { resource: { type: 'Doc ', id: 'a' } }],
    ['a lone surrogate', { principal: { type: 'User', id: '\ud800' } }],
    ['a context that is no record', { context: [] }],
    ['null', { context: { a: null } }],
    ['a fraction', { context: { a: 0.5 } }],
    ['a number without an end', { context: { a: Number.POSITIVE_INFINITY } }],
    ['an integer beyond 64 bits', { context: { a: -(2n ** 63n) - 1n } }],
    ['a function', { context: { a: () => 1 } }],
    ['an entity that is no object', { entities: [3] }],
    ['an entity without attributes', { entities: [{ uid: { type: 'User', id: 'a' }, parents: [] }] }],
    ['parents that are no list', { entities: [{ uid: { type: 'User', id: 'a' }, attrs: {}, parents: {} }] }],
    ['a cycle of parents', { entities: [entity('a', 'b'), entity('b', 'c'), entity('c', 'a')] }],
    ['an entity that is its own parent', { entities: [entity('a', 'a')] }],
    ['two different entities with one uid', { entities: [entity('a', 'b'), entity('a', 'c')] }],
    [
      'an action in what is no action',
      { entities: [{ uid: { type: 'Action', id: 'view' }, attrs: {}, parents: [{ type: 'User', id: 'a' }] }] },
    ],
  ])('gives no decision about %s', (_, parts) => {
    const authorizer = compile({ p: policy(value(true)) });
    // Wrong on purpose.
    const asked = { ...request(), ...parts } as AuthorizationRequest;
    expect(() => authorizer.authorize(asked)).toThrow(RequestDataError);
    expect(() => authorizer.decide(asked)).toThrow(RequestDataError);
  });

  it('gives no decision about data that is nested too deep', () => {
    let nested: unknown = 1;
    for (let level = 0; level < 200; level += 1) nested = [nested];
    // Wrong on purpose.
    const asked = request({ context: { nested } as AuthorizationRequest['context'] });
    expect(() => compile({ p: policy(value(true)) }).authorize(asked)).toThrow(RequestDataError);
  });

  it('follows a chain of parents of any length', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => entity(`u${index}`, `u${index + 1}`));
    const authorizer = compile({
      p: policy(value(true), { principal: { op: 'in', entity: { type: 'User', id: 'u20000' } } }),
    });
    expect(authorizer.decide(request({ principal: { type: 'User', id: 'u0' }, entities: chain }))).toBe('allow');
  });

  it('denies by default, lets a forbid win, and reports a policy that fails without counting it', () => {
    const broken = policy({ '<': { left: value('a'), right: value(1) } });
    const policies = { a: policy(value(true)), b: policy(value(true), { effect: 'forbid' }), c: broken };
    expect(compile({}).authorize(request())).toEqual({ decision: 'deny', reasons: [], errors: [] });
    expect(compile(policies).authorize(request())).toEqual({
      decision: 'deny',
      reasons: ['b'],
      errors: [{ policy: 'c', message: 'type error: expected long, got string' }],
    });
    expect(compile({ c: broken, a: policies.a }).authorize(request())).toEqual({
      decision: 'allow',
      reasons: ['a'],
      errors: [{ policy: 'c', message: 'type error: expected long, got string' }],
    });
    expect(compile(policies).decide(request())).toBe('deny');
    expect(compile({ c: { ...(broken as object), effect: 'forbid' }, a: policies.a }).decide(request())).toBe('allow');
  });

  it('does not take an inherited property for an attribute', () => {
    const has = (attr: string) => compile({ p: policy({ has: { left: { Var: 'context' }, attr } }) }).decide(request());
    for (const attr of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])
      expect(has(attr)).toBe('deny');
    const polluted = JSON.parse('{"__proto__": {"admin": true}}');
    const admin = policy({ has: { left: { Var: 'context' }, attr: 'admin' } });
    expect(compile({ p: admin }).decide(request({ context: polluted }))).toBe('deny');
  });

  it('keeps what it was given apart from what becomes of it', () => {
    const attrs = { level: 1 };
    const authorizer = compile({
      p: policy({ '==': { left: { '.': { left: { Var: 'principal' }, attr: 'level' } }, right: value(1) } }),
    });
    const store = authorizer.prepareEntities([{ uid: { type: 'User', id: 'ann' }, attrs, parents: [] }]);
    attrs.level = 2;
    expect(authorizer.decideWith(request(), store)).toBe('allow');
    expect(authorizer.authorizeWith(request(), store).reasons).toEqual(['p']);
  });

  it('lets no text of a policy become code', () => {
    const hostile = '"; throw new Error("run"); //\u2028*/ `$' + '{process.exit()}` \n\r\\';
    const authorizer = compile({
      [hostile]: policy({
        '||': {
          left: { has: { left: { Var: 'context' }, attr: hostile } },
          right: {
            '==': {
              left: { '.': { left: { Record: { [hostile]: value(hostile) } }, attr: hostile } },
              right: value(hostile),
            },
          },
        },
      }),
    });
    expect(authorizer.authorize(request())).toEqual({ decision: 'allow', reasons: [hostile], errors: [] });
    expect(authorizer.source()).not.toMatch(/\u2028|\n\s*throw/);
    expect(authorizer.source().includes('"use strict"')).toBe(mode === 'generated');
  });
});

function entity(id: string, ...parents: readonly string[]) {
  return { uid: { type: 'User', id }, attrs: {}, parents: parents.map((parent) => ({ type: 'User', id: parent })) };
}
