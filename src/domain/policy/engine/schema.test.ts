import { describe, expect, it } from 'vitest';
import type { AuthorizationRequest } from '#domain/policy/authorization.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { RequestDataError } from '#domain/policy/engine/data.ts';
import { type JsonLike, PolicyFormError } from '#domain/policy/engine/policy-form.ts';

const SCHEMA = {
  '': {
    commonTypes: { Address: { type: 'Record', attributes: { ip: { type: 'Extension', name: 'ipaddr' } } } },
    entityTypes: {
      User: {
        memberOfTypes: ['Team'],
        shape: {
          type: 'Record',
          attributes: {
            level: { type: 'Long' },
            home: { type: 'Address', required: false },
            boss: { type: 'Entity', name: 'User', required: false },
          },
        },
        tags: { type: 'String' },
      },
      Team: { memberOfTypes: ['Org::Unit'] },
      Color: { enum: ['red'] },
    },
    actions: {
      all: {},
      view: {
        memberOf: [{ id: 'all' }],
        appliesTo: {
          principalTypes: ['User'],
          resourceTypes: ['Color', 'Org::Unit'],
          context: {
            type: 'Record',
            attributes: { at: { type: 'EntityOrCommon', name: 'datetime', required: false } },
          },
        },
      },
    },
  },
  Org: { entityTypes: { Unit: {} }, actions: {} },
} satisfies JsonLike;

const ALL = { op: 'All' };
const PERMIT = {
  effect: 'permit',
  principal: ALL,
  action: { op: 'in', entity: { type: 'Action', id: 'all' } },
  resource: ALL,
  conditions: [],
};
const ann = (parts: object = {}) => ({ uid: { type: 'User', id: 'ann' }, attrs: { level: 1 }, parents: [], ...parts });

function request(parts: object = {}): AuthorizationRequest {
  // Parts may be wrong on purpose.
  return {
    principal: { type: 'User', id: 'ann' },
    action: { type: 'Action', id: 'view' },
    resource: { type: 'Color', id: 'red' },
    context: {},
    entities: [ann()],
    ...parts,
  } as AuthorizationRequest;
}

const authorizer = createCompiledAuthorizer({ policies: { p: PERMIT }, schema: SCHEMA, mode: 'closures' });

describe('requests under a schema', () => {
  it.each<readonly [string, object]>([
    ['an action that it lacks', { action: { type: 'Action', id: 'edit' } }],
    ['a principal that the action does not take', { principal: { type: 'Team', id: 'a' } }],
    ['a resource that the action does not take', { resource: { type: 'User', id: 'a' } }],
    ['a resource that is not of its enumeration', { resource: { type: 'Color', id: 'blue' } }],
    ['a context with more than it has', { context: { more: 1 } }],
    ['a context of another type', { context: { at: 'yesterday' } }],
    ['a value of another extension type', { context: { at: { __extn: { fn: 'ip', arg: '1.2.3.4' } } } }],
    ['a number for an extension value', { context: { at: 3 } }],
    ['an entity of no type of it', { entities: [{ uid: { type: 'Ghost', id: 'a' }, attrs: {}, parents: [] }] }],
    ['a missing attribute', { entities: [ann({ attrs: {} })] }],
    ['a string for a long', { entities: [ann({ attrs: { level: '1' } })] }],
    ['a list for a record', { entities: [ann({ attrs: { level: 1, home: [] } })] }],
    ['an attribute that it lacks', { entities: [ann({ attrs: { level: 1, x: 1 } })] }],
    ['an entity of another type', { entities: [ann({ attrs: { level: 1, boss: { type: 'Team', id: 'a' } } })] }],
    ['a string for an entity', { entities: [ann({ attrs: { level: 1, boss: 'ann' } })] }],
    ['a tag of another type', { entities: [ann({ tags: { a: 1 } })] }],
    [
      'tags where there are none',
      { entities: [{ uid: { type: 'Team', id: 'a' }, attrs: {}, parents: [], tags: { a: 'b' } }] },
    ],
    ['a parent of a type that it does not allow', { entities: [ann({ parents: [{ type: 'User', id: 'bob' }] })] }],
    [
      'an action as it does not declare it',
      { entities: [{ uid: { type: 'Action', id: 'view' }, attrs: {}, parents: [] }] },
    ],
    ['an action with attributes', { entities: [{ uid: { type: 'Action', id: 'all' }, attrs: { a: 1 }, parents: [] }] }],
    [
      'an action that it does not declare',
      { entities: [{ uid: { type: 'Action', id: 'x' }, attrs: {}, parents: [] }] },
    ],
  ])('get no decision with %s', (_, parts) => {
    expect(() => authorizer.authorize(request(parts))).toThrow(RequestDataError);
  });

  it.each<readonly [string, object]>([
    ['as they are', {}],
    ['with implicit extension values', { context: { at: '2024-01-01' } }],
    ['with calls', { context: { at: { fn: 'offset', args: ['2024-01-01', '1d'] } } }],
    [
      'with implicit entities',
      {
        entities: [
          ann({ attrs: { level: 1, home: { ip: '::1' }, boss: { type: 'User', id: 'bob' } }, tags: { a: 'b' } }),
        ],
      },
    ],
    [
      'with ancestors of ancestors',
      {
        entities: [
          ann({
            parents: [
              { type: 'Org::Unit', id: 'a' },
              { type: 'Team', id: 't' },
            ],
          }),
        ],
      },
    ],
    [
      'with actions as declared',
      {
        entities: [ann(), { uid: { type: 'Action', id: 'view' }, attrs: {}, parents: [{ type: 'Action', id: 'all' }] }],
      },
    ],
    ['with the same entity twice', { entities: [ann(), ann()] }],
  ])('are decided %s, the action being in its group', (_, parts) => {
    expect(authorizer.authorize(request(parts))).toEqual({ decision: 'allow', reasons: ['p'], errors: [] });
  });
});

