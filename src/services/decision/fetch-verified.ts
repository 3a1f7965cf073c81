import { isForThisRelease, type ParseBundle } from '#domain/constitution/bundle.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import {
  type LineageRefusalCode,
  loadVerified,
  type VerifiedLineage,
  verifyLineage,
} from '#domain/constitution/load-verified.ts';
import type { ConstitutionRegistry, Mark } from '#domain/constitution/registry.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { ConstitutionLink } from '#domain/rollout/link.ts';
import { type Envelope, parseEnvelope } from '#domain/signature/dsse.ts';

/** Bundles that one order may make a node fetch: as long as a lineage may be. */
const FETCH_MAX = 10_000;

export type FetchRefusalCode = LineageRefusalCode | 'envelope-malformed';

export interface FetchDeps {
  readonly link: Pick<ConstitutionLink, 'read' | 'founders'>;
  /** The node's own. */
  readonly registry: ConstitutionRegistry;
  readonly parseBundle: ParseBundle;
}

/**
 * Brings a constitution and what it descends from into the node's own registry, and verifies all of it there as if it were in force:
 * digests, signatures, lineage, high-water mark, release. Puts nothing in force.
 *
 * @throws {LinkUnavailable} {RegistryUnavailable}
 */
export async function fetchVerified(mark: Mark, deps: FetchDeps): Promise<Result<VerifiedLineage, FetchRefusalCode>> {
  const fetched = await fetchLineage(mark, deps);
  if (!fetched.ok) return fetched;
  const { registry, parseBundle } = deps;
  if ((await registry.highWater()) !== undefined) {
    return loadVerified({ registry: { ...registry, inForce: async () => mark }, parseBundle });
  }
  // A node's first constitution: there is no mark yet that it could be held against.
  const founders = (await registry.founders()) ?? (await registry.found(await deps.link.founders()));
  const verified = await verifyLineage(mark.digest, founders, deps);
  if (!verified.ok) return verified;
  const release = isForThisRelease(verified.value.inForce.bundle);
  return release.ok ? verified : release;
}

async function fetchLineage(mark: Mark, deps: FetchDeps): Promise<Result<undefined, FetchRefusalCode>> {
  const { registry, link, parseBundle } = deps;
  const fetched: (Mark & { readonly bytes: Uint8Array; readonly envelope: Envelope })[] = [];
  let digest: string = mark.digest;
  while (digest !== GENESIS_DIGEST && fetched.length < FETCH_MAX) {
    const own = digest as ConstitutionDigest; // of what is not kept nothing is found
    if ((await registry.read(own)) !== undefined) break;
    const kept = await link.read(own);
    if (kept === undefined) return refuse('lineage-missing', `The service has no bundle of ${digest.slice(0, 16)}….`);
    const parsed = parseBundle(kept.bytes);
    if (!parsed.ok) return parsed;
    if (parsed.value.constitution.digest !== digest) {
      return refuse('lineage-digest', `What the service gives as ${digest.slice(0, 16)}… has another digest.`);
    }
    const envelope = parseEnvelope(kept.envelope);
    if (!envelope.ok) return envelope;
    const { number, parent } = parsed.value.constitution;
    fetched.push({ number, digest: own, bytes: kept.bytes, envelope: envelope.value });
    digest = parent;
  }
  // The oldest first: what is kept is kept with all that it descends from, whenever this is interrupted.
  for (const kept of fetched.toReversed()) await registry.add(kept);
  return ok(undefined);
}
