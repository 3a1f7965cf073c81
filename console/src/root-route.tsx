import { createRootRoute, createRoute, Outlet } from '@tanstack/react-router';
import { ProblemState } from './components/states.tsx';
import { Shell } from './layout/shell.tsx';

export const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: () => (
    <ProblemState error={new Error('There is no such page. The keys g and n lead back to what happens now.')} />
  ),
});

/** Everything that only somebody who is signed in sees; every page's routes hang here. */
export const consoleRoute = createRoute({ getParentRoute: () => rootRoute, id: 'console', component: Shell });
