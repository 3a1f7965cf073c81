import { CommanderError } from 'commander';
import type { ExitCode } from '#apps/cli/io.ts';

/**
 * Ends a command with one line for the person and an exit code. A `CommanderError`, so that whatever goes wrong, with the
 * command line or later, comes out of the program in one way. An empty message: everything has been printed.
 */
export function failure(code: ExitCode, message = ''): CommanderError {
  return new CommanderError(code, `acgs.exit-${code}`, message);
}
