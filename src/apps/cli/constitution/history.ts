import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { openJournalReader } from '#adapters/journal/inspect.ts';
import { describeEvent } from '#apps/cli/constitution/event-text.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { proveHistory } from '#domain/amendment/history.ts';
import { JournalUnavailable } from '#domain/journal/journal.ts';

/** `acgs constitution history`: proves from the journal alone. Exit codes: 0 proved, 1 refuted, 4 no journal or unreadable. */
export function createHistoryCommand(io: CliIo): Command {
  return new Command('history')
    .argument('[directory]', "the journal's directory (default: journal in the state folder)")
    .description('what became of the constitution, proved again from the journal alone: votes, signatures, lots, times')
    .option('--json', 'machine-readable output, one event a line')
    .addHelpText(
      'after',
      '\nIt needs no server. That the journal itself is whole is checked as by "acgs journal verify".',
    )
    .action(async (directory: string | undefined, options: { readonly json?: true }) => {
      const path = directory === undefined ? join(stateFolder(io), 'journal') : resolve(io.cwd, directory);
      const history = await prove(path);
      for (const recorded of history.events) {
        const { sequence, event } = recorded;
        io.out(options.json === true ? `${JSON.stringify(recorded)}\n` : `${sequence}  ${describeEvent(event)}\n`);
      }
      if (history.kind === 'refuted') {
        const { sequence, event } = history.broken;
        io.err(`REFUTED  record ${sequence} (${event.kind}) could not have been: ${history.refusal.message}\n`);
        throw failure(EXIT.refused);
      }
      if (options.json !== true) io.out(`proved   ${history.events.length} events follow from each other\n`);
    });
}

async function prove(path: string) {
  try {
    const journal = await openJournalReader(path);
    if (!journal.ok) {
      throw failure(
        journal.refusal.code === 'journal-absent' ? EXIT.unavailable : EXIT.refused,
        journal.refusal.message,
      );
    }
    return await proveHistory(journal.value.read(1));
  } catch (error) {
    if (error instanceof JournalUnavailable) throw failure(EXIT.unavailable, error.message);
    throw error;
  }
}
