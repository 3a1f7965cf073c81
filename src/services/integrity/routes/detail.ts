import Type from 'typebox';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import type { DiscloseDetail } from '#services/integrity/disclose-detail.ts';
import type { IssueReceipt } from '#services/integrity/issue-receipt.ts';
import { ReceiptReply } from '#services/integrity/routes/receipts.ts';
import type { ShredDetail } from '#services/integrity/shred-detail.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

const closed = { additionalProperties: false } as const;
const Name = Type.String({ minLength: 1, maxLength: 512 });
const DecisionParams = Type.Object({ id: Type.String({ format: 'uuid' }) }, closed);

export const DisclosureReply = Type.Object({
  format: Type.Literal('acgs-disclosure-v1'),
  decisionId: Type.String(),
  details: list(
    Type.Object({ number: Type.Integer(), kind: Type.String(), salt: Type.String(), value: Type.String() }),
  ),
  record: Type.String({ description: 'The record as it is in the journal, markers and commitments included' }),
  receipt: ReceiptReply,
});

const ShredBody = Type.Union([
  Type.Object({ beforeMs: Type.Integer({ minimum: 0, description: 'Unix milliseconds' }) }, closed),
  Type.Object({ sessionId: Name, principalId: Type.Optional(Name) }, closed),
]);

/** What was redacted: disclosing it, and destroying it. */
export function registerDetailRoutes(
  app: EdgeServer,
  deps: {
    readonly issueReceipt: IssueReceipt;
    readonly discloseDetail: DiscloseDetail;
    readonly shredDetail: ShredDetail;
  },
): void {
  app.get(
    '/v1/decisions/:id/disclosure',
    {
      config: { permission: 'detail.disclose' },
      schema: {
        summary:
          'What was kept out of the record of a decision, with what it takes to check it; that it was shown is recorded',
        params: DecisionParams,
        response: { 200: DisclosureReply },
      },
    },
    async (request, reply) => {
      const issued = await deps.issueReceipt(request.params.id, callerOf(request));
      if (!issued.ok) return sendProblem(reply, issued.refusal);
      const { decision, receipt, record } = issued.value;
      const details = await deps.discloseDetail(decision, callerOf(request).id);
      if (!details.ok) return sendProblem(reply, details.refusal);
      return {
        format: 'acgs-disclosure-v1' as const,
        decisionId: decision.id,
        details: details.value,
        record,
        receipt,
      };
    },
  );

  app.post(
    '/v1/detail/shred',
    {
      config: { permission: 'detail.shred' },
      schema: {
        summary: 'Destroy the data keys of what was redacted: by day, or of a session. There is no way back',
        body: ShredBody,
        response: { 200: Type.Object({ keys: list(Type.String()) }) },
      },
    },
    async (request) => {
      const { body } = request;
      const { keys } = await deps.shredDetail(
        'beforeMs' in body ? { kind: 'before', ...body } : { kind: 'session', ...body },
        callerOf(request).id,
      );
      return { keys };
    },
  );
}
