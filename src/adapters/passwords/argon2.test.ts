import { describe, expect, it } from 'vitest';
import { createArgon2Hasher } from '#adapters/passwords/argon2.ts';
import { normalisePassword } from '#domain/identity/password.ts';

const right = normalisePassword('tiny yak otters sing');
const wrong = normalisePassword('tiny yak otters sink');
const answerOf = <T>(result: { readonly ok: boolean; readonly value?: T }) => (result.ok ? result.value : 'refused');

describe('Argon2id', () => {
  it('says yes to the password, and no to another, to nobody, and to a hash of another password', async () => {
    const hasher = createArgon2Hasher();
    const [kept, other] = [answerOf(await hasher.hash(right)) ?? '', answerOf(await hasher.hash(wrong)) ?? ''];
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(answerOf(await hasher.verify(right, kept))).toBe(true);
    expect(answerOf(await hasher.verify(wrong, kept))).toBe(false);
    expect(answerOf(await hasher.verify(right, other))).toBe(false);
    expect(answerOf(await hasher.verify(right, undefined))).toBe(false);
  });

  it('takes as long for nobody as for somebody', async () => {
    const hasher = createArgon2Hasher();
    const kept = answerOf(await hasher.hash(right));
    const msOf = async (one: string | undefined) => {
      const beganMs = performance.now();
      await hasher.verify(wrong, one);
      return performance.now() - beganMs;
    };
    const [somebody, nobody]: [number[], number[]] = [[], []];
    for (let n = 0; n < 5; n += 1) {
      somebody.push(await msOf(kept));
      nobody.push(await msOf(undefined));
    }
    // An answer without the work would come a thousand times sooner.
    expect(Math.min(...nobody)).toBeGreaterThan(Math.min(...somebody) / 10);
  });

  it('gives one password another hash each time', async () => {
    const hasher = createArgon2Hasher();
    expect(answerOf(await hasher.hash(right))).not.toBe(answerOf(await hasher.hash(right)));
  });

  // The vector of RFC 9106, section 5.3, has a secret and associated data, which are not used here; this one is from the reference
  // implementation's own tests (argon2id, v=19, m=256 KiB, t=2, p=1).
  it('reads what the reference implementation writes', async () => {
    const kept = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    const hasher = createArgon2Hasher();
    expect(answerOf(await hasher.verify(normalisePassword('password'), kept))).toBe(true);
    expect(answerOf(await hasher.verify(normalisePassword('passwore'), kept))).toBe(false);
  });

  it.each([
    '',
    'plain',
    '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
    '$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
  ])('throws for what it has not written: %j', async (kept) => {
    await expect(createArgon2Hasher().verify(right, kept)).rejects.toThrow(/not of the form/);
  });

  it('refuses what would wait too long, and is free again afterwards', async () => {
    const hasher = createArgon2Hasher();
    const kept = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    const many = await Promise.all(Array.from({ length: 40 }, () => hasher.verify(right, kept)));
    expect(many.filter((one) => one.ok)).toHaveLength(33);
    expect(many.at(-1)).toMatchObject({ refusal: { code: 'sign-in-busy' } });
    expect((await hasher.verify(right, kept)).ok).toBe(true);
  });
});
