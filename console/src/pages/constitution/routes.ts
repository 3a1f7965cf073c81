import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { consoleRoute } from '../../root-route.tsx';

export interface ReadSearch {
  readonly q?: string | undefined;
  /** A policy to be shown with its text. */
  readonly policy?: string | undefined;
  /** Another constitution than the one in force. */
  readonly digest?: string | undefined;
}

export interface CompareSearch {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const read = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'constitution',
  validateSearch: (given: Readonly<Record<string, unknown>>): ReadSearch => ({
    q: text(given['q']),
    policy: text(given['policy']),
    digest: text(given['digest']),
  }),
  component: lazyRouteComponent(() => import('./page.tsx'), 'ConstitutionPage'),
});

const compare = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'constitution/compare',
  validateSearch: (given: Readonly<Record<string, unknown>>): CompareSearch => ({
    from: text(given['from']),
    to: text(given['to']),
  }),
  component: lazyRouteComponent(() => import('./compare-page.tsx'), 'ComparePage'),
});

const amendments = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'constitution/amendments',
  component: lazyRouteComponent(() => import('./amendments-page.tsx'), 'AmendmentsPage'),
});

const amendment = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'constitution/amendments/$id',
  component: lazyRouteComponent(() => import('./amendment-page.tsx'), 'AmendmentPage'),
});

const rollOut = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'constitution/roll-out',
  component: lazyRouteComponent(() => import('./roll-out-page.tsx'), 'RollOutPage'),
});

export const constitutionRoutes = [read, compare, amendments, amendment, rollOut] as const;
