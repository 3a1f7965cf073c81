import path from 'node:path';
import { Command } from 'commander';
import { writeBundle } from '#adapters/bundle-files/bundle-files.ts';
import { gatherFromHome } from '#apps/cli/evidence/gather.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { MANIFEST_FILE, RECORDS_FILE } from '#domain/evidence/manifest.ts';

interface Options {
  readonly from: string;
  readonly to?: string;
  readonly output: string;
}

/** `acgs evidence`: everything about a span of time, for an auditor who trusts nobody. */
export function createEvidenceCommand(io: CliIo): Command {
  return new Command('evidence')
    .description('write what was recorded in a span of time into one bundle that is checked offline')
    .requiredOption('--from <time>', 'its beginning (ISO 8601)')
    .option('--to <time>', 'its end, which is no longer part of it (default: now)')
    .requiredOption('-o, --output <path>', 'a file ".tar", or a folder; there must be nothing yet')
    .addHelpText(
      'after',
      `
Reads the state folder; a server may run meanwhile. Secrets are not in it: they are not in the records.
An auditor needs keys/receipt.pub and the ledger's key from elsewhere than from the bundle.

Exit codes: 0 done, 1 refused, 2 wrong command line, 4 something cannot be read or written

Examples:
  acgs evidence --from 2026-01-01T00:00:00Z --to 2026-04-01T00:00:00Z -o q1.tar
  acgs verify evidence q1.tar --key receipt.pub --policy witnesses.policy`,
    )
    .action(async (options: Options) => {
      const nowMs = Date.now();
      const span = { fromMs: timeOf(options.from), toMs: options.to === undefined ? nowMs : timeOf(options.to) };
      if (span.fromMs >= span.toMs) throw failure(EXIT.usage, 'the span ends before it begins');
      const output = path.resolve(io.cwd, options.output);
      const gathered = await gatherFromHome(stateFolder(io), span, nowMs);
      if (!gathered.ok) throw failure(EXIT.refused, `${gathered.refusal.message} [${gathered.refusal.code}]`);
      const files = gathered.value;
      await writeBundle(output, files, nowMs).catch((error: unknown) => {
        throw failure(
          EXIT.unavailable,
          `${options.output} cannot be written (${error instanceof Error ? error.message : String(error)})`,
        );
      });
      const hasProof = [...files.keys()].some((name) => name.startsWith('proofs/'));
      io.out(
        `${files.size} files, ${files.get(RECORDS_FILE)?.length ?? 0} bytes of records, signed in ${MANIFEST_FILE}\n`,
      );
      if (!hasProof)
        io.err('it holds no proof from the ledger: the last record is not under a checkpoint in this state folder\n');
    });
}

/** Whole milliseconds from 1970 on. */
function timeOf(text: string): number {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs) || timeMs < 0)
    throw failure(EXIT.usage, `"${text}" is no time of the form 2026-01-01T00:00:00Z`);
  return timeMs;
}
