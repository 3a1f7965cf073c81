import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { canonicalConstitution } from '#domain/constitution/digest.ts';
import { bundleBytes } from '#domain/constitution/founding.ts';
import { canonicalJson, type JsonObject, type JsonValue, sha256Hex } from '#domain/json.ts';
import { sampleConstitution } from '../../../tests/support/lineage.ts';

/** The tokens of a policy that uses most of the language; what may stand between them is up to the property. */
const TOKENS = [
  '@id',
  '(',
  '"p"',
  ')',
  '@article',
  '(',
  '"1"',
  ')',
  '@reason',
  '(',
  '"because // of \\"it\\""',
  ')',
  'forbid',
  '(',
  'principal',
  'is',
  'Agent',
  'in',
  'Team',
  '::',
  '"web"',
  ',',
  'action',
  'in',
  '[',
  'Action',
  '::',
  '"run"',
  ',',
  'Action',
  '::',
  '"read"',
  ']',
  ',',
  'resource',
  ')',
  'when',
  '{',
  'context',
  '.',
  'count',
  '>',
  '3',
  '&&',
  '!',
  '(',
  'resource',
  'has',
  'path',
  ')',
  '||',
  '[',
  '1',
  ',',
  '2',
  ']',
  '.',
  'contains',
  '(',
  'context',
  '.',
  'count',
  ')',
  '}',
  'unless',
  '{',
  'context',
  '.',
  'name',
  'like',
  '"a*"',
  '}',
  ';',
] as const; // one token of a string is never split
const LITERALS = TOKENS.flatMap((token, at) => (/^("|\d)/.test(token) ? [at] : []));

const gap = fc.constantFrom(' ', '\n', '\t', '  \n  ', ' // a comment, "quoted"\n', '\r\n');

function policyOf(
  tokens: readonly string[],
  gaps: readonly string[],
): { readonly json: JsonObject; readonly digest: string } {
  const text = tokens.map((token, at) => token + (gaps[at % gaps.length] ?? ' ')).join('');
  const parsed = cedarLanguage.parsePolicies(text);
  if (!parsed.ok) throw new Error(`${parsed.refusal.message}: ${text}`);
  const json = parsed.value[0]?.json ?? {};
  return { json, digest: digestWith({ policies: { p: json } }) };
}

function digestWith(given: Partial<Constitution>): string {
  return sampleConstitution(given).digest;
}

const plain = policyOf(TOKENS, [' ']);

describe('the digest of a constitution', () => {
  // Golden vectors: a policy in two layouts, and one whose literal differs.
  it.each([
    [
      'permit(principal,action,resource)when{context.n<3};',
      '6b27cc574206eecb55e9a0b1bbc9b36fec9cb08b412634c6530442a40ed76a9c',
    ],
    [
      'permit (\n  principal, // anyone\n  action,\n  resource\n)\nwhen { context.n < 3 };\n',
      '6b27cc574206eecb55e9a0b1bbc9b36fec9cb08b412634c6530442a40ed76a9c',
    ],
    [
      'permit(principal,action,resource)when{context.n<4};',
      '002f7a369e867b43fdc440d7d50f5aa0e3f00a483707e6ed9e8813ed0276b10d',
    ],
  ])('is taken over the JSON form of %j', (text, digest) => {
    const parsed = cedarLanguage.parsePolicies(text);
    expect(parsed.ok && sha256Hex(canonicalJson(parsed.value[0]?.json ?? {}))).toBe(digest);
  });

  it('does not change with white space, line ends and comments between any two tokens of a policy', () => {
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: TOKENS.length }), (gaps) => {
        expect(policyOf(TOKENS, gaps).digest).toBe(plain.digest);
      }),
    );
  });

  it('changes with every literal and annotation of a policy, however it is laid out', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LITERALS), fc.array(gap, { minLength: 1, maxLength: 8 }), (at, gaps) => {
        const changed = TOKENS.map((token, place) =>
          place !== at ? token : token.startsWith('"') ? `${token.slice(0, -1)}x"` : `${token}1`,
        );
        expect(policyOf(changed, gaps).digest).not.toBe(plain.digest);
      }),
    );
  });

  it('does not change with layout and comments of a schema, and does with a type', () => {
    const parts = [
      'entity',
      'Agent',
      'in',
      '[',
      'Team',
      ']',
      '{',
      'kind',
      ':',
      'String',
      '}',
      ';',
      'entity',
      'Team',
      ';',
    ];
    const digest = (tokens: readonly string[], gaps: readonly string[]) => {
      const schema = cedarLanguage.parseSchema(
        tokens.map((token, at) => token + (gaps[at % gaps.length] ?? ' ')).join(''),
      );
      if (!schema.ok) throw new Error(schema.refusal.message);
      return digestWith({ schema: schema.value });
    };
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 8 }), (gaps) => {
        expect(digest(parts, gaps)).toBe(digest(parts, [' ']));
        expect(digest(parts.with(9, 'Long'), gaps)).not.toBe(digest(parts, gaps));
      }),
      { numRuns: 30 },
    );
  });

  it('changes with every single value of the canonical form: limits, roles, votes, schema, templates, entities, versions, …', () => {
    const form = canonicalConstitution(sampleConstitution({ policies: { p: plain.json } }));
    const digest = sha256Hex(canonicalJson(form));
    const leaves = leavesOf(form);
    expect(leaves.length).toBeGreaterThan(50);
    for (const path of leaves)
      expect([path, sha256Hex(canonicalJson(changedAt(form, path)))]).not.toEqual([path, digest]);
  });
});

