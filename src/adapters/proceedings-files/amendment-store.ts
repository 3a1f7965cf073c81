import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import Type from 'typebox';
import Value from 'typebox/value';
import type { AmendmentStore, KeptEvents } from '#domain/amendment/amendment-store.ts';

/** The events themselves are judged when they are folded, and their place in the journal by its hash. */
const Kept = Type.Object({
  sequence: Type.Integer({ minimum: 0 }),
  hash: Type.String(),
  events: Type.Array(
    Type.Object({
      sequence: Type.Integer({ minimum: 1 }),
      hash: Type.String(),
      event: Type.Object({ kind: Type.String(), at: Type.Object({}) }),
    }),
  ),
});

/** How far the journal was read for amendment events: a file that may be lost or thrown away, and is then made anew. */
export function createAmendmentStore(path: string): AmendmentStore {
  return {
    async load() {
      let kept: unknown;
      try {
        kept = JSON.parse(await readFile(path, 'utf8'));
      } catch {
        return undefined; // absent, unreadable or cut short: the journal has it all
      }
      // Written below; what the schema leaves open is for the fold.
      return Value.Check(Kept, kept) ? (kept as unknown as KeptEvents) : undefined;
    },
    async save(kept) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const temporary = `${path}.${process.pid}.new`;
      await writeFile(temporary, JSON.stringify(kept), { mode: 0o600 });
      await rename(temporary, path);
    },
  };
}
