import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';

const page = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'sessions',
  component: lazyRouteComponent(() => import('./page.tsx'), 'SessionsPage'),
});

const run = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'sessions/run',
  // An agent's own id may be anything, so it stands in the search and not in the path; one of digits alone is read as a number.
  validateSearch: ({ principal, session }: Readonly<Record<string, unknown>>) => ({
    principal: String(principal ?? ''),
    session: String(session ?? ''),
  }),
  component: lazyRouteComponent(() => import('./run.tsx'), 'RunPage'),
});

export const sessionsRoutes = [page, run] as const;
