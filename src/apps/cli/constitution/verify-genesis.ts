import { Command } from 'commander';
import { read } from '#apps/cli/constitution/files.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { CONSTITUTIONAL_HASH } from '#domain/constitution/lineage.ts';
import { verifyGenesis } from '#domain/constitution/verify-genesis.ts';

/** `acgs constitution verify-genesis`: is this the text that the lineage is named by? */
export function createVerifyGenesisCommand(io: CliIo): Command {
  return new Command('verify-genesis')
    .description('check a copy of the genesis text against the digest that is pinned in the code')
    .argument('<file>', 'the text: it is not part of this project, only its digest is')
    .option('--json', 'machine-readable output')
    .addHelpText(
      'after',
      '\nExit codes: 0 it is the genesis text, byte for byte, 1 it is not (what differs is told where it can be), 2 no such file\n\nExample:\n  acgs constitution verify-genesis ./constitution.txt',
    )
    .action(async (file: string, options: { readonly json?: true }) => {
      const verified = verifyGenesis(await read(io, file));
      if (options.json === true) {
        const { ok: isGenesis } = verified;
        io.out(
          `${JSON.stringify(verified.ok ? { isGenesis, ...verified.value } : { isGenesis, ...verified.refusal })}\n`,
        );
        if (!isGenesis) throw failure(EXIT.refused);
        return;
      }
      if (!verified.ok) throw failure(EXIT.refused, verified.refusal.message);
      io.out(
        `the genesis text, byte for byte: SHA-256 ${verified.value.digest}, constitutional hash ${CONSTITUTIONAL_HASH}\n`,
      );
    });
}
