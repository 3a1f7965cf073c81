import { ACCESS_TOKEN_TTL_MS } from '#domain/identity/access-token.ts';
import type { Directory } from '#domain/identity/directory.ts';
import type { AuthenticationMethod } from '#domain/identity/identity-event.ts';
import {
  type Login,
  type LoginRefusalCode,
  type LoginStore,
  type Logins,
  loginSecretHash,
  parseRefreshToken,
  personOfLogin,
  refreshTokenText,
} from '#domain/identity/login.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { AttemptToProve } from '#services/identity/attempt.ts';
import type { SignToken } from '#services/identity/issue-token.ts';
import type { IdentityRecord } from '#services/identity/record.ts';

/** The command line as a client of OAuth: public, as nothing that is on everybody's machine is secret (RFC 6749, section 2.1). */
export const LOGIN_CLIENT_ID = 'acgs-cli';

/** RFC 6749, section 5.1; bound to the machine's key (RFC 9449). */
export interface LoginTokens {
  readonly access_token: string;
  readonly token_type: 'DPoP';
  readonly expires_in: number;
  readonly refresh_token: string;
}

/** Logins of the command line: begun by whoever has proven who they are, gone on with by the key that they were begun with. */
export interface LoginDesk {
  /** In the journal before it counts; throws `JournalUnavailable` and `CredentialsUnavailable`: then there is none. */
  begin(given: {
    readonly personId: PersonId;
    readonly key: string;
    readonly method: AuthenticationMethod;
    readonly address: string;
  }): Promise<Result<LoginTokens, 'person-unknown' | 'person-suspended'>>;
  /** The next tokens for a refresh token. One that was used before ends the login. */
  refresh(given: {
    readonly refreshToken: string;
    readonly key: string;
    readonly address: string;
  }): Promise<Result<LoginTokens, LoginRefusalCode | 'locked-out' | 'sign-in-busy'>>;
  /** Ends the login of this refresh token, where it is this person's. */
  end(personId: PersonId, refreshToken: string): Promise<void>;
  endAllOf(personId: PersonId): Promise<void>;
}

export interface LoginDeskDeps {
  readonly logins: Logins;
  readonly loginStore: LoginStore;
  readonly directory: Directory;
  readonly record: Pick<IdentityRecord, 'note'>;
  readonly sign: SignToken;
  /** Base64url text of so many random bytes. */
  readonly newText: (bytes: 'id' | 'secret') => string;
  readonly nowMs: () => number;
}

export function createLoginDesk(deps: LoginDeskDeps & { readonly attempt: AttemptToProve }): LoginDesk {
  const { logins, directory } = deps;
  const save = () => deps.loginStore.save(logins.list);

  return {
    async begin({ personId, key, method, address }) {
      const person = directory.person(personId);
      if (person === undefined) return refuse('person-unknown', 'There is no such person.');
      if (person.status === 'suspended') return refuse('person-suspended', `${person.id} is suspended.`);
      const timeMs = deps.nowMs();
      await deps.record.note({ kind: 'signed-in', timeMs, personId, method, address });
      const id = deps.newText('id');
      return ok(await issue({ id, personId, roles: person.roles, key, beganMs: timeMs, usedMs: timeMs }));
    },

    refresh({ refreshToken, key, address }) {
      // Not by name: whoever does not have the token learns nothing from trying, and keeps nobody out.
      return deps.attempt<LoginTokens, LoginRefusalCode>({ method: 'token', address }, async () => {
        const shown = parseRefreshToken(refreshToken);
        const login = shown === undefined ? undefined : logins.find(shown.id);
        if (shown === undefined || login === undefined) {
          return refuse('login-over', 'The login is over: run "acgs login" again.');
        }
        const nowMs = deps.nowMs();
        const person = personOfLogin(login, { secret: shown.secret, key, directory, nowMs });
        if (!person.ok) {
          // Whichever of two it was who used it before, neither goes on.
          logins.remove(login.id);
          await save();
          return person;
        }
        return ok(await issue({ ...login, usedMs: nowMs }));
      });
    },

    async end(personId, refreshToken) {
      const shown = parseRefreshToken(refreshToken);
      const login = shown === undefined ? undefined : logins.find(shown.id);
      if (login?.personId !== personId) return;
      logins.remove(login.id);
      await save();
      await deps.record.note({ kind: 'signed-out', timeMs: deps.nowMs(), personId, everywhere: false });
    },

    async endAllOf(personId) {
      if (logins.removeAllOf(personId) > 0) await save();
    },
  };

  /** What was good before is not any more as soon as this one is kept; when it cannot be kept, nothing has changed. */
  async function issue(given: Omit<Login, 'sha256'>): Promise<LoginTokens> {
    const before = logins.find(given.id);
    const secret = deps.newText('secret');
    logins.put({ ...given, sha256: loginSecretHash(secret) });
    try {
      await save();
    } catch (error) {
      logins.remove(given.id);
      if (before !== undefined) logins.put(before);
      throw error;
    }
    const { text } = await deps.sign({
      subject: { kind: 'person', id: given.personId },
      actors: [],
      clientId: LOGIN_CLIENT_ID,
      boundTo: { kind: 'key', thumbprint: given.key },
    });
    return {
      access_token: text,
      token_type: 'DPoP',
      expires_in: ACCESS_TOKEN_TTL_MS / 1000,
      refresh_token: refreshTokenText({ id: given.id, secret }),
    };
  }
}
