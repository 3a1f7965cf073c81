import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute, rootRoute } from '../root-route.tsx';

const invitation = createRoute({
  getParentRoute: () => rootRoute,
  path: 'invitation',
  component: lazyRouteComponent(() => import('./invitation-page.tsx'), 'InvitationPage'),
});

const device = createRoute({
  // Within the console: who is not signed in is asked to, first.
  getParentRoute: () => consoleRoute,
  path: 'device',
  validateSearch: ({ code }: Readonly<Record<string, unknown>>): { readonly code?: string } =>
    code === undefined ? {} : { code: String(code) },
  component: lazyRouteComponent(() => import('./device-page.tsx'), 'DevicePage'),
});

export const signInRoutes = [invitation] as const;
export const deviceRoutes = [device] as const;
