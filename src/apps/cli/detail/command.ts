import { Command } from 'commander';
import Type from 'typebox';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import type { JsonObject } from '#domain/json.ts';

interface Options extends ClientOptions {
  readonly before?: string;
  readonly session?: string;
  readonly principal?: string;
  readonly json?: true;
}

const Shredded = Type.Object({ keys: Type.Array(Type.String()) });

/** `acgs detail shred`: retention by destroying keys. */
export function createDetailCommands(io: CliIo): Command {
  const shred = new Command('shred')
    .description('destroy the data keys of what was redacted; there is no way back, and the proofs stay')
    .option('--before <time>', 'of every UTC day that was over at this time (ISO 8601)')
    .option('--session <id>', "of one session, by the agent's own id of it")
    .option('--principal <id>', 'with --session: of this principal only')
    .option('--json', 'machine-readable output');
  withClientOptions(shred)
    .addHelpText(
      'after',
      `
The journal says who ordered it, when, and which keys went. Records, chain, ledger and receipts
verify as before; what was redacted can no longer be disclosed. Copies of the state folder
(backups, snapshots) have the keys still: they have to go as well.

Exit codes: 0 done, 1 refused, 2 wrong command line, 4 the server cannot be reached

Examples:
  acgs detail shred --before 2026-01-01T00:00:00Z
  acgs detail shred --session 4f0c2a`,
    )
    .action(async (options: Options) => {
      const selection = selectionOf(options);
      const client = await createClient(io, options);
      const { keys } = await client.post('/v1/detail/shred', selection, Shredded);
      if (options.json === true) io.out(`${JSON.stringify({ keys })}\n`);
      else io.out(keys.length === 0 ? 'nothing was there to shred\n' : `${keys.length} data keys destroyed\n`);
    });
  return new Command('detail').description('what was redacted: keep it no longer than is lawful').addCommand(shred);
}

function selectionOf({ before, session, principal }: Options): JsonObject {
  if ((before === undefined) === (session === undefined)) throw failure(EXIT.usage, 'give --before or --session');
  if (session !== undefined) {
    return { sessionId: session, ...(principal === undefined ? {} : { principalId: principal }) };
  }
  const beforeMs = Date.parse(before ?? '');
  if (principal !== undefined || Number.isNaN(beforeMs)) {
    throw failure(
      EXIT.usage,
      `"${before}" is no time of the form 2026-01-01T00:00:00Z, or --principal is without --session`,
    );
  }
  return { beforeMs };
}
