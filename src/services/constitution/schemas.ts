import Type from 'typebox';
import { ConstitutionRefReply, list } from '#services/replies.ts';

export const DigestParameters = Type.Object({ digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) });

const SignerReply = Type.Object({
  name: Type.String(),
  keyId: Type.String({ description: 'SHA-256 of the public key, hex' }),
  publicKey: Type.String({ description: 'Ed25519, base64' }),
});

const SignersReply = Type.Object({ threshold: Type.Integer(), keys: list(SignerReply) });

export const InForceReply = Type.Object({
  ref: ConstitutionRefReply,
  title: Type.String(),
  parent: Type.String(),
  verifiedAt: Type.String({ description: 'ISO 8601: when digest, signatures and lineage were last recomputed' }),
  ageSeconds: Type.Number({ description: 'since then' }),
  ageHoursMax: Type.Integer({ description: 'how long a node goes on by what it could not verify again' }),
  refusal: Type.Optional(
    Type.Object(
      { code: Type.String(), message: Type.String() },
      { description: 'of the latest try, when it was refused' },
    ),
  ),
  signedBy: list(SignerReply),
  nextSigners: SignersReply,
});

/** As it is kept: whoever gets it verifies it. */
export const BundleReply = Type.Object({
  digest: Type.String(),
  bundle: Type.String({ description: 'the canonical bytes, base64' }),
  envelope: Type.Unknown({ description: 'DSSE over them' }),
});

export const LineageReply = Type.Object({
  genesis: Type.String({ description: 'SHA-256 of the genesis text' }),
  founders: SignersReply,
  verifiedAt: Type.String(),
  constitutions: list(
    Type.Object({
      number: Type.Integer(),
      digest: Type.String(),
      parent: Type.String(),
      title: Type.String(),
      signedBy: list(SignerReply),
      inForce: Type.Boolean(),
    }),
  ),
});
