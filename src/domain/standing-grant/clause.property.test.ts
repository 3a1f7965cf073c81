import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { type Effect, GIT_OPERATIONS, ZONES } from '#domain/action/effect.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import { canonicalJson, type JsonObject } from '#domain/json.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { hostFacts } from '#domain/policy/host.ts';
import { requestsOf } from '#domain/policy/requests.ts';
import { type Clause, clauseText, coversEffect } from '#domain/standing-grant/clause.ts';
import { type ClauseBounds, clausePolicyText, isPolicyOf } from '#domain/standing-grant/clause-policy.ts';

const SCHEMA = parsed(
  cedarLanguage.parseSchema(readFileSync(new URL('../../../constitution/schema.cedarschema', import.meta.url), 'utf8')),
);
const AT_MS = Date.UTC(2026, 10, 24);
const BOUNDS: ClauseBounds = { principalId: 'codex-"ci"\\', expiresMs: AT_MS + 1 };

/** Few values, so that clauses and effects meet; among them what a printer of Cedar could get wrong. */
const word = fc.constantFrom('main', 'feature/x', 'feature/*', 'feature/', 'a"b\\c', 'ä\n€', '*', 'x');
const path = fc.constantFrom('/', '/w', '/w/a', '/w/a/b', '/w/ab', '/w/a/*', '$X/a', '/w/"q"');
const host = fc.constantFrom('api.example.org', 'example.org', 'EXAMPLE.org.', 'org', '127.0.0.1', '2130706433', '::1');
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const some = <T extends object>(record: fc.Arbitrary<T>) =>
  record.map((value) => JSON.parse(JSON.stringify(value)) as T); // without its undefined fields
const match = fc.record({ kind: fc.constantFrom('exact' as const, 'begins' as const), text: word });
const hostMatch = fc
  .record({ kind: fc.constantFrom('exact' as const, 'domain' as const), name: host })
  .map(({ kind, name }) => ({ kind, name: hostFacts(name).name }));

const effect: fc.Arbitrary<Effect> = some(
  fc.oneof(
    fc.record({
      kind: fc.constant('git' as const),
      operation: fc.constantFrom(...GIT_OPERATIONS),
      remote: maybe(fc.constantFrom('origin', 'local', 'a"b')),
      ref: maybe(word),
      force: fc.boolean(),
      deletes: fc.boolean(),
    }),
    fc.record({
      kind: fc.constantFrom('read' as const, 'write' as const, 'delete' as const),
      path,
      zones: fc.subarray([...ZONES]),
      recursive: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('connect' as const),
      host,
      port: maybe(fc.constantFrom(80, 443)),
      scheme: maybe(fc.constantFrom('http', 'https')),
    }),
    fc.record({
      kind: fc.constant('send' as const),
      host,
      source: fc.constantFrom('files' as const, 'literal' as const),
    }),
    fc.record({
      kind: fc.constant('run' as const),
      program: fc.constantFrom('npm', 'git'),
      path: maybe(fc.constantFrom('/bin/npm', 'git')),
      arguments: fc.array(word, { maxLength: 2 }),
    }),
    fc.record({
      kind: fc.constant('install' as const),
      manager: fc.constantFrom('npm', 'npm:a'),
      package: fc.constantFrom('a', 'a:b', 'b'),
      version: maybe(fc.constantFrom('1', '2')),
      source: fc.constantFrom('registry' as const, 'git' as const),
      global: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('call' as const),
      server: fc.constantFrom('s', 's/t'),
      tool: fc.constantFrom('t', 't/u', 'u'),
    }),
    fc.record({ kind: fc.constant('deploy' as const), environment: word, artifact: word }),
    fc.record({ kind: fc.constant('escalate' as const), means: fc.constant('sudo') }),
  ) as fc.Arbitrary<Effect>, // fast-check writes `undefined` where the type says absent; `some` takes it out
);

