import { CHECKPOINT_PATH, type LedgerStoreReader } from '#domain/ledger/store.ts';
import { parseTilePath } from '#domain/ledger/tile.ts';
import type { EdgeServer } from '#services/edge.ts';
import { sendProblem } from '#services/problem.ts';

/** Tiles and bundles never change (C2SP tlog-tiles, Merkle Tree). */
const IMMUTABLE = 'public, max-age=31536000, immutable';
const NOTHING_THERE = { code: 'not-found', message: 'The ledger has nothing at this path.' };

/**
 * The ledger as C2SP tlog-tiles serves it. Open: a published document that auditors and witnesses read. An entry names a node,
 * a number and a hash, and nothing that the record says.
 */
export function registerTileRoutes(
  app: EdgeServer,
  { store }: { readonly store: Pick<LedgerStoreReader, 'read'> },
): void {
  app.get(
    '/checkpoint',
    { config: { access: 'open' }, schema: { summary: 'The published checkpoint (C2SP tlog-checkpoint)' } },
    async (_request, reply) => {
      const bytes = await store.read(CHECKPOINT_PATH);
      if (bytes === undefined) return sendProblem(reply, NOTHING_THERE);
      return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache').send(bytes);
    },
  );

  app.get<{ Params: { '*': string } }>(
    '/tile/*',
    { config: { access: 'open' }, schema: { summary: 'A tile or a bundle of entries (C2SP tlog-tiles)' } },
    async (request, reply) => {
      const path = `tile/${request.params['*']}`;
      // Only paths that name a tile reach storage.
      const bytes = parseTilePath(path) === undefined ? undefined : await store.read(path);
      if (bytes === undefined) return sendProblem(reply, NOTHING_THERE);
      return reply.type('application/octet-stream').header('cache-control', IMMUTABLE).send(bytes);
    },
  );
}
