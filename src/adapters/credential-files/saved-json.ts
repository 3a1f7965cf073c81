import { readFile } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { hasCode, writeDurably } from '#adapters/durable-file.ts';

/** Thrown when a file of credentials exists and cannot be trusted: nobody is let in on a guess. */
export class CredentialFileDamaged extends Error {
  override readonly name = 'CredentialFileDamaged';
}

/** Thrown when what was decided about credentials cannot be kept: then it did not happen. */
export class CredentialsUnavailable extends Error {
  override readonly name = 'CredentialsUnavailable';
}

export interface SavedJson<T> {
  /**
   * Replaces the whole file, on stable storage when it resolves. `value` is asked for when the write begins, so that any number of
   * changes at once are one write; each caller waits for a write that began after its own change.
   */
  save(value: () => T): Promise<void>;
  /** When nothing is being written any more, whether or not it could be. */
  settled(): Promise<void>;
}

/** Reads a JSON file of ours; undefined when there is none. @throws CredentialFileDamaged */
export async function readSaved<Schema extends TSchema>(
  path: string,
  schema: Schema,
): Promise<Static<Schema> | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (error instanceof SyntaxError) throw new CredentialFileDamaged(`${path} is not JSON`, { cause: error });
    throw error;
  }
  if (!Value.Check(schema, value)) throw new CredentialFileDamaged(`${path} is not of the form that this acgs writes`);
  return value;
}

export function createSavedJson<T>(path: string): SavedJson<T> {
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return {
    save(value) {
      next ??= writing.then(() => {
        // From here on changes belong to the write after this one.
        next = undefined;
        const write = replace(path, JSON.stringify(value()));
        // What failed does not hold up the next one.
        writing = write.catch(() => undefined);
        return write;
      });
      return next;
    },
    async settled() {
      await (next ?? writing).catch(() => undefined);
    },
  };
}

async function replace(path: string, text: string): Promise<void> {
  try {
    await writeDurably(path, `${text}\n`);
  } catch (error) {
    throw new CredentialsUnavailable(`${path} cannot be written`, { cause: error });
  }
}
