import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictObject } from '#domain/strict-json.ts';

describe('strict JSON', () => {
  it.each([
    ['nothing', ''],
    ['half an object', '{"a":1'],
    ['an array', '[]'],
    ['null', 'null'],
    ['two values', '{} {}'],
    ['a key twice', '{"a":1,"a":1}'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a key twice, further down', '{"x":[{"b":{},"a":0,"b":{}}]}'],
    ['a key twice behind a string that looks like one', '{"a":"\\"},{","a":1}'],
    ['what is nested too deeply', `${'{"a":'.repeat(8)}{}${'}'.repeat(8)}`],
    ['arrays that are nested too deeply', `{"a":${'['.repeat(8)}${']'.repeat(8)}}`],
  ])('refuses %s', (_name, text) => {
    expect(parseStrictObject(text)).toMatchObject({ ok: false, refusal: { code: 'json-malformed' } });
  });

  it.each([
    ['the same key in two objects', '{"a":{"a":1},"b":{"a":1}}'],
    ['a value that is spelled like a key', '{"a":"b","b":"a"}'],
    ['values in an array that are equal', '{"a":["a","a"]}'],
    ['a backslash before the end', '{"a":"\\\\","b":1}'],
    ['what is nested just enough', `${'{"a":'.repeat(7)}{}${'}'.repeat(7)}`],
  ])('accepts %s', (_name, text) => {
    expect(parseStrictObject(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it('accepts whatever JSON.stringify makes of a flat object, and refuses it with one key once more', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer()), { minKeys: 1 }), (object) => {
        const text = JSON.stringify(object);
        expect(parseStrictObject(text).ok).toBe(true);
        const [key] = Object.keys(object);
        expect(parseStrictObject(`${text.slice(0, -1)},${JSON.stringify(key)}:0}`).ok).toBe(false);
      }),
    );
  });
});
