import type { Directory } from '#domain/identity/directory.ts';
import type { PrincipalRef } from '#domain/identity/identity-event.ts';
import { normalisePassword, type PasswordHasher, parsePassword } from '#domain/identity/password.ts';
import type { Person } from '#domain/identity/person.ts';
import {
  invitationOf,
  isInvitedBy,
  type PersonCredentials,
  withPassword,
} from '#domain/identity/person-credentials.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { sha256Hex } from '#domain/json.ts';
import { ok, refuse } from '#domain/result.ts';
import type { AttemptToProve } from '#services/identity/attempt.ts';
import type { CredentialBook } from '#services/identity/credential-book.ts';
import type { LoginDesk } from '#services/identity/login-desk.ts';

export interface PasswordDeps {
  readonly directory: Directory;
  readonly credentials: CredentialBook;
  readonly hasher: PasswordHasher;
  readonly attempt: AttemptToProve;
  readonly loginDesk: Pick<LoginDesk, 'endAllOf'>;
  readonly newCode: () => string;
  readonly nowMs: () => number;
}

/** Passwords: set by whoever brings an invitation, changed by their owner, tried by anybody. */
export function createPasswords(deps: PasswordDeps) {
  const { directory, credentials, hasher, attempt } = deps;

  return { invite, accept, prove, change };

  /** A code for a person, for somebody else to hand over. An earlier one is worth nothing any more. */
  async function invite(personId: PersonId, by: PrincipalRef) {
    const person = directory.person(personId);
    if (person === undefined) return refuse('person-unknown', 'There is no such person.');
    if (person.status === 'suspended') return refuse('person-suspended', `${person.id} is suspended.`);
    const code = deps.newCode();
    const timeMs = deps.nowMs();
    const invitation = invitationOf(code, timeMs);
    const { expiresMs } = invitation;
    const invited = await credentials.change(() =>
      ok({
        credentials: { ...credentials.of(personId), invitation },
        event: { kind: 'person-invited' as const, timeMs, by, personId, expiresMs },
      }),
    );
    return invited.ok ? ok({ person: personId, code, expiresMs }) : invited;
  }

  /** Sets the first password, or a new one in the place of one that was forgotten. */
  async function accept(given: { readonly code: string; readonly password: string; readonly address: string }) {
    const isMeant = (one: PersonCredentials) => isInvitedBy(one, given.code, deps.nowMs());
    const invited = await attempt({ method: 'code', address: given.address }, async () => {
      const found = credentials.find(isMeant);
      return found === undefined ? unknownCode() : ok(found);
    });
    if (!invited.ok) return invited;
    const { personId } = invited.value;
    if (directory.person(personId)?.status !== 'active') {
      return refuse('person-suspended', 'Whoever is suspended does not sign in.');
    }
    const password = parsePassword(given.password, personId);
    if (!password.ok) return password;
    const hash = await hasher.hash(password.value);
    if (!hash.ok) return hash;
    const set = await credentials.change(() => {
      const now = credentials.of(personId);
      // Somebody may have used it while this one was hashed.
      return isMeant(now) ? ok(setTo(now, hash.value, { kind: 'person', id: personId })) : unknownCode();
    });
    // Whoever knew the password that there was before is out, on every machine.
    if (set.ok) await deps.loginDesk.endAllOf(personId);
    return set;
  }

  /** Whether this password is this person's. Nothing tells a wrong password from a person who is not there. */
  async function prove(given: { readonly person: string; readonly password: string; readonly address: string }) {
    const person = directory.person(given.person as PersonId); // looked up, not trusted
    return attempt<Person, 'sign-in-busy' | 'sign-in-refused'>(
      {
        method: 'password',
        address: given.address,
        ...(person === undefined ? {} : { subject: { kind: 'person' as const, id: person.id } }),
        // Whoever is not there is locked out as everybody else: else who is there would show.
        name: `password ${sha256Hex(given.person)}`,
      },
      async () => {
        const kept = person === undefined ? undefined : credentials.of(person.id).password?.hash;
        const verified = await hasher.verify(normalisePassword(given.password), kept);
        if (!verified.ok) return verified;
        return verified.value && person !== undefined
          ? ok(person)
          : refuse('sign-in-refused', 'The person or the password is wrong.');
      },
    );
  }

  /** A new password by whoever knows the present one. */
  async function change(given: {
    readonly personId: PersonId;
    readonly current: string;
    readonly next: string;
    readonly address: string;
  }) {
    const next = parsePassword(given.next, given.personId);
    if (!next.ok) return next;
    const proven = await prove({ person: given.personId, password: given.current, address: given.address });
    if (!proven.ok) return proven;
    const hash = await hasher.hash(next.value);
    if (!hash.ok) return hash;
    const set = await credentials.change(() =>
      ok(setTo(credentials.of(given.personId), hash.value, { kind: 'person', id: given.personId })),
    );
    if (set.ok) await deps.loginDesk.endAllOf(given.personId);
    return set;
  }

  function setTo(now: PersonCredentials, hash: string, by: PrincipalRef) {
    const timeMs = deps.nowMs();
    return {
      credentials: withPassword(now, hash, timeMs),
      event: { kind: 'password-set' as const, timeMs, by, personId: now.personId },
    };
  }
}

function unknownCode() {
  return refuse('code-unknown', 'The code is wrong, used or too old: have a new one made.');
}

export type Passwords = ReturnType<typeof createPasswords>;
