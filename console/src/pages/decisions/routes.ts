import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';
import { filterOf } from './filter.ts';

const page = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'decisions',
  validateSearch: filterOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'DecisionsPage'),
});

const decision = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'decisions/$id',
  component: lazyRouteComponent(() => import('./decision.tsx'), 'DecisionPage'),
});

export const decisionsRoutes = [page, decision] as const;