const clause: fc.Arbitrary<Clause> = some(
  fc.oneof(
    fc.record({
      kind: fc.constant('git' as const),
      operation: fc.constantFrom(...GIT_OPERATIONS),
      remote: maybe(fc.constantFrom('origin', 'local', 'a"b')),
      ref: maybe(match),
      mayForce: fc.boolean(),
      mayDelete: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('path' as const),
      access: fc.constantFrom('read' as const, 'write' as const, 'delete' as const),
      at: fc.record({ kind: fc.constantFrom('exact' as const, 'below' as const), path }),
      mayRecurse: fc.boolean(),
      outside: fc.subarray([...ZONES]),
    }),
    fc.record({
      kind: fc.constant('connect' as const),
      host: hostMatch,
      port: maybe(fc.constantFrom(80, 443)),
      scheme: maybe(fc.constantFrom('http', 'https')),
    }),
    fc.record({
      kind: fc.constant('send' as const),
      host: hostMatch,
      source: fc.constantFrom('files' as const, 'literal' as const),
    }),
    fc.record({
      kind: fc.constant('run' as const),
      program: fc.constantFrom('npm', 'git'),
      path: maybe(fc.constantFrom('/bin/npm', 'git')),
      line: fc.record({
        kind: fc.constantFrom('exact' as const, 'begins' as const),
        text: fc.constantFrom('npm', 'npm x', 'npm main', 'git feature/', 'npm *', 'git a"b\\c'),
      }),
    }),
    fc.record({
      kind: fc.constant('install' as const),
      manager: fc.constantFrom('npm', 'npm:a'),
      package: fc.constantFrom('a', 'a:b', 'b'),
      version: fc.oneof(
        fc.record({ kind: fc.constant('exact' as const), text: fc.constantFrom('1', '2') }),
        fc.record({ kind: fc.constantFrom('none' as const, 'any' as const) }),
      ),
      source: fc.constantFrom('registry' as const, 'git' as const),
      global: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('call' as const),
      server: fc.constantFrom('s', 's/t'),
      tool: fc.constantFrom('t', 't/u', 'u'),
    }),
    fc.record({ kind: fc.constant('deploy' as const), environment: word, artifact: maybe(word) }),
  ) as fc.Arbitrary<Clause>, // as above
);

function parsed<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: unknown },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

function policyOf(one: Clause, bounds: ClauseBounds = BOUNDS): JsonObject {
  const [policy, ...others] = parsed(cedarLanguage.parsePolicies(clausePolicyText(one, bounds)));
  if (policy === undefined || others.length > 0) throw new Error('a clause is one policy');
  return policy.json;
}

function ask(policy: JsonObject, asked: Effect, id: string = BOUNDS.principalId, timeMs = AT_MS): boolean {
  const [only] = requestsOf({
    action: { kind: 'shell', workspaceRoots: ['/w'] },
    effects: [asked],
    principal: { kind: 'agent', id: id as AgentId, agent: 'codex', teams: [] },
    labels: [],
    timeMs,
  });
  if (only === undefined) throw new Error('an effect is one request');
  const authorizer = createCompiledAuthorizer({ policies: { clause: policy }, schema: SCHEMA, mode: 'closures' });
  const official = cedarLanguage.createAuthorizer({
    policies: { clause: policy },
    schema: SCHEMA,
    validateRequests: true,
  });
  const decision = authorizer.authorize(only.request).decision;
  expect(official.authorize(only.request).decision).toBe(decision);
  return decision === 'allow';
}

/** An effect that the clause has a fair chance to cover: drawn, or made of the clause's own fields. */
const pair = fc.tuple(clause, effect).chain(([one, other]) =>
  fc.tuple(
    fc.constant(one),
    fc.oneof(
      fc.constant(other),
      effect.filter((near) => near.kind === (one.kind === 'path' ? one.access : one.kind)),
    ),
  ),
);

