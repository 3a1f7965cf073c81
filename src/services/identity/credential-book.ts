import type { AuthenticationEvent } from '#domain/identity/identity-event.ts';
import type { CredentialStore, PersonCredentials } from '#domain/identity/person-credentials.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { ok, type Result } from '#domain/result.ts';
import type { IdentityRecord } from '#services/identity/record.ts';

/** What everybody proves themselves with. */
export interface CredentialBook {
  /** Somebody who has nothing yet has nothing in it. */
  of(personId: PersonId): PersonCredentials;
  find(matches: (credentials: PersonCredentials) => boolean): PersonCredentials | undefined;
  /**
   * Decides on the credentials as they are, writes the event down, keeps them, and only then lets them count. One after the other: a
   * code that two bring at once is used by one. Throws `JournalUnavailable` and `CredentialsUnavailable`: then it did not happen.
   */
  change<Code extends string>(
    decide: () => Result<{ readonly credentials: PersonCredentials; readonly event?: AuthenticationEvent }, Code>,
  ): Promise<Result<PersonCredentials, Code>>;
}

export function createCredentialBook(deps: {
  readonly kept: readonly PersonCredentials[];
  readonly store: CredentialStore;
  readonly record: Pick<IdentityRecord, 'note'>;
}): CredentialBook {
  const people = new Map(deps.kept.map((credentials) => [credentials.personId, credentials]));
  let last: Promise<unknown> = Promise.resolve();
  return {
    of: (personId) => people.get(personId) ?? { personId, passkeys: [] },
    find(matches) {
      for (const credentials of people.values()) if (matches(credentials)) return credentials;
      return undefined;
    },
    change(decide) {
      const next = last.then(async () => {
        const decided = decide();
        if (!decided.ok) return decided;
        const { credentials, event } = decided.value;
        if (event !== undefined) await deps.record.note(event);
        const changed = new Map(people).set(credentials.personId, credentials);
        await deps.store.save(() => [...changed.values()]);
        people.set(credentials.personId, credentials);
        return ok(credentials);
      });
      // What failed does not hold up the next one.
      last = next.catch(() => undefined);
      return next;
    },
  };
}
