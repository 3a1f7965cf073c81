import { type RegistryRouteDeps, registerRegistryRoutes } from '#services/constitution/routes/registry.ts';
import type { EdgeServer } from '#services/edge.ts';

export interface ConstitutionServiceDeps extends RegistryRouteDeps {}

/** The constitution service: what is in force and where it comes from; how it is changed; how a change comes into force. */
export function registerConstitutionService(app: EdgeServer, deps: ConstitutionServiceDeps): void {
  registerRegistryRoutes(app, deps);
}
