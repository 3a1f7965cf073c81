import path from 'node:path';
import { Command } from 'commander';
import { readBundle } from '#adapters/bundle-files/bundle-files.ts';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { readSignersFile } from '#apps/cli/constitution/files.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint, visible } from '#apps/cli/output.ts';
import { findingsText } from '#apps/cli/verify/report.ts';
import { readTrust, type TrustOptions, withTrustOptions } from '#apps/cli/verify/trust.ts';
import { type VerifiedEvidence, verifyEvidence } from '#domain/evidence/verify-evidence.ts';

interface Options extends TrustOptions {
  readonly json?: true;
  readonly founders?: string;
}

/** `acgs verify evidence`: offline, with nothing but public keys. */
export function createVerifyEvidenceCommand(io: CliIo): Command {
  const command = new Command('evidence')
    .description(
      'check an evidence bundle: signature, files, hash chain, span, constitutions and who signed them, ledger',
    )
    .argument('<path>', 'the bundle: a tar or a folder');
  return withTrustOptions(command)
    .option('--founders <file>', 'who may have signed the first constitution; the later ones follow from it')
    .option('--json', 'machine-readable output')
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing is false (what is not proved is told), 1 something is false,
  2 wrong command line or not a bundle, 4 it cannot be read

Examples:
  acgs verify evidence q1.tar --key receipt.pub --policy witnesses.policy --founders founders.json`,
    )
    .action(async (given: string, options: Options) => {
      const trust = await readTrust(io, options);
      if (trust.keys.length === 0) throw failure(EXIT.usage, 'give the key of whoever signed it: --key');
      const files = await readBundle(path.resolve(io.cwd, given)).catch((error: unknown) => {
        throw failure(
          EXIT.unavailable,
          `${given} cannot be read (${error instanceof Error ? error.message : String(error)})`,
        );
      });
      if (!files.ok) throw failure(EXIT.usage, files.refusal.message);
      const founders = options.founders === undefined ? undefined : await readSignersFile(io, options.founders);
      const lineage = founders === undefined ? {} : { lineage: { founders, parseBundle } };
      const verified = verifyEvidence(files.value, { ...trust, ...lineage, parseEntry });
      io.out(options.json === true ? `${JSON.stringify(verified)}\n` : report(verified, io));
      if (!verified.isValid) throw failure(EXIT.refused);
    });
}

function report({ manifest, findings, isValid }: VerifiedEvidence, io: CliIo): string {
  const paint = createPaint(io.colour);
  const about =
    manifest === undefined
      ? ''
      : visible(
          `Node ${manifest.node}, records ${manifest.records.first} to ${manifest.records.last}, ${manifest.files.length} files`,
        );
  const verdict = isValid
    ? paint('good', 'valid: nothing in it is false')
    : paint('bad', 'NOT VALID: do not rely on what it says');
  return `${about === '' ? '' : `${about}\n\n`}${findingsText(findings, io)}\n${verdict}\n`;
}
