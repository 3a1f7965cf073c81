import type { Directory } from '#domain/identity/directory.ts';
import type { Person } from '#domain/identity/person.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { sha256Hex } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** How long a login is good for, whatever is done meanwhile, in milliseconds: a working week. */
export const LOGIN_MS_MAX = 7 * 24 * 60 * 60_000;
/** Logins of one person: their machines. One more, and the one that was used longest ago is over. */
export const LOGINS_PER_PERSON_MAX = 10;
/** Of everybody together: the file that they are kept in stays below 5 MB. */
export const LOGINS_MAX = 20_000;
/** Random bytes of a login's id, and of the secret in its refresh token. */
export const LOGIN_ID_BYTES = 16;
export const LOGIN_SECRET_BYTES = 32;

/**
 * What `acgs login` leaves on a machine: a key that stays there, and a refresh token (RFC 6749, section 1.5) that is another one
 * after each use. Times are Unix milliseconds.
 */
export interface Login {
  readonly id: string;
  /** SHA-256, hex, of the secret in the refresh token that is good now. */
  readonly sha256: string;
  readonly personId: PersonId;
  /** Roles that the person had when it began. */
  readonly roles: readonly string[];
  /** RFC 7638 thumbprint of the machine's key: refresh token and access tokens are for its holder only (RFC 9449, section 5). */
  readonly key: string;
  readonly beganMs: number;
  readonly usedMs: number;
}

/** Where they outlive the process. */
export interface LoginStore {
  /** Keeps all of them, as they are when the write begins. Rejects when they cannot be kept. */
  save(logins: () => readonly Login[]): Promise<void>;
  /** When nothing is being written any more, whether or not it could be. */
  settled(): Promise<void>;
}

export interface RefreshToken {
  readonly id: string;
  readonly secret: string;
}

const REFRESH_TOKEN = /^acgs_refresh_([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

/** A refresh token's text: recognisable to secret scanners by its prefix. */
export function refreshTokenText({ id, secret }: RefreshToken): string {
  return `acgs_refresh_${id}.${secret}`;
}

export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, id, secret] = REFRESH_TOKEN.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

export function loginSecretHash(secret: string): string {
  return sha256Hex(secret);
}

/** `login-over`: it is as good as none. `refresh-reused`: somebody has a copy, and it must end. */
export type LoginRefusalCode = 'login-over' | 'refresh-reused' | 'person-suspended';

/**
 * Whose login it is, if the one who refreshes it may. A refresh token that was used before, or that comes without the machine's key,
 * is in somebody else's hands (RFC 9700, section 4.14.2). Roles that have changed end it, as they end a sign-in.
 */
export function personOfLogin(
  login: Login,
  shown: { readonly secret: string; readonly key: string; readonly directory: Directory; readonly nowMs: number },
): Result<Person, LoginRefusalCode> {
  if (loginSecretHash(shown.secret) !== login.sha256 || shown.key !== login.key) {
    return refuse('refresh-reused', 'The refresh token was used before, or elsewhere: run "acgs login" again.');
  }
  if (login.beganMs + LOGIN_MS_MAX <= shown.nowMs) return over('It has been too long: run "acgs login" again.');
  const person = shown.directory.person(login.personId);
  if (person === undefined) return over('There is no such person any more.');
  if (person.status === 'suspended') return refuse('person-suspended', `${person.id} is suspended.`);
  if (person.roles.join() !== login.roles.join()) return over('Your roles have changed: run "acgs login" again.');
  return ok(person);
}

function over(message: string) {
  return refuse('login-over', message);
}

/** All logins there are. */
export interface Logins {
  find(id: string): Login | undefined;
  /** Adds it, or puts it in the place of the one with its id. */
  put(login: Login): void;
  remove(id: string): Login | undefined;
  /** How many there were. */
  removeAllOf(personId: PersonId): number;
  list(): readonly Login[];
}

export function createLogins(kept: readonly Login[] = []): Logins {
  /** The one that was used longest ago comes first. */
  const logins = new Map(kept.toSorted((a, b) => a.usedMs - b.usedMs).map((login) => [login.id, login]));
  const of = (personId: PersonId) => [...logins.values()].filter((login) => login.personId === personId);
  return {
    find: (id) => logins.get(id),
    put(login) {
      logins.delete(login.id);
      const own = of(login.personId);
      if (own.length >= LOGINS_PER_PERSON_MAX && own[0] !== undefined) logins.delete(own[0].id);
      const [first] = logins.keys();
      if (logins.size >= LOGINS_MAX && first !== undefined) logins.delete(first);
      logins.set(login.id, login);
    },
    remove(id) {
      const login = logins.get(id);
      logins.delete(id);
      return login;
    },
    removeAllOf(personId) {
      const gone = of(personId);
      for (const { id } of gone) logins.delete(id);
      return gone.length;
    },
    list: () => [...logins.values()],
  };
}
