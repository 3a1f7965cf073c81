import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { openJournalReader } from '#adapters/journal/inspect.ts';
import { createTailReader } from '#adapters/journal/tail-reader.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { EXPORT_FORMATS, type ExportFormat, exportLine } from '#domain/export/export-format.ts';
import { parsePosition } from '#domain/export/position.ts';
import { decodeMark, MARK_FILE } from '#domain/journal/acknowledged.ts';
import type { JournalReader } from '#domain/journal/journal.ts';

interface Options {
  readonly format: ExportFormat;
  readonly from?: string;
  readonly follow?: true;
}

/** How often a stream that has everything looks for more, in milliseconds. */
const FOLLOW_INTERVAL_MS = 200;

/** `acgs export`: the journal as events for a SIEM, one JSON object a line. */
export function createExportCommand(io: CliIo, pause: () => Promise<void> = () => sleep(FOLLOW_INTERVAL_MS)): Command {
  return new Command('export')
    .description('print everything that was recorded as events for a SIEM, one JSON object a line')
    .addOption(new Option('--format <format>', 'the form of the events').choices(EXPORT_FORMATS).default('cloudevents'))
    .option('--from <sequence>', 'the first record: its sequence, or "<node>:<sequence>" (default: the first)')
    .option('--follow', 'go on with what is recorded from now on')
    .addHelpText(
      'after',
      `
Reads the journal in the state folder; a server may run meanwhile. Every record is printed at least once, in
order, always under the same id (CloudEvents: source and id; OCSF: metadata.uid), so whoever restarts after the
last one that was stored loses nothing and knows what comes twice. GET /v1/events is the same over HTTP.

Exit codes: 0 done, 1 the journal is damaged or another one, 2 wrong command line, 4 it cannot be read

Examples:
  acgs export --format ocsf
  acgs export --follow --from 1042 | vector --config siem.toml`,
    )
    .action(async (options: Options) => {
      const directory = join(stateFolder(io), 'journal');
      const opened = await openJournalReader(directory);
      if (!opened.ok) {
        const code = opened.refusal.code === 'journal-absent' ? EXIT.unavailable : EXIT.refused;
        throw failure(code, opened.refusal.message);
      }
      let next = firstOf(options.from, opened.value);
      next = await print(io, opened.value, next, options.format);
      if (options.follow !== true) return;
      const { node } = opened.value;
      const tail = createTailReader({ directory, node, head: opened.value.head() });
      for (;;) {
        await pause();
        // What was answered: the writer's own mark says how far that is.
        const mark = decodeMark(await readFile(join(directory, MARK_FILE)));
        if (mark === undefined || mark.sequence < next) continue;
        tail.advance({ sequence: mark.sequence, hash: mark.hash.toString('hex') });
        next = await print(io, tail, next, options.format);
      }
    });
}

function firstOf(from: string | undefined, journal: JournalReader): number {
  if (from === undefined) return 1;
  const position = parsePosition(/^\d+$/.test(from) ? `${journal.node}:${from}` : from);
  if (!position.ok || position.value.sequence < 1) {
    throw failure(EXIT.usage, `"${from}" is neither a sequence nor "<node>:<sequence>"`);
  }
  const { node, sequence } = position.value;
  // Going on from what is not there would leave out records without a word.
  if (node !== journal.node || sequence > journal.head().sequence + 1) {
    throw failure(
      EXIT.refused,
      `this is the journal of node ${journal.node}, which has no record ${sequence} of ${node}`,
    );
  }
  return sequence;
}

/** Prints from `first` to the head; the sequence to go on from. */
async function print(io: CliIo, journal: JournalReader, first: number, format: ExportFormat): Promise<number> {
  let next = first;
  for await (const record of journal.read(first)) {
    io.out(`${exportLine(record, format)}\n`);
    next = record.sequence + 1;
  }
  return next;
}
