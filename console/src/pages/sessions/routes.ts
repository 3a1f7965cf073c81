import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';

const page = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'sessions',
  component: lazyRouteComponent(() => import('./page.tsx'), 'SessionsPage'),
});

export const sessionsRoutes = [page] as const;
