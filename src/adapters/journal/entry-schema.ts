import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { JournalEntry } from '#domain/journal/journal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { AmendmentEventSchema } from './amendment-schemas.ts';
import { IdentityEventSchema } from './identity-schemas.ts';
import {
  ApprovalSchema,
  ConstitutionRefSchema,
  DecisionSchema,
  DisclosedSchema,
  OutcomeSchema,
  ShreddingSchema,
} from './record-schemas.ts';
import { OrderSchema, RollOutEventSchema } from './roll-out-schemas.ts';
import { StandingGrantEventSchema } from './standing-grant-schemas.ts';

const EntrySchema = Type.Union([
  Type.Object({
    kind: Type.Literal('node-started'),
    timeMs: Type.Number(),
    version: Type.String(),
    constitution: ConstitutionRefSchema,
  }),
  Type.Object({ kind: Type.Literal('decision'), decision: DecisionSchema }),
  Type.Object({ kind: Type.Literal('outcome'), outcome: OutcomeSchema }),
  Type.Object({ kind: Type.Literal('approval'), approval: ApprovalSchema }),
  Type.Object({ kind: Type.Literal('standing-grant'), event: StandingGrantEventSchema }),
  Type.Object({ kind: Type.Literal('identity'), event: IdentityEventSchema }),
  Type.Object({ kind: Type.Literal('amendment'), event: AmendmentEventSchema }),
  Type.Object({ kind: Type.Literal('roll-out'), event: RollOutEventSchema }),
  Type.Object({ kind: Type.Literal('order-taken'), timeMs: Type.Number(), order: OrderSchema }),
  Type.Object({ kind: Type.Literal('detail-shredded'), timeMs: Type.Number(), shredding: ShreddingSchema }),
  Type.Object({ kind: Type.Literal('detail-disclosed'), timeMs: Type.Number(), disclosed: DisclosedSchema }),
]);

const entry = Compile(EntrySchema);

/** Parses a record's payload. A field that this version does not know is kept; one that it needs must be there and of its type. */
export function parseEntry(payload: Buffer): Result<JournalEntry, 'entry-malformed'> {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString('utf8'));
  } catch {
    return refuse('entry-malformed', 'the record is not JSON');
  }
  if (!entry.Check(value)) {
    const first = entry.Errors(value)[0];
    const where = first === undefined ? '' : `: ${first.instancePath || '/'} ${first.message}`;
    return refuse('entry-malformed', `the record is not an entry of the journal that this ACGS knows${where}`);
  }
  // The parse edge: the schema has just checked the shape, and brands exist at compile time only.
  return ok(value as unknown as JournalEntry);
}
