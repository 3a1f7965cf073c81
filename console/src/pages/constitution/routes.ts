import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';

const page = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'constitution',
  component: lazyRouteComponent(() => import('./page.tsx'), 'ConstitutionPage'),
});

export const constitutionRoutes = [page] as const;
