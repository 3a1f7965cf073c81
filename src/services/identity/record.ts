import type { DirectoryFold } from '#domain/identity/directory.ts';
import type { AuthenticationEvent, IdentityEvent } from '#domain/identity/identity-event.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { ok, type Result } from '#domain/result.ts';

export interface IdentityRecord {
  /**
   * Decides on the directory as it is, writes the event down, and only then lets it count. One after the other: of two that would
   * take the same name at once, one is refused. Throws `JournalUnavailable` when it cannot be written: then it did not happen.
   */
  change<E extends IdentityEvent, Code extends string>(decide: () => Result<E, Code>): Promise<Result<E, Code>>;
  /** Writes down what is only evidence. */
  note(event: AuthenticationEvent): Promise<void>;
}

export function createIdentityRecord(deps: {
  readonly journal: Pick<Journal, 'append'>;
  readonly directory: DirectoryFold;
}): IdentityRecord {
  let last: Promise<unknown> = Promise.resolve();
  return {
    change(decide) {
      const next = last.then(async () => {
        const decided = decide();
        if (!decided.ok) return decided;
        await deps.journal.append({ kind: 'identity', event: decided.value });
        deps.directory.apply(decided.value);
        return ok(decided.value);
      });
      // What failed does not hold up the next one.
      last = next.catch(() => undefined);
      return next;
    },
    async note(event) {
      await deps.journal.append({ kind: 'identity', event });
    },
  };
}