describe('a clause and its Cedar policy', { timeout: 300_000 }, () => {
  it('let through the same effects, by our evaluator and by the official one', () => {
    let covered = 0;
    fc.assert(
      fc.property(pair, ([one, asked]) => {
        const isCovered = coversEffect(one, asked);
        if (isCovered) covered += 1;
        expect(ask(policyOf(one), asked)).toBe(isCovered);
      }),
      { numRuns: 400 },
    );
    // A property of refusals alone would hold for a policy that permits nothing.
    expect(covered).toBeGreaterThan(5);
  });

  it('are valid for the schema of the starter constitution, strictly', () => {
    fc.assert(
      fc.property(clause, (one) => {
        // Cedar warns of names that are not printable, and a warning refuses.
        fc.pre(!JSON.stringify(one).includes('€'));
        expect(cedarLanguage.validate({ clause: policyOf(one) }, SCHEMA)).toEqual({ ok: true, value: undefined });
      }),
      { numRuns: 100 },
    );
  });

  it('are held to each other: the policy of another clause, agent or time is not this one', () => {
    fc.assert(
      fc.property(clause, clause, (one, other) => {
        expect(isPolicyOf(policyOf(one), one, BOUNDS)).toBe(true);
        expect(isPolicyOf(policyOf(other), one, BOUNDS)).toBe(
          canonicalJson(policyOf(other)) === canonicalJson(policyOf(one)),
        );
        expect(isPolicyOf(policyOf(one), one, { ...BOUNDS, expiresMs: BOUNDS.expiresMs + 1 })).toBe(false);
        expect(isPolicyOf(policyOf(one), one, { ...BOUNDS, principalId: 'another' })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('are for one agent, until their time is over', () => {
    const push: Clause = { kind: 'git', operation: 'push', remote: 'origin', mayForce: true, mayDelete: false };
    const pushed: Effect = { kind: 'git', operation: 'push', remote: 'origin', force: true, deletes: false };
    expect(ask(policyOf(push), pushed)).toBe(true);
    expect(ask(policyOf(push), pushed, 'another')).toBe(false);
    expect(ask(policyOf(push), pushed, BOUNDS.principalId, BOUNDS.expiresMs)).toBe(false);
  });

  const push: Clause = { kind: 'git', operation: 'push', mayForce: false, mayDelete: false };
  it.each<[string, (policy: JsonObject) => JsonObject]>([
    ['a forbid', (policy) => ({ ...policy, effect: 'forbid' })],
    ['one for everybody', (policy) => ({ ...policy, principal: { op: 'All' } })],
    ['one for every action', (policy) => ({ ...policy, action: { op: 'All' } })],
    ['one for every resource', (policy) => ({ ...policy, resource: { op: 'All' } })],
    ['one without conditions', (policy) => ({ ...policy, conditions: [] })],
    [
      'one with another condition beside it',
      (policy) => ({ ...policy, conditions: [policy['conditions'], policy['conditions']].flat() as JsonObject[] }),
    ],
    [
      'an unless',
      (policy) => ({ ...policy, conditions: [{ ...(policy['conditions'] as JsonObject[])[0], kind: 'unless' }] }),
    ],
    ['one with an annotation', (policy) => ({ ...policy, annotations: { id: 'x' } })],
    ['one with a field that is not known', (policy) => ({ ...policy, more: 1 })],
    [
      'a condition that is always true',
      (policy) => ({ ...policy, conditions: [{ kind: 'when', body: { Value: true } }] }),
    ],
  ])('%s is not the policy of a clause', (_what, change) => {
    expect(isPolicyOf(change(policyOf(push)), push, BOUNDS)).toBe(false);
  });

  it('say in words every field that makes them narrower or wider', () => {
    fc.assert(
      fc.property(clause, clause, (one, other) => {
        if (canonicalJson(policyOf(one)) !== canonicalJson(policyOf(other)))
          expect(clauseText(one)).not.toBe(clauseText(other));
      }),
      { numRuns: 100 },
    );
  });
});
