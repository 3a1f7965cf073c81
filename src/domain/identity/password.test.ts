import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalisePassword, PASSWORD_CHARACTERS_MAX, parsePassword } from '#domain/identity/password.ts';
import type { PersonId } from '#domain/identity/principal.ts';

const ada = 'ada.lovelace' as PersonId;
const codeOf = (text: string, person = ada) => {
  const parsed = parsePassword(text, person);
  return parsed.ok ? 'taken' : parsed.refusal.code;
};

describe('a new password', () => {
  it.each([
    ['', 'password-short'],
    ['tiny yak otters', 'taken'],
    ['tiny yak otter', 'password-short'],
    ['x'.repeat(PASSWORD_CHARACTERS_MAX + 1), 'password-long'],
    ['aaaaaaaaaaaaaaaa', 'password-guessable'],
    ['abababababababab', 'password-guessable'],
    ['123456789012345678', 'password-guessable'],
    ['qwertyuiopasdfghjkl', 'password-guessable'],
    ['lkjhgfdsapoiuytrewq', 'password-guessable'],
    ['passwordpassword1', 'password-guessable'],
    ['Password123456789!', 'password-guessable'],
    ['CorrectHorseBatteryStaple', 'password-guessable'],
    ['lovelace2026!!!!', 'password-guessable'],
    ['xkqzxkqzxkqzxkqz', 'password-guessable'],
    ['acgs-admin-welcome-2026', 'password-guessable'],
    ['ведро шуба комар', 'taken'],
    ['🦦🦊🐢🦉🐙🦋🐝🦄🐳🦜🐌🐞🦀🐿🦔', 'taken'],
    ['7hG!kq2Lw9#xRt5Z', 'taken'],
  ])('%j: %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('is the same however a keyboard composes its letters', () => {
    expect(normalisePassword('caf\u0065\u0301')).toBe(normalisePassword('caf\u00e9'));
  });

  it('of five words drawn from a list of thousands is taken, nearly always', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 5, maxLength: 5 }), (words) => {
        fc.pre(new Set(words.join('')).size > 12);
        expect(codeOf(words.join(' '), 'x' as PersonId)).toBe('taken');
      }),
    );
  });
});
