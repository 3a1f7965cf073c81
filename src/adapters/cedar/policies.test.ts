import { describe, expect, it } from 'vitest';
import { formatPolicyText, parsePolicies, validatePolicies } from '#adapters/cedar/policies.ts';
import { parseSchema } from '#adapters/cedar/schema.ts';
import type { JsonObject } from '#domain/json.ts';

const SCHEMA_TEXT = 'entity A { n: Long, o?: String }; action x appliesTo { principal: A, resource: A };';

function schema(): JsonObject {
  const parsed = parseSchema(SCHEMA_TEXT);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.value;
}

function jsonOf(text: string): Record<string, JsonObject> {
  const parsed = parsePolicies(text);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return Object.fromEntries(parsed.value.map((policy, index) => [`p${index}`, policy.json]));
}

describe('parsePolicies', () => {
  it.each([
    [
      'says the line of a syntax error',
      'permit(principal, action, resource);\n\nforbid(principal) when;',
      'policy-syntax',
      'line 3',
    ],
    ['refuses a template', 'permit(principal == ?principal, action, resource);', 'policy-template', '?principal'],
    [
      'refuses an annotation that is given twice',
      '@id("a") @id("b") permit(principal, action, resource);',
      'policy-syntax',
      'duplicate',
    ],
    [
      'refuses a number that JSON would round',
      'permit(principal, action, resource) when { 9007199254740993 == 1 };',
      'policy-number',
      '2^53',
    ],
  ])('%s', (_, text, code, message) => {
    const parsed = parsePolicies(text);
    expect(parsed.ok ? '' : parsed.refusal.code).toBe(code);
    expect(parsed.ok ? '' : parsed.refusal.message).toContain(message);
  });

  it('counts lines in a text with characters of several bytes', () => {
    const parsed = parsePolicies('// äöü 😀 äöü\n@id("ä") permit(principal, action, resource)\nwhenever;');
    expect(parsed.ok ? '' : parsed.refusal.message).toContain('line 3');
  });

  it('keeps effect, annotations and order', () => {
    const parsed = parsePolicies(
      '@id("b") forbid(principal, action, resource);\n@id("a") permit(principal, action, resource);',
    );
    expect(parsed.ok && parsed.value.map(({ effect, annotations }) => [effect, annotations['id']])).toEqual([
      ['forbid', 'b'],
      ['permit', 'a'],
    ]);
  });

  it('reads more than ten policies in the order of the text', () => {
    const text = Array.from({ length: 12 }, (_, n) => `@id("n${n}") permit(principal, action, resource);`).join('\n');
    const parsed = parsePolicies(text);
    expect(parsed.ok && parsed.value.map(({ annotations }) => annotations['id'])).toEqual(
      Array.from({ length: 12 }, (_, n) => `n${n}`),
    );
  });
});

describe('validatePolicies', () => {
  it.each([
    ['an unknown action', 'permit(principal, action == Action::"y", resource);', 'unrecognized action'],
    ['an unknown attribute', 'permit(principal, action, resource) when { resource.q };', 'attribute `q`'],
    [
      'an optional attribute that is not tested for',
      'permit(principal, action, resource) when { resource.o == "" };',
      '`o`',
    ],
    [
      'a policy that can never apply',
      'permit(principal, action, resource) when { resource.n == 1 && false };',
      'impossible',
    ],
    ['mixed types', 'permit(principal, action, resource) when { resource.n == "1" };', 'type'],
  ])('refuses %s', (_, text, message) => {
    const valid = validatePolicies(jsonOf(text), schema());
    expect(valid.ok ? '' : valid.refusal.message).toContain(message);
  });

  it('refuses what is nested too deeply, and works on afterwards', () => {
    const chain = Array.from({ length: 200 }, (_, n) => `resource.n == ${n}`).join(' || ');
    const deep = validatePolicies(jsonOf(`permit(principal, action, resource) when { ${chain} };`), schema());
    expect(deep.ok ? '' : deep.refusal.message).toContain('too deeply');
    expect(validatePolicies(jsonOf('permit(principal, action, resource);'), schema()).ok).toBe(true);
  });

  it('accepts what is well typed', () => {
    const text = 'permit(principal, action == Action::"x", resource) when { resource has o && resource.o like "a*" };';
    expect(validatePolicies(jsonOf(text), schema())).toEqual({ ok: true, value: undefined });
  });
});

describe('parseSchema', () => {
  it.each([
    ['a syntax error, with its line', 'entity A;\nentity ;', 'line 2'],
    ['an unknown type', 'entity A in [B];', 'B'],
  ])('refuses %s', (_, text, message) => {
    const parsed = parseSchema(text);
    expect(parsed.ok ? '' : parsed.refusal.message).toContain(message);
  });
});

describe('formatPolicyText', () => {
  it('lays out, keeps comments, and is stable', () => {
    const once = formatPolicyText('// why\n@id("a")permit(principal,action,resource)when{1==1};');
    const text = once.ok ? once.value : '';
    expect(text).toContain('// why\n@id("a")\npermit (principal, action, resource)');
    expect(formatPolicyText(text)).toEqual(once);
  });

  it('refuses what it cannot read', () => {
    expect(formatPolicyText('permit(').ok).toBe(false);
  });
});
