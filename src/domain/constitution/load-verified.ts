import { isForThisRelease, type ParseBundle } from '#domain/constitution/bundle.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import type { ConstitutionRegistry, KeptConstitution, Mark } from '#domain/constitution/registry.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import {
  type AmendmentRefusalCode,
  type VerifiedConstitution,
  verifyAmendment,
} from '#domain/constitution/verify-amendment.ts';
import { sha256Hex } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** The chain from number 1 on, each verified from its bytes; the last is in force. Never empty. */
export interface VerifiedLineage {
  readonly founders: Signers;
  readonly chain: readonly [VerifiedConstitution, ...VerifiedConstitution[]];
  readonly inForce: VerifiedConstitution;
}

export type LineageRefusalCode =
  | AmendmentRefusalCode
  | 'registry-empty'
  | 'lineage-missing'
  | 'lineage-digest'
  | 'lineage-length'
  | 'high-water-missing'
  | 'high-water-below'
  | 'high-water-fork'
  | 'bundle-version';

/** Constitutions of one lineage: a new one every working day for 40 years. */
const LINEAGE_LENGTH_MAX = 10_000;

/**
 * What a node decides by, and nothing else: recomputes from the bytes the digest, the signatures and the lineage of everything from
 * the pinned genesis digest up to the constitution in force, and holds that against the high-water mark. Writes nothing.
 *
 * @throws {RegistryUnavailable}
 */
export async function loadVerified(deps: {
  readonly registry: ConstitutionRegistry;
  readonly parseBundle: ParseBundle;
}): Promise<Result<VerifiedLineage, LineageRefusalCode>> {
  const founders = await deps.registry.founders();
  const inForce = await deps.registry.inForce();
  if (founders === undefined || inForce === undefined) {
    return refuse('registry-empty', 'No constitution was ever put in force here.');
  }
  const verified = await verifyLineage(inForce.digest, founders, deps);
  if (!verified.ok) return verified;
  const lineage = verified.value;
  const release = isForThisRelease(lineage.inForce.bundle);
  if (!release.ok) return release;
  const above = isAboveHighWater(lineage, await deps.registry.highWater());
  return above.ok ? ok(lineage) : above;
}

/** The lineage that ends in this constitution, whether it is in force or waits to be. */
export async function verifyLineage(
  digest: ConstitutionDigest,
  founders: Signers,
  deps: { readonly registry: Pick<ConstitutionRegistry, 'read'>; readonly parseBundle: ParseBundle },
): Promise<Result<VerifiedLineage, LineageRefusalCode>> {
  const found = await ancestry(digest, deps);
  if (!found.ok) return found;
  const [first, ...rest] = found.value;
  const number1 = verifyAmendment(first, { founders }, deps.parseBundle);
  if (!number1.ok) return number1;
  const chain: [VerifiedConstitution, ...VerifiedConstitution[]] = [number1.value];
  let inForce = number1.value;
  for (const kept of rest) {
    const next = verifyAmendment(kept, inForce, deps.parseBundle);
    if (!next.ok) return next;
    inForce = next.value;
    chain.push(inForce);
  }
  return ok({ founders, chain, inForce });
}

/** Follows the parents down to the genesis, by digests that are recomputed; oldest first. */
async function ancestry(
  digest: ConstitutionDigest,
  {
    registry,
    parseBundle,
  }: { readonly registry: Pick<ConstitutionRegistry, 'read'>; readonly parseBundle: ParseBundle },
): Promise<Result<readonly [KeptConstitution, ...KeptConstitution[]], LineageRefusalCode>> {
  let chain: [KeptConstitution, ...KeptConstitution[]] | undefined;
  let next: string = digest;
  for (let length = 0; length < LINEAGE_LENGTH_MAX; length += 1) {
    const kept = await registry.read(next as ConstitutionDigest); // of what is not kept nothing is found
    if (kept === undefined) return refuse('lineage-missing', `The bundle of ${next.slice(0, 16)}… is missing.`);
    const found = sha256Hex(kept.bytes);
    if (found !== next) {
      return refuse(
        'lineage-digest',
        `The bundle kept as ${next.slice(0, 16)}… has the digest ${found.slice(0, 16)}….`,
      );
    }
    const parsed = parseBundle(kept.bytes);
    if (!parsed.ok) return parsed;
    chain = chain === undefined ? [kept] : [kept, ...chain];
    next = parsed.value.constitution.parent;
    if (next === GENESIS_DIGEST) return ok(chain);
  }
  return refuse('lineage-length', `The lineage has more than ${LINEAGE_LENGTH_MAX} constitutions.`);
}

/** Never older than what was in force before, and a descendant of it. A rollback is an amendment with a higher number. */
function isAboveHighWater(
  { chain, inForce }: VerifiedLineage,
  mark: Mark | undefined,
): Result<undefined, 'high-water-missing' | 'high-water-below' | 'high-water-fork'> {
  if (mark === undefined) {
    return refuse(
      'high-water-missing',
      'The high-water mark is missing: it was made before anything was put in force here.',
    );
  }
  const { number } = inForce.constitution;
  if (number < mark.number) {
    return refuse(
      'high-water-below',
      `Number ${number} was put in force where number ${mark.number} has been: an old copy of the registry, or a rollback without an amendment.`,
    );
  }
  if (chain[mark.number - 1]?.constitution.digest === mark.digest) return ok(undefined);
  return refuse(
    'high-water-fork',
    `Number ${mark.number} was ${mark.digest.slice(0, 16)}… here, and is another one in this lineage.`,
  );
}
