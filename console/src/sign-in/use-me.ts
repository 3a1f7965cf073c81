import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, type Reply, rememberCsrf } from '../api/client.ts';
import { Problem } from '../api/problem.ts';

const ME = ['GET /v1/me', {}] as const;

/** Who is signed in; `null`: nobody. */
export type Me = Reply<'GET /v1/me'>;

const asked = queryOptions<Me | null>({
  queryKey: ME,
  queryFn: async ({ signal }) => {
    try {
      const me = await call('GET /v1/me', {}, { signal });
      rememberCsrf(me.signIn?.csrf);
      return me;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export function useMe() {
  return useQuery(asked);
}

/** Asks while the page itself is still on its way: it shows nothing before this is known. */
export function askEarly(client: QueryClient): void {
  void client.prefetchQuery(asked);
}

/** Whether the person who is signed in has one of these roles. What is shown by it is a convenience: the server decides. */
export function useHasRole(...roles: readonly string[]): boolean {
  const { data } = useMe();
  return data?.roles.some((role) => roles.includes(role)) === true;
}

/** After signing in or out: everything that was read was read as somebody else. */
export function useForgetEverything(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] });
    await client.invalidateQueries({ queryKey: ME });
  };
}
