import type { AmendDeps } from '#services/constitution/amend.ts';
import type { AppealDeps } from '#services/constitution/appeal.ts';
import { registerAmendmentRoutes } from '#services/constitution/routes/amendments.ts';
import { registerAppealRoutes } from '#services/constitution/routes/appeals.ts';
import { registerSuspensionRoutes } from '#services/constitution/routes/suspensions.ts';
import type { SuspendDeps } from '#services/constitution/suspend.ts';
import type { EdgeServer } from '#services/edge.ts';

export type AmendmentRouteDeps = AmendDeps & AppealDeps & SuspendDeps;

/** How people change the constitution. */
export function registerProceedings(app: EdgeServer, deps: AmendmentRouteDeps): void {
  registerAmendmentRoutes(app, deps);
  registerSuspensionRoutes(app, deps);
  registerAppealRoutes(app, deps);
}
