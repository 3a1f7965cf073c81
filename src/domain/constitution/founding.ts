import { BUNDLE_PAYLOAD_TYPE, type ParseBundle } from '#domain/constitution/bundle.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { canonicalConstitution } from '#domain/constitution/digest.ts';
import type { ConstitutionRegistry, KeptConstitution, Mark } from '#domain/constitution/registry.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import {
  type AmendmentRefusalCode,
  type VerifiedConstitution,
  verifyAmendment,
} from '#domain/constitution/verify-amendment.ts';
import { canonicalJson } from '#domain/json.ts';
import { type Result, refuse } from '#domain/result.ts';
import { signEnvelope } from '#domain/signature/dsse.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

/** What a founder's key is called that ACGS made for the installation. */
const INSTALLATION = 'installation';

/** The bundle's bytes: see `Bundle`. */
export function bundleBytes(constitution: Constitution): Uint8Array {
  return Buffer.from(canonicalJson(canonicalConstitution(constitution)));
}

/** Founders of an installation that was given none: its own key. */
export function ownFounders(signer: Signer): Signers {
  return { threshold: 1, keys: [{ name: INSTALLATION, publicKey: signer.publicKey.text }] };
}

/** Number 1, signed with one founder's key: what a first start does with the folder that it was given. */
export function signFirst(constitution: Constitution, signer: Signer): KeptConstitution {
  const bytes = bundleBytes(constitution);
  return { bytes, envelope: signEnvelope(BUNDLE_PAYLOAD_TYPE, bytes, [signer]) };
}

/**
 * What a registry needs before it can be verified. `unfinished`: a first start died between the mark and the pointer, and the
 * pointer is all that is missing. Anything else that is there without a pointer is not taken for a first start, which would go back
 * to number 1.
 *
 * @throws {RegistryUnavailable}
 */
export async function foundingState(
  registry: ConstitutionRegistry,
): Promise<
  { readonly kind: 'founded' } | { readonly kind: 'empty' } | { readonly kind: 'unfinished'; readonly mark: Mark }
> {
  if ((await registry.inForce()) !== undefined) return { kind: 'founded' };
  const mark = await registry.highWater();
  if (mark !== undefined) return mark.number === 1 ? { kind: 'unfinished', mark } : { kind: 'founded' };
  const kept = await registry.list();
  return { kind: kept.some(({ number }) => number > 1) ? 'founded' : 'empty' };
}

/**
 * Puts number 1 in force in an empty registry, once it is verified like every other. A crash on the way is made good by the next
 * start: founders stay pinned, and what was added is added once.
 *
 * @throws {RegistryUnavailable}
 */
export async function found(
  kept: KeptConstitution,
  founders: Signers,
  deps: { readonly registry: ConstitutionRegistry; readonly parseBundle: ParseBundle },
): Promise<Result<VerifiedConstitution, AmendmentRefusalCode | 'registry-founded' | 'founders-pinned'>> {
  const { registry } = deps;
  if ((await foundingState(registry)).kind !== 'empty') {
    return refuse('registry-founded', 'A constitution was in force here already: it is changed by amendments.');
  }
  const first = verifyAmendment(kept, { founders }, deps.parseBundle);
  if (!first.ok) return first;
  const pinned = await registry.found(founders);
  if (canonicalJson(signersJson(pinned)) !== canonicalJson(signersJson(founders))) {
    return refuse('founders-pinned', 'Other founders are pinned here already (founders.json in the state folder).');
  }
  const { constitution, bytes, envelope } = first.value;
  const { number, digest } = constitution;
  await registry.add({ number, digest, bytes, envelope });
  // In this order: whatever is in force has a mark beside it, so that a missing mark is never taken for a first start.
  await registry.raiseHighWater({ number, digest });
  await registry.putInForce({ number, digest });
  return first;
}

function signersJson({ threshold, keys }: Signers) {
  return { threshold, keys: keys.map(({ name, publicKey }) => ({ name, publicKey })) };
}
