import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';

const page = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'decisions',
  component: lazyRouteComponent(() => import('./page.tsx'), 'DecisionsPage'),
});

export const decisionsRoutes = [page] as const;
