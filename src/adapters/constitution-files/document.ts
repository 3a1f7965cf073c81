import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse, YAMLParseError } from 'yaml';
import { EFFECT_COUNT_MAX } from '#domain/action/effect.ts';
import type { ConstitutionDocument } from '#domain/constitution/constitution.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Words that people read: not empty. */
const Words = Type.String({ minLength: 1, maxLength: 4_000 });

const Document = Type.Object(
  {
    number: Type.Integer({ minimum: 1 }),
    title: Words,
    parent: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    approverRoles: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' }), { maxItems: 16, uniqueItems: true }),
    limits: Type.Object(
      {
        effectsPerAction: Type.Integer({ minimum: 1, maximum: EFFECT_COUNT_MAX + 1 }),
        // Each policy is evaluated for each effect.
        policies: Type.Integer({ minimum: 1, maximum: 2_000 }),
      },
      { additionalProperties: false },
    ),
    articles: Type.Array(
      Type.Object(
        { number: Type.String({ pattern: '^[0-9]{1,3}$' }), title: Words, text: Words },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 200 },
    ),
  },
  { additionalProperties: false },
);

const documentReader = reader(Document);

export function parseDocument(text: string): Result<ConstitutionDocument, 'constitution-document'> {
  const read = documentReader(text);
  return read.ok ? read : refuse('constitution-document', read.refusal.message);
}

/** Reads YAML of one shape. Aliases are refused: nothing here needs them, and they can be made to grow without bound. */
export function reader<Shape extends TSchema>(shape: Shape): (text: string) => Result<Static<Shape>, 'yaml-invalid'> {
  const checked = Compile(shape);
  return (text) => {
    let value: unknown;
    try {
      value = parse(text, { maxAliasCount: 0, strict: true, uniqueKeys: true });
    } catch (error) {
      if (error instanceof YAMLParseError || error instanceof ReferenceError)
        return refuse('yaml-invalid', error.message);
      throw error;
    }
    if (checked.Check(value)) return ok(value);
    const [first] = checked.Errors(value).toReversed();
    return refuse(
      'yaml-invalid',
      `${first?.instancePath || 'the document'} ${first?.message ?? 'is not what is expected'}`,
    );
  };
}
