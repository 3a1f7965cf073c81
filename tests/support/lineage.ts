import { BUNDLE_PAYLOAD_TYPE } from '#domain/constitution/bundle.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { constitutionDigest } from '#domain/constitution/digest.ts';
import { bundleBytes } from '#domain/constitution/founding.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import type { KeptConstitution, Mark } from '#domain/constitution/registry.ts';
import { DEFAULT_SECTIONS, type Signers } from '#domain/constitution/sections.ts';
import { type Envelope, signEnvelope } from '#domain/signature/dsse.ts';
import { parseSigner, type Signer } from '#domain/signature/ed25519.ts';

/** A key with a known seed, the same in every run: PKCS #8 is this prefix and the seed (RFC 8410, section 7). */
export function signerOf(seed: number): Signer {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  const signer = parseSigner(`-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`);
  if (!signer.ok) throw new Error(signer.refusal.message);
  return signer.value;
}

export const [ada, ben, cem, eve] = [signerOf(1), signerOf(2), signerOf(3), signerOf(4)];

export function signersOf(threshold: number, ...signers: readonly Signer[]): Signers {
  const names = new Map([ada, ben, cem, eve].map((signer, at) => [signer, ['ada', 'ben', 'cem', 'eve'][at] ?? '']));
  return {
    threshold,
    keys: signers.map((signer, at) => ({
      name: names.get(signer) ?? `signer ${at + 1}`,
      publicKey: signer.publicKey.text,
    })),
  };
}

/** A constitution that allows everything to everyone, made as if it had been loaded from a folder. */
export function sampleConstitution(given: Partial<Omit<Constitution, 'digest'>> = {}): Constitution {
  const annotations = { id: 'everything', article: '1', reason: 'Nothing is at stake here.' };
  const { id: _, ...shown } = annotations;
  const content: Omit<Constitution, 'digest'> = {
    ...DEFAULT_SECTIONS,
    number: 1,
    title: 'A sample',
    parent: GENESIS_DIGEST,
    articles: [{ number: '1', title: 'Samples', text: 'Whatever is done is done in a test.' }],
    approverRoles: ['developer'],
    limits: { effectsPerAction: 100, policies: 10, approvalMinutes: 60 },
    policies: {
      everything: {
        effect: 'permit',
        principal: { op: 'All' },
        action: { op: 'All' },
        resource: { op: 'All' },
        conditions: [],
        annotations,
      },
    },
    annotations: new Map([['everything' as never, shown]]),
    schema: {},
    ...given,
  };
  return { ...content, digest: constitutionDigest(content) };
}

/** What comes next: it names `parent` and has the next number. */
export function amend(parent: Constitution, given: Partial<Omit<Constitution, 'digest'>> = {}): Constitution {
  const { digest, ...content } = parent;
  return sampleConstitution({ ...content, number: parent.number + 1, parent: digest, ...given });
}

export function signed(
  constitution: Constitution,
  ...signers: readonly Signer[]
): Mark & KeptConstitution & { readonly envelope: Envelope } {
  const bytes = bundleBytes(constitution);
  const { number, digest } = constitution;
  return { number, digest, bytes, envelope: signEnvelope(BUNDLE_PAYLOAD_TYPE, bytes, signers) };
}
