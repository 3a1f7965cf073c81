import Type from 'typebox';
import type { Signer } from '#domain/signature/ed25519.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import type { IssueReceipt } from '#services/integrity/issue-receipt.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

const ReceiptParams = Type.Object({ id: Type.String({ format: 'uuid' }) }, { additionalProperties: false });

export const ReceiptReply = Type.Object({
  format: Type.Literal('acgs-receipt-v1'),
  envelope: Type.Object(
    {
      payloadType: Type.String(),
      payload: Type.String(),
      signatures: list(Type.Object({ keyid: Type.String(), sig: Type.String() })),
    },
    { description: 'DSSE' },
  ),
  proof: Type.Optional(
    Type.String({ description: 'C2SP tlog-proof; absent until a checkpoint of the ledger covers the record' }),
  ),
});

/** Receipts of decisions, and the key that they are checked with. */
export function registerReceiptRoutes(
  app: EdgeServer,
  deps: { readonly issueReceipt: IssueReceipt; readonly signer: Signer },
): void {
  app.get(
    '/v1/receipts/:id',
    {
      config: { permission: 'receipts.read' },
      schema: {
        summary: 'The signed receipt of a decision, by the id of the decision',
        params: ReceiptParams,
        response: { 200: ReceiptReply },
      },
    },
    async (request, reply) => {
      const issued = await deps.issueReceipt(request.params.id, callerOf(request));
      return issued.ok ? issued.value.receipt : sendProblem(reply, issued.refusal);
    },
  );

  app.get(
    '/v1/receipts/:id/record',
    {
      config: { permission: 'receipts.read' },
      schema: {
        summary: 'The record that a receipt is about, byte for byte as it is in the journal',
        params: ReceiptParams,
        response: { 200: Type.String() },
      },
      // Bytes that a hash is taken over must not be written anew.
      serializerCompiler: ({ httpStatus }) => (httpStatus === '200' ? asItIs : JSON.stringify),
    },
    async (request, reply) => {
      const issued = await deps.issueReceipt(request.params.id, callerOf(request));
      if (!issued.ok) return sendProblem(reply, issued.refusal);
      reply.type('text/plain; charset=utf-8');
      return issued.value.record;
    },
  );

  app.get(
    '/v1/receipt-keys',
    {
      // A public key is for everybody; whoever believes it has to have it from elsewhere.
      config: { access: 'open' },
      schema: {
        summary: 'The public key that signs receipts',
        response: {
          200: Type.Object({ keys: Type.Array(Type.Object({ id: Type.String(), publicKey: Type.String() })) }),
        },
      },
    },
    async () => ({ keys: [{ id: deps.signer.publicKey.id, publicKey: deps.signer.publicKey.text }] }),
  );
}

function asItIs(record: string): string {
  return record;
}
