import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse, YAMLParseError } from 'yaml';
import { RoleNames, sections } from '#adapters/constitution-files/sections.ts';
import { EFFECT_COUNT_MAX } from '#domain/action/effect.ts';
import type { ConstitutionDocument } from '#domain/constitution/constitution.ts';
import { DEFAULT_SECTIONS } from '#domain/constitution/sections.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Words that people read: not empty. */
const Words = Type.String({ minLength: 1, maxLength: 4_000 });
const closed = { additionalProperties: false } as const;

const document = {
  number: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  title: Words,
  parent: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  approverRoles: RoleNames,
  limits: Type.Object(
    {
      effectsPerAction: Type.Integer({ minimum: 1, maximum: EFFECT_COUNT_MAX + 1 }),
      // Each policy is evaluated for each effect.
      policies: Type.Integer({ minimum: 1, maximum: 2_000 }),
      // At most a day: who approved it has forgotten by then what for.
      approvalMinutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
      // At most a month: what is done for longer belongs into a policy.
      standingGrantHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 744 })),
    },
    closed,
  ),
  articles: Type.Array(
    Type.Object({ number: Type.String({ pattern: '^[0-9]{1,3}$' }), title: Words, text: Words }, closed),
    { minItems: 1, maxItems: 200 },
  ),
};

/** All of a document, as it stands in a bundle. */
export const CompleteDocument = Type.Object({ ...document, ...sections }, closed);

const documentReader = reader(Type.Object({ ...document, ...Type.Partial(Type.Object(sections)).properties }, closed));

/** Sections that are left out have the values of `DEFAULT_SECTIONS`; one that is given is given whole. */
export function parseDocument(text: string): Result<ConstitutionDocument, 'constitution-document'> {
  const read = documentReader(text);
  if (!read.ok) return refuse('constitution-document', read.refusal.message);
  // The public keys are texts until `checkDocument` has parsed them, which nothing gets past.
  return ok({ ...DEFAULT_SECTIONS, ...read.value } as ConstitutionDocument);
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
