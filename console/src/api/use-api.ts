import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { call, type Endpoint, type Input, type Reply } from './client.ts';

interface ReadOptions {
  /** Asked again this often; absent: when something says that it has changed. */
  readonly everyMs?: number;
  readonly enabled?: boolean;
  /** While new parameters load, the last answer stays on the page. */
  readonly keep?: boolean;
}

/** One answer of the API, kept by endpoint and input: `invalidate('GET /v1/approvals')` makes all of an endpoint's stale. */
export function useApi<E extends Endpoint>(endpoint: E, input: Input<E>, options: ReadOptions = {}) {
  return useQuery<Reply<E>>({
    queryKey: [endpoint, input],
    queryFn: ({ signal }) => call(endpoint, input, { signal }),
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    // The library's type asks that the kept answer be of this very query; it is of the same endpoint.
    ...(options.keep === true ? { placeholderData: keepPreviousData as never } : {}),
  });
}

/** A list that is read page by page (`after`, `next`). `pagesOf(data)` are its pages so far. */
export function usePages<E extends Endpoint>(
  endpoint: E,
  input: Input<E>,
  options: { readonly enabled?: boolean } = {},
) {
  return useInfiniteQuery<Reply<E>, Error, InfiniteData<Reply<E>>, readonly unknown[], string | undefined>({
    queryKey: [endpoint, 'pages', input],
    queryFn: ({ signal, pageParam }) => {
      const query = 'query' in input && typeof input.query === 'object' ? input.query : {};
      // The same input with the place in the list, which every paged endpoint calls `after`.
      return call(endpoint, { ...input, query: { ...query, after: pageParam } } as Input<E>, { signal });
    },
    initialPageParam: undefined,
    getNextPageParam: (last) => nextOf(last),
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
  });
}

export function pagesOf<T>(data: InfiniteData<T> | undefined): readonly T[] {
  return data?.pages ?? [];
}

/** A call that changes something, and which answers are stale once it has. */
export function useCall<E extends Endpoint>(endpoint: E, invalidates: readonly Endpoint[] = []) {
  const client = useQueryClient();
  return useMutation<Reply<E>, Error, Input<E>>({
    mutationFn: (input) => call(endpoint, input),
    onSettled: async () => {
      await Promise.all(invalidates.map((one) => client.invalidateQueries({ queryKey: [one] })));
    },
  });
}

function nextOf(page: unknown): string | undefined {
  if (typeof page !== 'object' || page === null || !('next' in page)) return undefined;
  return typeof page.next === 'string' ? page.next : undefined;
}
