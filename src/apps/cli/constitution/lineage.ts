import { Command } from 'commander';
import { withClientOptions } from '#apps/cli/client.ts';
import { knownLineage, type LineageOptions } from '#apps/cli/constitution/known-lineage.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { createPaint, visible } from '#apps/cli/output.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import type { VerifiedConstitution } from '#domain/constitution/verify-amendment.ts';

interface Options extends LineageOptions {
  readonly json?: true;
}

/** `acgs constitution lineage`: the chain from the genesis on, recomputed from the bytes before it is printed. */
export function createLineageCommand(io: CliIo): Command {
  const command = new Command('lineage')
    .description('verify and print the chain from the genesis to what is in force: digests, parents, signatures')
    .option('--founders <file>', 'hold it against these founders, not those that are pinned or told')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const { lineage, source, foundersFrom } = await knownLineage(io, options);
      const rows = lineage.chain.map(told);
      if (options.json === true) {
        io.out(`${JSON.stringify({ source, genesis: GENESIS_DIGEST, foundersFrom, constitutions: rows })}\n`);
        return;
      }
      const paint = createPaint(io.colour);
      io.out(`genesis  ${GENESIS_DIGEST}\n`);
      for (const { number, title, digest, signedBy, of } of rows) {
        io.out(`${paint('good', '✓')} #${number}  ${digest}  ${visible(title)}\n`);
        io.out(`      signed by ${visible(signedBy.join(', '))} (of ${of})\n`);
      }
      io.out(`verified from the bytes in ${source}; the last is in force\n`);
      if (foundersFrom === 'server') {
        io.err('The founders are those that the server names. Pin them: --founders <file>.\n');
      }
    });
}

const HELP = `
Reads the registry in the state folder; with --server, fetches every bundle and verifies it here.

Exit codes: 0 verified, 1 refused (the code says why), 4 nothing to verify, or it cannot be reached

Examples:
  acgs constitution lineage
  acgs constitution lineage --server https://acgs.example --founders founders.json`;

function told({ constitution, signedBy, signers }: VerifiedConstitution) {
  const { number, title, digest, parent } = constitution;
  return {
    number,
    title,
    digest,
    parent,
    signedBy: signedBy.map(({ name }) => name),
    threshold: signers.threshold,
    of: signers.keys.length,
  };
}
