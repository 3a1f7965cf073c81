import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUserCode, USER_CODE_BYTES, userCode } from '#domain/identity/device-grant.ts';

describe('a user code', () => {
  it('is read back however people type it, and holds nothing that looks like another letter or a word', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: USER_CODE_BYTES, maxLength: USER_CODE_BYTES }), (random) => {
        const code = userCode(random);
        expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
        for (const typed of [code.toLowerCase(), code.replace('-', ''), ` ${code.replace('-', ' ')} `]) {
          expect(parseUserCode(typed)).toBe(code);
        }
      }),
    );
  });

  it('uses every letter about as often as every other', () => {
    const counts = new Map<string, number>();
    // Every residue of the first letter, by counting up: a uniform input gives a uniform code.
    for (let n = 0; n < 4000; n += 1) {
      const random = new Uint8Array(USER_CODE_BYTES);
      random[USER_CODE_BYTES - 1] = n & 255;
      random[USER_CODE_BYTES - 2] = n >> 8;
      const letter = userCode(random).charAt(0);
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect(new Set(counts.values())).toEqual(new Set([200]));
  });
});
