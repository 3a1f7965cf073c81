import type { ServerConfig } from '#apps/server/config.ts';
import { type ConsoleEvent, openConsole } from '#apps/server/console.ts';
import type { JournalReader } from '#domain/journal/journal.ts';
import type { EdgeServer } from '#services/edge.ts';
import { registerGatewayService } from '#services/gateway/service.ts';

/** The front door, where everything runs behind it: a service that is started alone has none. */
export function openGateway(
  app: EdgeServer,
  config: Pick<ServerConfig, 'runs' | 'console'>,
  deps: { readonly journal: JournalReader; readonly onEvent: (event: ConsoleEvent) => void },
): { readonly close: () => Promise<void> } | undefined {
  if (config.runs !== 'all') return undefined;
  const { journal, onEvent } = deps;
  const opened = config.console === 'on' ? openConsole(onEvent) : undefined;
  registerGatewayService(app, { journal, ...(opened === undefined ? {} : { console: opened.state }) });
  return opened;
}
