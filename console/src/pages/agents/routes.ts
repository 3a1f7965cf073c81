import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';

const page = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'agents',
  component: lazyRouteComponent(() => import('./page.tsx'), 'AgentsPage'),
});

export const agentsRoutes = [page] as const;
