import type { EdgeServer } from '#services/edge.ts';
import { leaveFlight } from '#services/guard.ts';
import type { DirectoryFeed } from '#services/identity/directory-feed.ts';
import { NewsQuery, NewsReply } from '#services/identity/directory-schemas.ts';
import { sendProblem } from '#services/problem.ts';

export interface DirectoryRouteDeps {
  readonly feed: DirectoryFeed;
}

/** How nodes hear at once who may not call any more. */
export function registerDirectoryRoutes(app: EdgeServer, { feed }: DirectoryRouteDeps): void {
  // Whoever waits is let go first: a server does not close while a question is held open.
  app.addHook('preClose', async () => feed.close());

  app.get(
    '/v1/directory',
    {
      config: { permission: 'nodes.follow' },
      schema: {
        summary: 'A node asks who there is and which keys sign; held until that changes',
        querystring: NewsQuery,
        response: { 200: NewsReply },
      },
    },
    async (request, reply) => {
      // It waits, and must not take the place of those who want an answer now.
      leaveFlight(request);
      const { after, holdMs = 0 } = request.query;
      const news = await feed.news(after, holdMs);
      reply.header('cache-control', 'no-store');
      return news.ok ? news.value : sendProblem(reply, news.refusal);
    },
  );
}
