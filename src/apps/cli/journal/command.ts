import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { inspectJournal, type JournalReport, openJournalReader } from '#adapters/journal/inspect.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import type { DecisionIndex } from '#domain/decision/decision-index.ts';
import { type ReplayTarget, replayJournal } from '#domain/decision/replay.ts';
import { describeDamage } from '#domain/journal/damage.ts';
import { JournalUnavailable } from '#domain/journal/journal.ts';
import { never } from '#domain/result.ts';

export interface JournalCommandParts {
  /** The search index of this installation, for `replay`. The command closes it. */
  openIndex(): Promise<ReplayTarget & Pick<DecisionIndex, 'close'>>;
}

interface Options {
  readonly json?: true;
}

/** `acgs journal`. Exit codes: 0 sound, 1 damaged, 4 absent or unreadable. */
export function createJournalCommands(io: CliIo, parts: JournalCommandParts): Command {
  const command = new Command('journal').description('check the log of decisions, or rebuild what is searched from it');

  command
    .command('verify')
    .argument('[directory]', "the journal's directory (default: journal in the state folder)")
    .description(
      'check every byte: checksums, sequence, hash chain, schema; changes nothing, also while a server writes',
    )
    .option('--json', 'machine-readable output')
    .addHelpText('after', '\nExamples:\n  acgs journal verify\n  acgs journal verify /var/lib/acgs/journal --json')
    .action(async (directory: string | undefined, options: Options) => {
      const path = directoryOf(io, directory);
      const report = await orUnavailable(io, () => inspectJournal(path));
      io.out(
        options.json === true ? `${JSON.stringify({ directory: path, ...report })}\n` : describeReport(path, report),
      );
      if (report.kind === 'damaged') throw failure(EXIT.refused);
      if (report.kind === 'absent') throw failure(EXIT.unavailable);
    });

  command
    .command('replay')
    .argument('[directory]', "the journal's directory (default: journal in the state folder)")
    .description('empty the search index and fill it again from the journal; the server must not run')
    .option('--json', 'machine-readable output')
    .action(async (directory: string | undefined, options: Options) => {
      const journal = await orUnavailable(io, () => openJournalReader(directoryOf(io, directory)));
      if (!journal.ok) {
        io.err(`${journal.refusal.message}\n`);
        throw failure(journal.refusal.code === 'journal-absent' ? EXIT.unavailable : EXIT.refused);
      }
      const index = await parts.openIndex();
      try {
        const replayed = await replayJournal({ journal: journal.value, index, mode: 'rebuild' });
        io.out(
          options.json === true
            ? `${JSON.stringify(replayed)}\n`
            : `${replayed.applied} records applied; the index stands at record ${replayed.position}\n`,
        );
      } finally {
        await index.close();
      }
    });

  return command;
}

function directoryOf(io: CliIo, directory: string | undefined): string {
  return directory === undefined ? join(stateFolder(io), 'journal') : resolve(io.cwd, directory);
}

function describeReport(directory: string, report: JournalReport): string {
  switch (report.kind) {
    case 'absent':
      return `there is no journal in ${directory}\n`;
    case 'damaged':
      return [
        `DAMAGED  ${report.damage.code}: ${describeDamage(report.damage)}`,
        `before   ${counted(report)}`,
        'to do    move the directory aside, whole (it is evidence), and restore an intact copy or begin a new journal',
        '',
      ].join('\n');
    case 'sound':
      return [
        `sound    ${directory}`,
        `node     ${report.node}`,
        `records  ${counted(report)} in ${report.segments} segment${report.segments === 1 ? '' : 's'}`,
        `head     ${report.head.sequence} ${report.head.hash}`,
        `answered ${report.acknowledged.sequence} ${report.acknowledged.hash}`,
        ...(report.tornBytes === 0
          ? []
          : [`torn     ${report.tornBytes} bytes of a write that is under way or was cut short`]),
        '',
      ].join('\n');
    default:
      return never(report);
  }
}

function counted(report: Extract<JournalReport, { readonly kinds: unknown }>): string {
  const kinds = Object.entries(report.kinds).map(([kind, count]) => `${count} ${kind}`);
  return `${report.records} (${kinds.join(', ')})`;
}

async function orUnavailable<T>(io: CliIo, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof JournalUnavailable)) throw error;
    io.err(`${error.message}${error.cause instanceof Error ? `: ${error.cause.message}` : ''}\n`);
    throw failure(EXIT.unavailable);
  }
}
