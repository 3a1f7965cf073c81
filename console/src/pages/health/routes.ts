import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';

const page = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'health',
  component: lazyRouteComponent(() => import('./page.tsx'), 'HealthPage'),
});

export const healthRoutes = [page] as const;
