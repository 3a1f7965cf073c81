import { describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import type { JsonObject } from '#domain/json.ts';
import type { AuthorizationRequest, CedarRecord } from '#domain/policy/authorization.ts';

const SCHEMA_TEXT = `
  entity Zone enum ["in", "out"];
  entity Person { n: Long };
  entity Path in [Path, Zone] { name: String };
  action git;
  action "git.push" in [git] appliesTo { principal: Person, resource: Path, context: { n: Long, set: Set<String>, t?: datetime } };
`;

function authorizer(text: string, validateRequests = true) {
  const schema = cedarLanguage.parseSchema(SCHEMA_TEXT);
  const parsed = cedarLanguage.parsePolicies(text);
  if (!schema.ok || !parsed.ok) throw new Error('the test is wrong');
  const policies: Record<string, JsonObject> = {};
  for (const policy of parsed.value) policies[policy.annotations['id'] ?? ''] = policy.json;
  return cedarLanguage.createAuthorizer({ policies, schema: schema.value, validateRequests });
}

function request(context: CedarRecord = {}, attrs: CedarRecord = { name: 'a' }): AuthorizationRequest {
  return {
    principal: { type: 'Person', id: 'ada' },
    action: { type: 'Action', id: 'git.push' },
    resource: { type: 'Path', id: '/a/b' },
    context: { n: 1, set: ['x'], ...context },
    entities: [
      { uid: { type: 'Person', id: 'ada' }, attrs: { n: 1 }, parents: [] },
      {
        uid: { type: 'Path', id: '/a/b' },
        attrs,
        parents: [
          { type: 'Path', id: '/a' },
          { type: 'Zone', id: 'in' },
        ],
      },
    ],
  };
}

const PERMIT_ALL = '@id("all") permit(principal, action, resource);';

describe('the WASM authorizer', () => {
  it('denies what nothing permits', () => {
    expect(authorizer('').authorize(request())).toEqual({ decision: 'deny', reasons: [], errors: [] });
  });

  it('reports a forbid that cannot be evaluated, which Cedar itself skips', () => {
    const text = `${PERMIT_ALL} @id("f") forbid(principal, action, resource) when { context.n + 9007199254740991 * 9007199254740991 > 0 };`;
    expect(authorizer(text).authorize(request())).toMatchObject({
      decision: 'allow',
      reasons: ['all'],
      errors: [{ policy: 'f', message: expect.stringContaining('overflow') }],
    });
  });

  it('lets a forbid win, and knows groups of actions and ancestors that are named only as parents', () => {
    const text = `${PERMIT_ALL} @id("f") forbid(principal, action in Action::"git", resource in Path::"/a") when { resource in Zone::"in" };`;
    expect(authorizer(text).authorize(request())).toEqual({ decision: 'deny', reasons: ['f'], errors: [] });
  });

  it('understands extension values', () => {
    const text =
      '@id("late") permit(principal, action, resource) when { context has t && context.t > datetime("2026-01-01") };';
    const at = (arg: string) =>
      authorizer(text).authorize(request({ t: { __extn: { fn: 'datetime', arg } } })).decision;
    expect(at('2026-02-03T04:05:06.007Z')).toBe('allow');
    expect(at('2025-12-31T23:59:59.999Z')).toBe('deny');
  });

  it.each([
    ['a context that does not fit the schema', request({ n: 'one' })],
    ['an entity that does not fit the schema', request({}, { wrong: 1 })],
    ['an unknown action', { ...request(), action: { type: 'Action', id: 'nope' } }],
  ])('throws for %s, rather than answer', (_, malformed) => {
    expect(() => authorizer(PERMIT_ALL).authorize(malformed)).toThrow('cedar cannot read the request');
  });

  it('throws for a number that JavaScript cannot pass exactly', () => {
    expect(() => authorizer(PERMIT_ALL).authorize(request({ n: 2n ** 60n }))).toThrow(RangeError);
    expect(() => authorizer(PERMIT_ALL).authorize(request({ n: 0.5 }))).toThrow(RangeError);
    expect(authorizer(PERMIT_ALL).authorize(request({ n: 2n ** 40n })).decision).toBe('allow');
  });

  it('keeps two sets apart, and takes the same one twice', () => {
    const first = authorizer(PERMIT_ALL);
    const second = authorizer('@id("none") forbid(principal, action, resource);');
    const again = authorizer(PERMIT_ALL);
    expect([first, second, again].map((each) => each.authorize(request()).decision)).toEqual([
      'allow',
      'deny',
      'allow',
    ]);
  });

  it('refuses policies that are not Cedar', () => {
    expect(() => cedarLanguage.createAuthorizer({ policies: { a: { effect: 'maybe' } }, schema: {} })).toThrow(
      'refused',
    );
  });
});
