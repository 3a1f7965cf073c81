import fc from 'fast-check';
import Type from 'typebox';
import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { SAMPLE_ENTRIES } from '#adapters/journal/sample-entries.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import { cloudEvent } from './cloud-event.ts';
import { exportLine } from './export-format.ts';
import { ocsfEvent } from './ocsf-event.ts';
import { parsePosition, positionText } from './position.ts';

const RECORDS: readonly JournalRecord[] = SAMPLE_ENTRIES.map((entry, at) => ({
  node: 'node-1',
  sequence: at + 1,
  hash: 'ab'.repeat(32),
  entry,
}));

/** CloudEvents 1.0.2, "Required Attributes", "Optional Attributes", and the naming of extensions: lower-case letters and digits. */
const CloudEventForm = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id: Type.String({ minLength: 1 }),
    source: Type.String({ pattern: '^urn:[a-z0-9][a-z0-9-]{0,31}:\\S+$' }),
    type: Type.String({ minLength: 1 }),
    time: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$' }),
    subject: Type.Optional(Type.String({ minLength: 1 })),
    datacontenttype: Type.Literal('application/json'),
    sequence: Type.String({ minLength: 1 }),
    recordhash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    data: Type.Object({}, { additionalProperties: true }),
  },
  { additionalProperties: false },
);

const Named = Type.Object(
  { name: Type.Optional(Type.String()), uid: Type.Optional(Type.String()), desc: Type.Optional(Type.String()) },
  { additionalProperties: false, minProperties: 1 },
);
/**
 * OCSF: the attributes of class 6003 (API Activity), base_event and the profile security_control that are used here, with their
 * types, enumerations and what is required, as the schema has them. Nothing else may be in an event, `unmapped` apart.
 */
const OcsfForm = Type.Object(
  {
    class_uid: Type.Literal(6003),
    class_name: Type.Literal('API Activity'),
    category_uid: Type.Literal(6),
    category_name: Type.Literal('Application Activity'),
    activity_id: Type.Enum([0, 1, 2, 3, 4, 99]),
    activity_name: Type.String({ minLength: 1 }),
    type_uid: Type.Integer(),
    time: Type.Integer({ minimum: 0 }),
    severity_id: Type.Enum([0, 1, 2, 3, 4, 5, 6, 99]),
    status_id: Type.Enum([0, 1, 2, 99]),
    message: Type.String(),
    duration: Type.Optional(Type.Integer()),
    metadata: Type.Object(
      {
        version: Type.String({ pattern: '^\\d+\\.\\d+\\.\\d+$' }),
        uid: Type.String(),
        sequence: Type.Integer(),
        log_name: Type.String(),
        product: Type.Object({ name: Type.String(), vendor_name: Type.String() }, { additionalProperties: false }),
        profiles: Type.Array(Type.String()),
      },
      { additionalProperties: false },
    ),
    actor: Type.Object(
      {
        user: Type.Optional(
          Type.Object({ uid: Type.String(), type_id: Type.Enum([0, 1, 2, 3, 4, 99]) }, { additionalProperties: false }),
        ),
        app_name: Type.Optional(Type.String()),
        session: Type.Optional(Type.Object({ uid: Type.String() }, { additionalProperties: false })),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
    api: Type.Object(
      {
        operation: Type.String({ minLength: 1 }),
        service: Type.Optional(Named),
        request: Type.Optional(
          Type.Object({ uid: Type.String(), data: Type.Optional(Type.Unknown()) }, { additionalProperties: false }),
        ),
        response: Type.Optional(Type.Object({ message: Type.String() }, { additionalProperties: false })),
      },
      { additionalProperties: false },
    ),
    src_endpoint: Type.Object({ uid: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
    action_id: Type.Optional(Type.Enum([0, 1, 2])),
    disposition_id: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 27 }), Type.Literal(99)])),
    is_alert: Type.Optional(Type.Boolean()),
    policy: Type.Optional(Named),
    unmapped: Type.Object({}, { additionalProperties: true }),
  },
  { additionalProperties: false },
);

describe('an event', () => {
  it.each(RECORDS.map((record) => [`${record.sequence} ${record.entry.kind}`, record] as const))(
    'of record %s has the form of its specification',
    (_name, record) => {
      // As a consumer gets it.
      expect([...Value.Errors(CloudEventForm, JSON.parse(exportLine(record, 'cloudevents')))]).toEqual([]);
      const ocsf: unknown = JSON.parse(exportLine(record, 'ocsf'));
      expect([...Value.Errors(OcsfForm, ocsf)]).toEqual([]);
      expect(ocsf).toMatchObject({ type_uid: 600_399, activity_id: 99 });
    },
  );

  it('is told apart from every other, and is the same when it comes again', () => {
    const ids = new Set(RECORDS.map((record) => `${cloudEvent(record).source} ${cloudEvent(record).id}`));
    expect(ids.size).toBe(RECORDS.length);
    const [first, ...rest] = RECORDS;
    if (first === undefined) throw new Error('there are records');
    expect(ocsfEvent(first)).toEqual(ocsfEvent(structuredClone(first)));
    expect(rest.map((record) => exportLine(record, 'ocsf'))).not.toContain(exportLine(first, 'ocsf'));
  });

  it('says what was decided in the words of OCSF', () => {
    const decisions = RECORDS.filter(({ entry }) => entry.kind === 'decision').map(({ entry }) => entry);
    const [decided] = decisions;
    if (decided?.kind !== 'decision') throw new Error('there are decisions');
    const as = (verdict: typeof decided.decision.verdict) => {
      const entry = { ...decided, decision: { ...decided.decision, verdict } };
      const { action_id, disposition_id, severity_id } = ocsfEvent({ node: 'n', sequence: 1, hash: '', entry });
      return [action_id, disposition_id, severity_id];
    };
    expect(as({ kind: 'allow' })).toEqual([1, 1, 1]);
    expect(as({ kind: 'deny' })).toEqual([2, 2, 3]);
    expect(as({ kind: 'ask', role: 'maintainer' })).toEqual([0, 14, 2]);
  });
});

describe('a position', () => {
  it.each([
    '',
    '5',
    ':5',
    'node',
    'node:',
    'node:-1',
    'node:1.5',
    'node:99999999999999999',
    'no de:1',
    `${'n'.repeat(99)}:1`,
  ])('is not %j', (text) => {
    expect(parsePosition(text)).toMatchObject({ ok: false, refusal: { code: 'position-malformed' } });
  });

  it('comes back as it was, also of a node with colons', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,20}$/), fc.nat(), (node, sequence) => {
        expect(parsePosition(positionText({ node, sequence }))).toEqual({ ok: true, value: { node, sequence } });
      }),
    );
  });
});
