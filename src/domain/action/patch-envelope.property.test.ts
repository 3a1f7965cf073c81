import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FileAccess } from '#domain/action/action.ts';
import { readPatch } from '#domain/action/patch-envelope.ts';

const line = fc.string({ maxLength: 20 });
const path = fc.stringMatching(/^[a-z/.]{1,20}$/);
const lines = fc.array(line, { minLength: 1, maxLength: 5 });

/** A change and the way in which it is written. */
const change: fc.Arbitrary<readonly [FileAccess, readonly string[]]> = fc.oneof(
  fc
    .tuple(path, lines)
    .map(
      ([at, added]) =>
        [
          { operation: 'write', path: at, content: added.map((text) => `${text}\n`).join('') },
          [`*** Add File: ${at}`, ...added.map((text) => `+${text}`)],
        ] as const,
    ),
  path.map((at) => [{ operation: 'delete', path: at }, [`*** Delete File: ${at}`]] as const),
  fc.tuple(path, lines, lines).map(([at, removed, added]) => {
    const hunk = ['@@', ...removed.map((text) => `-${text}`), ...added.map((text) => `+${text}`)];
    return [
      { operation: 'edit', path: at, content: added.map((text) => `${text}\n`).join(''), anchor: hunk.join('\n') },
      [`*** Update File: ${at}`, ...hunk],
    ] as const;
  }),
);

it('reads what was written', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      const text = ['*** Begin Patch', ...changes.flatMap(([, written]) => written), '*** End Patch', ''].join('\n');
      expect(readPatch(text)).toEqual({ ok: true, value: changes.map(([access]) => access) });
    }),
  );
});

it('answers any text, and names every file that a header names', () => {
  const header = fc.tuple(fc.constantFrom('*** Add File: ', '*** Delete File: ', '*** Update File: '), path);
  const anyLine = fc.oneof(
    header.map((parts) => parts.join('')),
    line,
    line.map((text) => `+${text}`),
  );
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 12 }), (body) => {
      const read = readPatch(['*** Begin Patch', ...body, '*** End Patch'].join('\n'));
      if (!read.ok) return;
      const named = body.flatMap((text) => /^\*\*\* (?:Add|Delete|Update) File: (.+)$/.exec(text)?.[1] ?? []);
      expect(read.value.map((access) => access.path)).toEqual(named);
    }),
    { numRuns: 500 },
  );
});
