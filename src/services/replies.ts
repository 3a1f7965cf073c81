import Type, { type TSchema } from 'typebox';

/** What the answers of several services are made of. */

/** A readonly list: the domain's values are sent as they are. */
export function list<T extends TSchema>(item: T) {
  return Type.Immutable(Type.Array(item));
}

export const ConstitutionRefReply = Type.Object({
  lineage: Type.String(),
  number: Type.Integer(),
  digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});

/** RFC 9457. `code` is stable; `type` is `urn:acgs:problem:<code>`. */
export const ProblemReply = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.Optional(Type.String()),
  },
  { description: 'RFC 9457 problem details' },
);
