import type { FastifyBaseLogger } from 'fastify';
import { watchRegistry } from '#adapters/constitution-registry/watch-registry.ts';
import type { LineageCheck } from '#services/constitution/lineage-check.ts';

/** How often a node recomputes digest, signatures and lineage from the bytes, in milliseconds. What is tampered with is found after that. */
const VERIFY_EVERY_MS = 60_000;

/** Verifies again from time to time, and as soon as the registry changes. Returns what ends it. */
export async function keepVerified(
  check: LineageCheck,
  deps: { readonly home: string; readonly log: Pick<FastifyBaseLogger, 'error'> },
): Promise<() => void> {
  const verify = async () => {
    try {
      const checked = await check.run();
      if (!checked.ok)
        deps.log.error(checked.refusal, 'the constitution is refused; the last one that was verified stays');
    } catch (error) {
      deps.log.error({ err: error }, 'bug: the constitution was not verified; the last one that was verified stays');
    }
  };
  const timer = setInterval(() => void verify(), VERIFY_EVERY_MS);
  timer.unref();
  const stopWatching = await watchRegistry(deps.home, () => void verify());
  return () => {
    clearInterval(timer);
    stopWatching();
  };
}
