import type { createHealthReader } from '#adapters/telemetry/health.ts';
import type { EdgeServer } from '#services/edge.ts';
import { type HealthHistoryDeps, openHealthHistory, registerHealthHistory } from '#services/health-history.ts';

/** The short history of a process's own health, and its endpoint; gives back what ends it. */
export async function openHealth(
  app: EdgeServer,
  deps: Omit<HealthHistoryDeps, 'read'> & { readonly reader: ReturnType<typeof createHealthReader> },
): Promise<() => void> {
  const history = await openHealthHistory({ ...deps, read: deps.reader.read });
  registerHealthHistory(app, { ...deps, samples: history.samples });
  return () => {
    history.close();
    deps.reader.close();
  };
}
