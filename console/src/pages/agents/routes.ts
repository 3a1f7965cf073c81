import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';

/** What the address says of the page: a link shows what its sender saw. */
export interface WhoSearch {
  readonly q?: string;
  /** The one that is looked at. */
  readonly id?: string | undefined;
}

const validateSearch = (given: Readonly<Record<string, unknown>>): WhoSearch => ({
  ...(typeof given['q'] === 'string' && given['q'] !== '' ? { q: given['q'] } : {}),
  ...(typeof given['id'] === 'string' ? { id: given['id'] } : {}),
});

const agents = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'agents',
  validateSearch,
  component: lazyRouteComponent(() => import('./page.tsx'), 'AgentsPage'),
});

const people = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'agents/people',
  validateSearch,
  component: lazyRouteComponent(() => import('./people-page.tsx'), 'PeoplePage'),
});

export const agentsRoutes = [agents, people] as const;