describe('a bundle', () => {
  const constitution = sampleConstitution();
  const bytes = Buffer.from(bundleBytes(constitution));

  it('is read back as the constitution that it was made of', () => {
    expect(parseBundle(bytes)).toEqual({
      ok: true,
      value: { constitution, actionVersion: 1, effectCatalogueVersion: expect.any(Number) },
    });
  });

  it('has one form only: no byte can be changed, added or taken away and leave the same constitution', () => {
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.nat(255),
        fc.constantFrom('change', 'insert', 'remove'),
        (at, byte, how) => {
          const other = Buffer.concat([
            bytes.subarray(0, at),
            how === 'remove' ? Buffer.alloc(0) : Buffer.from([byte]),
            bytes.subarray(how === 'insert' ? at : at + 1),
          ]);
          const parsed = parseBundle(other);
          if (parsed.ok && !other.equals(bytes)) expect(parsed.value.constitution.digest).not.toBe(constitution.digest);
          if (parsed.ok)
            expect(Buffer.from(canonicalJson(canonicalConstitution(parsed.value.constitution)))).toEqual(other);
        },
      ),
      { numRuns: 500 },
    );
  });

  const text = bytes.toString();
  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['no JSON', 'x'],
    ['a list', '[]'],
    ['white space at its end', `${text}\n`],
    ['a byte order mark', `\ufeff${text}`],
    ['its keys in another order', JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).toReversed()))],
    ['a key given twice', text.replace('"number":1,', '"number":1,"number":1,')],
    ['a number in another form', text.replace('"number":1,', '"number":1.0,')],
    ['a number that JSON would round', text.replace('"number":1,', '"number":9007199254740993,')],
    ['an unknown key', text.replace('"number":1,', '"nonsense":1,"number":1,')],
    ['a missing section', text.replace(/"votes":\{[^}]*\}/, '"votes":{}')],
    ['entities', text.replace('"entities":[]', '"entities":[1]')],
    ['templates', text.replace('"templates":{}', '"templates":{"t":{}}')],
    ['another format', text.replace('"format":2', '"format":3')],
    ['a policy under another name', text.replace('"everything":{', '"something":{')],
    ['an unknown annotation', text.replace('"article":"1",', '"article":"1","badge":"x",')],
    ['a lone surrogate', text.replace('A sample', '\\ud800')],
    ['bytes that are no UTF-8', Buffer.concat([bytes, Buffer.from([0xff])])],
    [
      'more signatures than signers',
      text.replace(
        '"signers":"founders"',
        `"signers":{"keys":[{"name":"a","publicKey":"${'A'.repeat(43)}="}],"threshold":2}`,
      ),
    ],
  ])('is refused with %s', (_name, other) => {
    expect(other.toString()).not.toBe(text);
    expect(parseBundle(Buffer.from(other))).toMatchObject({ ok: false, refusal: { code: 'bundle-malformed' } });
  });
});

type Path = readonly (string | number)[];

/** Every value that is no container, and every empty container. */
function leavesOf(value: JsonValue, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}

function changedAt(value: JsonValue, [name, ...rest]: Path): JsonValue {
  if (name === undefined) {
    if (typeof value === 'string') return `${value}x`;
    if (typeof value === 'number') return value + 1;
    if (typeof value === 'boolean') return !value;
    return Array.isArray(value) ? [{}] : { added: 1 };
  }
  if (Array.isArray(value))
    return value.map((inner, at) => (String(at) === String(name) ? changedAt(inner, rest) : inner));
  const object = value as JsonObject;
  return { ...object, [name]: changedAt(object[name] ?? null, rest) };
}