describe('a schema', () => {
  it.each<readonly [string, JsonLike]>([
    ['no object', []],
    ['a namespace that is none', { '': 3 }],
    [
      'an unknown type',
      { '': { entityTypes: { A: { shape: { type: 'Record', attributes: { a: { type: 'B' } } } } }, actions: {} } },
    ],
    ['an unknown parent type', { '': { entityTypes: { A: { memberOfTypes: ['B'] } }, actions: {} } }],
    ['a shape that is no record', { '': { entityTypes: { A: { shape: { type: 'Long' } } }, actions: {} } }],
    [
      'records that are open',
      {
        '': {
          entityTypes: { A: { shape: { type: 'Record', attributes: {}, additionalAttributes: true } } },
          actions: {},
        },
      },
    ],
    [
      'types in a cycle',
      {
        '': {
          commonTypes: { A: { type: 'B' }, B: { type: 'A' } },
          entityTypes: { C: { shape: { type: 'A' } } },
          actions: {},
        },
      },
    ],
    ['actions with attributes', { '': { entityTypes: {}, actions: { a: { attributes: { x: 1 } } } } }],
    [
      'actions in a cycle',
      { '': { entityTypes: {}, actions: { a: { memberOf: [{ id: 'b' }] }, b: { memberOf: [{ id: 'a' }] } } } },
    ],
    ['an unknown group', { '': { entityTypes: {}, actions: { a: { memberOf: [{ id: 'b' }] } } } }],
    [
      'an unknown group of a named type',
      { '': { entityTypes: {}, actions: { a: { memberOf: [{ id: 'b', type: 'X::Action' }] } } } },
    ],
    [
      'an unknown extension',
      { '': { entityTypes: { A: { tags: { type: 'Extension', name: 'money' } } }, actions: {} } },
    ],
    ['a list that is none', { '': { entityTypes: { A: { memberOfTypes: 3 } }, actions: {} } }],
  ])('is refused with %s', (_, schema) => {
    expect(() => createCompiledAuthorizer({ policies: {}, schema, mode: 'closures' })).toThrow(PolicyFormError);
  });

  it('finds names in its own namespace first, and built-in ones by their full name', () => {
    const schema = {
      '': { entityTypes: { User: {} }, actions: {} },
      App: {
        commonTypes: { Name: { type: '__cedar::String' } },
        entityTypes: {
          User: { shape: { type: 'Record', attributes: { name: { type: 'EntityOrCommon', name: 'Name' } } } },
        },
        actions: {
          group: {},
          use: {
            memberOf: [{ id: 'group', type: 'App::Action' }],
            appliesTo: { principalTypes: ['User'], resourceTypes: ['User'] },
          },
        },
      },
    };
    const inApp = createCompiledAuthorizer({
      policies: { p: { ...PERMIT, action: { op: 'in', entity: { type: 'App::Action', id: 'group' } } } },
      schema,
      mode: 'closures',
    });
    const uid = { type: 'App::User', id: 'ann' };
    const asked = { principal: uid, action: { type: 'App::Action', id: 'use' }, resource: uid, context: {} };
    expect(inApp.decide({ ...asked, entities: [{ uid, attrs: { name: 'Ann' }, parents: [] }] })).toBe('allow');
    expect(() => inApp.decide({ ...asked, entities: [{ uid, attrs: {}, parents: [] }] })).toThrow(RequestDataError);
    expect(() => inApp.decide({ ...asked, principal: { type: 'User', id: 'ann' }, entities: [] })).toThrow(
      RequestDataError,
    );
  });
});
