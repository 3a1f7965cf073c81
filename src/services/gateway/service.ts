import type { JournalReader } from '#domain/journal/journal.ts';
import type { EdgeServer } from '#services/edge.ts';
import type { ConsoleState } from '#services/gateway/console.ts';
import { createLiveFeed } from '#services/gateway/live-feed.ts';
import { registerConsoleRoutes } from '#services/gateway/routes/console.ts';
import { registerLiveRoute } from '#services/gateway/routes/live.ts';

/** What the front door has beside the APIs behind it: the console, and what happens now. */
export function registerGatewayService(
  app: EdgeServer,
  deps: {
    readonly journal: JournalReader;
    /** Absent: this server has no console. */
    readonly console?: () => ConsoleState;
  },
): void {
  const feed = createLiveFeed({
    journal: deps.journal,
    onError: (error) => app.log.error({ err: error }, 'the journal could not be read for those who look on'),
  });
  app.addHook('preClose', async () => feed.close());
  registerLiveRoute(app, feed);
  if (deps.console !== undefined) registerConsoleRoutes(app, deps.console);
}
