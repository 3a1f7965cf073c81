import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';

const page = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'ledger',
  component: lazyRouteComponent(() => import('./page.tsx'), 'LedgerPage'),
});

export const ledgerRoutes = [page] as const;
