import { createRouter } from '@tanstack/react-router';
import { agentsRoutes } from './pages/agents/routes.ts';
import { approvalsRoutes } from './pages/approvals/routes.ts';
import { constitutionRoutes } from './pages/constitution/routes.ts';
import { decisionsRoutes } from './pages/decisions/routes.ts';
import { healthRoutes } from './pages/health/routes.ts';
import { ledgerRoutes } from './pages/ledger/routes.ts';
import { nowRoutes } from './pages/now/routes.ts';
import { sessionsRoutes } from './pages/sessions/routes.ts';
import { consoleRoute, rootRoute } from './root-route.tsx';
import { deviceRoutes, signInRoutes } from './sign-in/routes.ts';

const routeTree = rootRoute.addChildren([
  ...signInRoutes,
  consoleRoute.addChildren([
    ...nowRoutes,
    ...approvalsRoutes,
    ...decisionsRoutes,
    ...sessionsRoutes,
    ...constitutionRoutes,
    ...ledgerRoutes,
    ...agentsRoutes,
    ...healthRoutes,
    ...deviceRoutes,
  ]),
]);

export const router = createRouter({ routeTree, defaultPreload: 'intent' });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
