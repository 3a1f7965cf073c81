import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';

const page = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'approvals',
  component: lazyRouteComponent(() => import('./page.tsx'), 'ApprovalsPage'),
});

const request = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'approvals/$id',
  component: lazyRouteComponent(() => import('./page.tsx'), 'ApprovalsPage'),
});

const grants = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'approvals/grants',
  component: lazyRouteComponent(() => import('./grants-page.tsx'), 'GrantsPage'),
});

export const approvalsRoutes = [page, grants, request] as const;
