import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import type { ConstitutionRegistry } from '#domain/constitution/registry.ts';
import type { SignerKey, Signers } from '#domain/constitution/sections.ts';
import { keysOf } from '#domain/constitution/signed-by.ts';
import type { LineageCheck } from '#services/constitution/lineage-check.ts';
import { BundleReply, DigestParameters, InForceReply, LineageReply } from '#services/constitution/schemas.ts';
import type { EdgeServer } from '#services/edge.ts';
import { sendProblem } from '#services/problem.ts';

export interface RegistryRouteDeps {
  readonly governance: Governance;
  readonly registry: ConstitutionRegistry;
  readonly check: LineageCheck;
  readonly nowMs: () => number;
}

/** What is in force, what it comes from, and the bytes with which anyone can check both. */
export function registerRegistryRoutes(app: EdgeServer, deps: RegistryRouteDeps): void {
  const { governance, registry, check } = deps;

  app.get(
    '/v1/constitution',
    {
      config: { permission: 'constitution.read' },
      schema: {
        summary: 'The constitution in force, and when this node last verified it',
        response: { 200: InForceReply },
      },
    },
    async () => {
      const { lineage, atMs } = check.last();
      const { constitution, signedBy, nextSigners } = lineage.inForce;
      const refusal = check.refusal();
      return {
        ref: governance.active().ref,
        title: constitution.title,
        parent: constitution.parent,
        verifiedAt: new Date(atMs).toISOString(),
        ageSeconds: (deps.nowMs() - atMs) / 1000,
        ageHoursMax: constitution.bundle.ageHoursMax,
        ...(refusal === undefined ? {} : { refusal: { code: refusal.code, message: refusal.message } }),
        signedBy: signerReplies(signedBy),
        nextSigners: signersReply(nextSigners),
      };
    },
  );

  app.get(
    '/v1/constitutions/:digest',
    {
      config: { permission: 'constitution.read' },
      schema: {
        summary: 'The bundle of a constitution with its signatures, as it is kept',
        params: DigestParameters,
        response: { 200: BundleReply },
      },
    },
    async (request, reply) => {
      const { digest } = request.params;
      const kept = await registry.read(digest as ConstitutionDigest); // of what is not kept nothing is found
      if (kept === undefined) {
        return sendProblem(reply, {
          code: 'constitution-unknown',
          message: 'No constitution of this digest is kept here.',
        });
      }
      return { digest, bundle: Buffer.from(kept.bytes).toString('base64'), envelope: kept.envelope };
    },
  );

  app.get(
    '/v1/lineage',
    {
      config: { permission: 'constitution.read' },
      schema: { summary: 'The chain from the genesis to what is in force', response: { 200: LineageReply } },
    },
    async () => {
      const { lineage, atMs } = check.last();
      return {
        genesis: GENESIS_DIGEST,
        founders: signersReply(lineage.founders),
        verifiedAt: new Date(atMs).toISOString(),
        constitutions: lineage.chain.map(({ constitution, signedBy }) => ({
          number: constitution.number,
          digest: constitution.digest,
          parent: constitution.parent,
          title: constitution.title,
          signedBy: signerReplies(signedBy),
          inForce: constitution.digest === lineage.inForce.constitution.digest,
        })),
      };
    },
  );
}

function signersReply({ threshold, keys }: Signers) {
  return { threshold, keys: signerReplies(keys) };
}

function signerReplies(keys: readonly SignerKey[]) {
  const ids = keysOf({ threshold: 1, keys });
  return keys.map(({ name, publicKey }, at) => ({ name, publicKey, keyId: ids[at]?.id ?? '' }));
}
