import { describe, expect, it } from 'vitest';
import { parseExactJson } from '#adapters/policy-engine/exact-json.ts';
import { readPolicyText, readSchemaText } from '#adapters/policy-engine/policy-text.ts';

describe('policies from text', () => {
  it.each([
    ['permit(principal, action);', 'policy-syntax'],
    ['permit(principal, action, resource) when { 1 };;', 'policy-syntax'],
    ['permit(principal, action, resource) when { 9223372036854775808 > 0 };', 'policy-syntax'],
    ['permit(principal == ?principal, action, resource);', 'policy-template'],
  ])('refuses %s', (text, code) => {
    const read = readPolicyText(text);
    expect(read.ok ? 'read' : read.refusal.code).toBe(code);
  });

  it('names them as Cedar does, in the order of the text, however many there are', () => {
    const text = Array.from(
      { length: 12 },
      (_, index) => `permit(principal == User::"${index}", action, resource);`,
    ).join('\n');
    const read = readPolicyText(text);
    if (!read.ok) throw new Error(read.refusal.message);
    const policies = Object.entries(read.value);
    expect(policies.map(([id]) => id)).toEqual(Array.from({ length: 12 }, (_, index) => `policy${index}`));
    for (const [index, [, policy]] of policies.entries())
      expect(policy).toMatchObject({ principal: { entity: { type: 'User', id: `${index}` } } });
  });

  it('keeps every digit of an integer, and takes no digits of strings, names or comments for one', () => {
    const read = readPolicyText(`
      // 18446744073709551616
      permit(principal, action, resource)
      when { context.n9223372036854775809 < 9223372036854775807 && -9223372036854775808 < 9007199254740993 - 9007199254740991 }
      unless { "9223372036854775807 \\" 9223372036854775807" == "" };`);
    if (!read.ok) throw new Error(read.refusal.message);
    const found: unknown[] = [];
    JSON.stringify(read.value, (_, value: unknown) => {
      if (typeof value === 'number' || typeof value === 'bigint') found.push(value);
      return typeof value === 'bigint' ? null : value;
    });
    expect(found).toEqual([2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 2 ** 53 - 1]);
    expect(JSON.stringify(read.value, (_, value: unknown) => (typeof value === 'bigint' ? 0 : value))).toContain(
      '9223372036854775807 \\" 9223372036854775807',
    );
  });
});

describe('a schema from text', () => {
  it('is refused or read', () => {
    expect(readSchemaText('entity').ok).toBe(false);
    expect(readSchemaText('entity User;')).toMatchObject({ ok: true, value: { '': { entityTypes: { User: {} } } } });
  });
});

describe('exact JSON', () => {
  it('makes bigints of integers beyond 2^53, and leaves everything else', () => {
    expect(
      parseExactJson(
        '{"a": [9223372036854775807, -9007199254740993, 1.5, 1234567890123456.5, 1, "9223372036854775807"]}',
      ),
    ).toEqual({
      a: [2n ** 63n - 1n, -(2n ** 53n) - 1n, 1.5, 1234567890123456.5, 1, '9223372036854775807'],
    });
    expect(() => parseExactJson('{')).toThrow(SyntaxError);
  });
});
