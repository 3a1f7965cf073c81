import type { PersonId } from '#domain/identity/principal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Where a password is all there is (NIST SP 800-63B-4, section 3.1.1.2: at least 15 where it stands alone). Code points. */
export const PASSWORD_CHARACTERS_MIN = 15;
/** The same section asks for at least 64; above this nothing is gained, and a hash has a bound on its work. Code points. */
export const PASSWORD_CHARACTERS_MAX = 128;
/** Fewer are a few keys pressed often. */
const DIFFERENT_CHARACTERS_MIN = 6;
/** What must be left when everything is taken away that guessers try first. */
const UNGUESSED_CHARACTERS_MIN = 8;
/** From so many on, neighbours on a keyboard or in the alphabet are one guess. */
const RUN_CHARACTERS_MIN = 4;

/** In the form that is hashed; made by `parsePassword` for a new one, and by `normalisePassword` for one that is tried. */
export type Password = string & { readonly __brand: 'Password' };

export type PasswordRefusalCode = 'password-short' | 'password-long' | 'password-guessable';

/** RFC 8265, section 4.2.2: the same characters are the same password, however a keyboard composes them. Nothing is cut off. */
export function normalisePassword(text: string): Password {
  return text.normalize('NFC') as Password; // minted here, of the form that was just made
}

/**
 * A new password. What it is made of is not prescribed (same section of NIST's); what is easily guessed is refused. There is no list
 * of leaked passwords: the leaked ones of this length are nearly all repetitions, rows of keys, and a known word with something
 * behind it, which is found without a list.
 */
export function parsePassword(text: string, personId: PersonId): Result<Password, PasswordRefusalCode> {
  const password = normalisePassword(text);
  const characters = [...password].length;
  if (characters < PASSWORD_CHARACTERS_MIN) {
    return refuse(
      'password-short',
      `A password has at least ${PASSWORD_CHARACTERS_MIN} characters: four or five words that do not belong together are good.`,
    );
  }
  if (characters > PASSWORD_CHARACTERS_MAX) {
    return refuse('password-long', `A password has at most ${PASSWORD_CHARACTERS_MAX} characters.`);
  }
  return isGuessable(password, personId)
    ? refuse('password-guessable', 'This password is easily guessed: take words that do not belong together.')
    : ok(password);
}

/** Words that guessers begin with. Longer ones first, so that one within another is not left in halves. */
const WORDS = [
  'correcthorsebatterystaple',
  'administrator',
  'constitution',
  'trustno1',
  'password',
  'passw0rd',
  'p@ssw0rd',
  'iloveyou',
  'sunshine',
  'princess',
  'football',
  'baseball',
  'letmein',
  'welcome',
  'changeme',
  'monkey',
  'dragon',
  'master',
  'secret',
  'summer',
  'winter',
  'spring',
  'autumn',
  'admin',
  'login',
  'hello',
  'acgs',
];
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiopü',
  'azertyuiop',
  '!@#$%^&*()',
];

function isGuessable(password: string, personId: PersonId): boolean {
  const lower = password.toLowerCase();
  if (new Set(lower).size < DIFFERENT_CHARACTERS_MIN) return true;
  const words = [personId, ...personId.split(/[._@+-]/)]
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= 3);
  let left = lower;
  for (const word of [...words, ...WORDS]) left = left.replaceAll(word, ' ');
  left = withoutRuns(left).replaceAll(/[\s\d!?.]+/g, '');
  return [...once(left)].length < UNGUESSED_CHARACTERS_MIN;
}

/** A text that is one piece several times over, perhaps with a part of it behind: the piece. */
function once(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const piece = text.slice(0, length);
    if (piece.repeat(Math.ceil(text.length / length)).startsWith(text)) return piece;
  }
  return text;
}

/** Without the longest rows of keys or letters, forwards and backwards. */
function withoutRuns(text: string): string {
  const rows = ROWS.flatMap((row) => [row, [...row].reverse().join('')]);
  let left = '';
  for (let at = 0; at < text.length; ) {
    const run = Math.max(...rows.map((row) => runLength(text, at, row)));
    if (run < RUN_CHARACTERS_MIN) left += text[at];
    at += run < RUN_CHARACTERS_MIN ? 1 : run;
  }
  return left;
}

function runLength(text: string, at: number, row: string): number {
  const start = row.indexOf(text.charAt(at));
  if (start === -1) return 0;
  let length = 1;
  while (start + length < row.length && text.charAt(at + length) === row.charAt(start + length)) length += 1;
  return length;
}

/** Hashes passwords, slowly on purpose; what is asked while too many wait is refused. */
export interface PasswordHasher {
  /** What is kept of a password. */
  hash(password: Password): Promise<Result<string, 'sign-in-busy'>>;
  /** `kept` undefined: takes as long as if there were one, and is no. */
  verify(password: Password, kept: string | undefined): Promise<Result<boolean, 'sign-in-busy'>>;
}
