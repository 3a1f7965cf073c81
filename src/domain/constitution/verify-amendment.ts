import type { Bundle, ParseBundle } from '#domain/constitution/bundle.ts';
import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import type { KeptConstitution } from '#domain/constitution/registry.ts';
import type { SignerKey, Signers } from '#domain/constitution/sections.ts';
import { type SignedByRefusalCode, signedBy } from '#domain/constitution/signed-by.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { Envelope } from '#domain/signature/dsse.ts';

/** A constitution whose digest, place in the lineage and signatures were recomputed from the bytes. */
export interface VerifiedConstitution {
  readonly bytes: Uint8Array;
  readonly envelope: Envelope;
  readonly constitution: Constitution;
  readonly bundle: Bundle;
  /** Whose signatures it needed: those that its parent names. */
  readonly signers: Signers;
  /** Who of them signed it. */
  readonly signedBy: readonly SignerKey[];
  /** Who sign what comes next: those that it names, or the founders. */
  readonly nextSigners: Signers;
}

/** What the first constitution follows: the genesis, which names nobody, with the founders. */
export interface Genesis {
  readonly founders: Signers;
}

export type AmendmentRefusalCode =
  | SignedByRefusalCode
  | 'bundle-malformed'
  | 'lineage-parent'
  | 'lineage-number'
  | 'lineage-signers';

/**
 * Whether what was found is the lawful successor of a verified constitution: it names it as its parent, has the next number, and is
 * signed by those whom the parent names. From the bytes alone.
 */
export function verifyAmendment(
  found: KeptConstitution,
  parent: VerifiedConstitution | Genesis,
  parseBundle: ParseBundle,
): Result<VerifiedConstitution, AmendmentRefusalCode> {
  const parsed = parseBundle(found.bytes);
  if (!parsed.ok) return parsed;
  const { constitution } = parsed.value;
  const before = placeOf(parent);
  if (constitution.parent !== before.digest) {
    return refuse(
      'lineage-parent',
      `Number ${constitution.number} names ${constitution.parent.slice(0, 16)}… as its parent, and follows ${before.digest.slice(0, 16)}….`,
    );
  }
  if (constitution.number !== before.number + 1) {
    return refuse(
      'lineage-number',
      `After number ${before.number} comes ${before.number + 1}, not ${constitution.number}.`,
    );
  }
  const signed = signedBy(found.bytes, found.envelope, before.signers);
  if (!signed.ok) return signed;
  const { signers } = constitution;
  if (signers === 'founders' && !before.areFounders) {
    return refuse(
      'lineage-signers',
      'Its parent names signers of its own, so the founders cannot stand in for them any more.',
    );
  }
  return ok({
    bytes: found.bytes,
    envelope: signed.value.envelope,
    bundle: parsed.value,
    constitution,
    signers: before.signers,
    signedBy: signed.value.signers,
    nextSigners: signers === 'founders' ? before.signers : signers,
  });
}

interface Place {
  readonly number: number;
  readonly digest: ConstitutionDigest | typeof GENESIS_DIGEST;
  readonly signers: Signers;
  readonly areFounders: boolean;
}

function placeOf(parent: VerifiedConstitution | Genesis): Place {
  if ('founders' in parent) return { number: 0, digest: GENESIS_DIGEST, signers: parent.founders, areFounders: true };
  const { constitution, nextSigners } = parent;
  const { number, digest, signers } = constitution;
  return { number, digest, signers: nextSigners, areFounders: signers === 'founders' };
}
