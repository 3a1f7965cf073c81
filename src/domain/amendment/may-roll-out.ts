import type { Proceedings } from '#domain/amendment/proceedings.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Whether a constitution may come into force: it was voted on, or is the way back, and is signed. Signatures alone are not enough. */
export function mayRollOut(
  { amendments }: Proceedings,
  digest: ConstitutionDigest,
): Result<undefined, 'amendment-not-passed'> {
  for (const { content, state } of amendments.values()) {
    if (content.constitution.digest === digest && state.kind === 'signed') return ok(undefined);
  }
  return refuse(
    'amendment-not-passed',
    'No amendment of this lineage that was passed and signed has this digest: it must be proposed, voted on and signed first.',
  );
}
