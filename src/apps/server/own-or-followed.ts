import type { ServerConfig } from '#apps/server/config.ts';
import { openConstitution } from '#apps/server/constitution-in-force.ts';
import { bootstrapNode } from '#apps/server/node.ts';
import type { ConstitutionRegistry } from '#domain/constitution/registry.ts';
import type { Journal } from '#domain/journal/journal.ts';
import type { ConstitutionLink } from '#domain/rollout/link.ts';

/** A node that follows another process has its first constitution from there; everyone else founds its own. */
export async function openOwnOrFollowed(deps: {
  readonly registry: ConstitutionRegistry;
  readonly journal: Journal;
  readonly remote: ConstitutionLink | undefined;
  readonly config: ServerConfig;
}): ReturnType<typeof openConstitution> {
  const { registry, journal, remote, config } = deps;
  if (remote !== undefined) {
    const founded = await bootstrapNode({ node: journal.node, link: remote, registry, nowMs: Date.now });
    if (!founded.ok) return founded;
  }
  return openConstitution({ registry, home: config.home, folder: config.constitution });
}
