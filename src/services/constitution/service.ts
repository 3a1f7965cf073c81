import type { ConstitutionRegistry } from '#domain/constitution/registry.ts';
import type { ReadingDeps } from '#services/constitution/reading.ts';
import { type NodeRouteDeps, registerNodeRoutes } from '#services/constitution/routes/nodes.ts';
import { registerReadingRoutes } from '#services/constitution/routes/readings.ts';
import { type RegistryRouteDeps, registerRegistryRoutes } from '#services/constitution/routes/registry.ts';
import { type RollOutRouteDeps, registerRollOutRoutes } from '#services/constitution/routes/roll-outs.ts';
import type { EdgeServer } from '#services/edge.ts';

export interface ConstitutionServiceDeps extends RegistryRouteDeps, ReadingDeps {
  readonly registry: ConstitutionRegistry;
}

/** The constitution service: what is in force and where it comes from; how it is changed; how a change comes into force. */
export function registerConstitutionService(app: EdgeServer, deps: ConstitutionServiceDeps): void {
  registerRegistryRoutes(app, deps);
  registerReadingRoutes(app, deps);
}

/** Where the roll-outs of an installation are: one process of it. */
export function registerRollOuts(app: EdgeServer, deps: NodeRouteDeps & RollOutRouteDeps): void {
  registerNodeRoutes(app, deps);
  registerRollOutRoutes(app, deps);
}
