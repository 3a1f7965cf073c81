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

export const approvalsRoutes = [page, request] as const;
