import { join } from 'node:path';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { openKeyFile } from '#adapters/key-file/key-file.ts';
import { runCedarTask } from '#apps/server/cedar-process/run.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { found, foundingState, ownFounders, signFirst } from '#domain/constitution/founding.ts';
import { loadVerified, type VerifiedLineage } from '#domain/constitution/load-verified.ts';
import type { ConstitutionRegistry } from '#domain/constitution/registry.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** The installation's own key, below the state folder: it signs number 1 where the operator has given no founders. */
export const FOUNDER_KEY_FILE = join('keys', 'founder.pem');

/**
 * What this node decides by. On the first start the folder is built, signed with the installation's key and put in force as number 1.
 * On every start everything is verified from the bytes in the registry, the high-water mark is raised before anything is decided, and
 * whatever does not verify refuses the start.
 *
 * @throws {RegistryUnavailable}
 */
export async function openConstitution(deps: {
  readonly registry: ConstitutionRegistry;
  readonly home: string;
  readonly folder: string;
}): Promise<Result<VerifiedLineage>> {
  const { registry } = deps;
  const state = await foundingState(registry);
  if (state.kind === 'unfinished') await registry.putInForce(state.mark);
  if (state.kind === 'empty') {
    const founded = await foundFrom(deps);
    if (!founded.ok) return founded;
  }
  const verified = await loadVerified({ registry, parseBundle });
  if (!verified.ok) return verified;
  const { number, digest } = verified.value.inForce.constitution;
  await registry.raiseHighWater({ number, digest });
  return verified;
}

async function foundFrom(deps: {
  readonly registry: ConstitutionRegistry;
  readonly home: string;
  readonly folder: string;
}): Promise<Result<undefined>> {
  const { registry, home, folder } = deps;
  const built = await buildFolder(folder);
  if (!built.ok) return built;
  const signer = await openKeyFile(join(home, FOUNDER_KEY_FILE));
  if (!signer.ok) return signer;
  const founders = (await registry.founders()) ?? ownFounders(signer.value);
  const first = await found(signFirst(built.value, signer.value), founders, { registry, parseBundle });
  if (first.ok) return ok(undefined);
  if (first.refusal.code !== 'signature-foreign' && first.refusal.code !== 'signatures-too-few') return first;
  return refuse(
    first.refusal.code,
    'The founders of this installation (founders.json in the state folder) sign number 1 themselves: build it with "acgs constitution build", have it signed with "acgs constitution sign", and put it in force with "acgs constitution found".',
  );
}

/** Cedar is needed only for this: a node that has a registry decides without it. */
export function buildFolder(folder: string): Promise<Result<Constitution>> {
  return runCedarTask({ kind: 'constitution', folder });
}
