import Type from 'typebox';
import Value from 'typebox/value';
import { parseDetailKeyId } from '#domain/detail/detail-key.ts';
import { DetailUnavailable, type Shredding } from '#domain/detail/detail-store.ts';
import type { RedactionDetail } from '#domain/redaction/marker.ts';

const Line = Type.Object({ decisionId: Type.String(), sealed: Type.String() });
const Details = Type.Array(
  Type.Object({ number: Type.Integer(), kind: Type.String(), salt: Type.String(), value: Type.String() }),
);
const Intent = Type.Object({
  selection: Type.Union([
    Type.Object({ kind: Type.Literal('before'), beforeMs: Type.Number() }),
    Type.Object({
      kind: Type.Literal('session'),
      sessionId: Type.String(),
      principalId: Type.Optional(Type.String()),
    }),
  ]),
  keys: Type.Array(Type.String()),
  by: Type.String(),
});

/** The details in a line of the file; undefined when it is not one, or does not open. */
export function parseDetails(
  line: string,
  open: (sealed: string) => Buffer | undefined,
): readonly RedactionDetail[] | undefined {
  const value = json(line);
  const plain = Value.Check(Line, value) ? open(value.sealed) : undefined;
  const details = plain === undefined ? undefined : json(plain.toString('utf8'));
  return Value.Check(Details, details) ? details : undefined;
}

/** @throws {DetailUnavailable} when the file is not one of ours: what was to be destroyed is then not known, and a person must look. */
export function parseShredding(text: string): Shredding {
  const value = json(text);
  if (!Value.Check(Intent, value)) throw new DetailUnavailable('shredding.json does not say what was to be shredded');
  const keys = value.keys.map((key) => {
    const id = parseDetailKeyId(key);
    if (id === undefined) throw new DetailUnavailable(`shredding.json names what is no key: ${JSON.stringify(key)}`);
    return id;
  });
  return { ...value, keys };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
