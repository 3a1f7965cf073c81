import Type from 'typebox';
import type { LedgerPolicy, Quorum } from '#domain/ledger/policy.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { TROUBLES } from '#domain/ledger/watch.ts';
import { never } from '#domain/result.ts';
import type { EdgeServer } from '#services/edge.ts';
import { list } from '#services/replies.ts';
import type { LedgerWatch } from '../watch.ts';

const UnixMs = Type.Number({ description: 'Unix milliseconds' });

const WitnessesReply = Type.Object({
  quorum: Type.String({ description: 'who must have cosigned, in words' }),
  witnesses: list(
    Type.Object({
      name: Type.String({ description: 'in the ledger policy' }),
      verifierKey: Type.String({ description: 'C2SP signed-note: what to verify its cosignatures with' }),
      isAsked: Type.Boolean({ description: 'by this ledger; one without an address is asked by others' }),
      trouble: Type.Optional(
        Type.Object(
          {
            kind: Type.Enum(['contradicts', 'refused', 'unavailable']),
            atMs: UnixMs,
            size: Type.Integer(),
            what: Type.String(),
          },
          { description: 'its last answer that was no cosignature, since this process began' },
        ),
      ),
    }),
  ),
});

const TroublesReply = Type.Object({
  troubles: list(
    Type.Object({
      kind: Type.Enum([...TROUBLES]),
      atMs: UnixMs,
      sinceMs: UnixMs,
      count: Type.Integer(),
      about: Type.Optional(Type.String({ description: 'the node or the witness' })),
      sequence: Type.Optional(Type.Integer({ description: 'of a journal: the first record concerned' })),
      what: Type.String(),
    }),
  ),
});

/** Who cosigns, and what went wrong lately. */
export function registerWatchRoutes(
  app: EdgeServer,
  deps: { readonly watch: LedgerWatch; readonly policy: Pick<LedgerPolicy, 'witnesses' | 'quorum'> },
): void {
  const { watch, policy } = deps;
  const config = { permission: 'ledger.read' } as const;

  app.get(
    '/v1/ledger/witnesses',
    {
      config,
      schema: { summary: 'The witnesses of the ledger policy, and its quorum', response: { 200: WitnessesReply } },
    },
    async () => ({
      quorum: quorumText(policy.quorum),
      witnesses: policy.witnesses.map(({ name, key, url }) => {
        const trouble = watch.witness(key.name);
        return {
          name,
          verifierKey: verifierKeyText(key),
          isAsked: url !== undefined,
          ...(trouble === undefined ? {} : { trouble }),
        };
      }),
    }),
  );

  app.get(
    '/v1/ledger/troubles',
    {
      config,
      schema: {
        summary: 'Gaps, contradictions and outages of the ledger since this process began; the newest first',
        response: { 200: TroublesReply },
      },
    },
    async () => ({ troubles: [...watch.troubles()].reverse() }),
  );
}

/** Nested as the policy's groups are. */
function quorumText(quorum: Quorum): string {
  switch (quorum.kind) {
    case 'none':
      return 'nobody';
    case 'witness':
      return quorum.name;
    case 'group':
      return `${quorum.threshold} of ${quorum.name} (${quorum.members.map(quorumText).join(', ')})`;
    default:
      return never(quorum);
  }
}
