import { ACTION_VERSION } from '#domain/action/action.ts';
import { EFFECT_CATALOGUE_VERSION } from '#domain/action/effect.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** What DSSE signs a bundle as: a signature over anything else is no signature of a constitution. */
export const BUNDLE_PAYLOAD_TYPE = 'application/vnd.acgs.constitution+json';

/** Of one bundle: the document, 2,000 policies and the schema stay below. */
export const BUNDLE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * A constitution as it is signed, kept and sent: the UTF-8 bytes of `canonicalConstitution` in RFC 8785 form, whose SHA-256 is its
 * digest. Policies are in Cedar's JSON form, so that a node needs no Cedar to start: they were validated strictly when the bundle was
 * built, and people signed what came out.
 */
export interface Bundle {
  readonly constitution: Constitution;
  /** The models that its policies were written for. */
  readonly actionVersion: number;
  readonly effectCatalogueVersion: number;
}

/** Implemented in `src/adapters/constitution-files`: bytes that are not exactly the canonical form are refused, unknown fields included. */
export type ParseBundle = (bytes: Uint8Array) => Result<Bundle, 'bundle-malformed'>;

/**
 * Whether this release can decide by it. The same policies decide otherwise when the facts that they are asked about are found
 * otherwise: nobody has signed that.
 */
export function isForThisRelease(bundle: Bundle): Result<undefined, 'bundle-version'> {
  const { actionVersion, effectCatalogueVersion } = bundle;
  if (actionVersion === ACTION_VERSION && effectCatalogueVersion === EFFECT_CATALOGUE_VERSION) return ok(undefined);
  return refuse(
    'bundle-version',
    `The constitution was made for action model ${actionVersion} and effect catalogue ${effectCatalogueVersion}; ` +
      `this release has ${ACTION_VERSION} and ${EFFECT_CATALOGUE_VERSION}. Build it anew with this release and have it signed.`,
  );
}
