import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem } from './api/problem.ts';
import { listenForKeys } from './keyboard/shortcuts.ts';
import { router } from './router.ts';
import { askEarly } from './sign-in/use-me.ts';
import { applyTheme } from './theme/theme.ts';
import './theme/tokens.css';
import './theme/base.css';

/** Tries again after an outage, not after a refusal: that is an answer. */
const RETRIES_MAX = 2;
/** Milliseconds for which an answer is not asked for again by another part of the page. */
const STALE_MS = 2_000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      retry: (failures, error) => failures < RETRIES_MAX && !(error instanceof Problem && error.status < 500),
    },
  },
});

askEarly(queries);
applyTheme();
listenForKeys(window);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no place for the console');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
