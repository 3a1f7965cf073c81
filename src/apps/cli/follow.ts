import { CommanderError } from 'commander';
import { type CliIo, EXIT } from '#apps/cli/io.ts';

/** How often a server that is away is asked again, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * For commands that follow a server: asks, and where the server is away (restarted, upgraded) says so once, waits, and asks
 * again. What the server refuses ends the command.
 */
export function whileAway(
  base: string,
  io: Pick<CliIo, 'err'>,
  pause: (ms: number) => Promise<unknown>,
): <T>(ask: () => Promise<T>) => Promise<T> {
  let isAway = false;
  return async (ask) => {
    for (;;) {
      try {
        const answer = await ask();
        if (isAway) io.err(`${base} is back\n`);
        isAway = false;
        return answer;
      } catch (error) {
        if (!(error instanceof CommanderError) || error.exitCode !== EXIT.unavailable) throw error;
        if (!isAway) io.err(`${error.message}; waiting for it\n`);
        isAway = true;
        await pause(RETRY_MS);
      }
    }
  };
}
