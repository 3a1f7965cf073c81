import { Command } from 'commander';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { readBundleFile, readJsonFile, readSignersFile } from '#apps/cli/constitution/files.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { found } from '#domain/constitution/founding.ts';
import { RegistryUnavailable } from '#domain/constitution/registry.ts';

interface Options {
  readonly founders: string;
  readonly envelope?: string;
  readonly json?: true;
}

/** `acgs constitution found`: an installation whose number 1 people have signed, in place of its own key. */
export function createFoundCommand(io: CliIo): Command {
  return new Command('found')
    .description('found an installation with number 1 as the founders have signed it, before its first start')
    .argument('<bundle>', 'what "acgs constitution build --out" has written')
    .requiredOption('--founders <file>', 'who they are: { "threshold": 2, "keys": [{ "name": …, "publicKey": … }, …] }')
    .option('--envelope <file>', 'their signatures (default: <bundle>.envelope.json)')
    .option('--json', 'machine-readable output')
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => {
      const { bytes } = await readBundleFile(io, file);
      const founders = await readSignersFile(io, options.founders);
      const envelope = await readJsonFile(io, options.envelope ?? `${file}.envelope.json`);
      const registry = createFileRegistry(stateFolder(io));
      const founded = await found({ bytes, envelope }, founders, { registry, parseBundle }).catch((error: unknown) => {
        if (error instanceof RegistryUnavailable) throw failure(EXIT.unavailable, error.message);
        throw error;
      });
      if (!founded.ok) throw failure(EXIT.refused, `[${founded.refusal.code}] ${founded.refusal.message}`);
      const { number, digest } = founded.value.constitution;
      const signedBy = founded.value.signedBy.map(({ name }) => name);
      io.out(
        options.json === true
          ? `${JSON.stringify({ number, digest, signedBy })}\n`
          : `number ${number} is in force in ${stateFolder(io)}, signed by ${signedBy.join(', ')}\ndigest ${digest}\n`,
      );
    });
}

const HELP = `
Without this, the first start founds the installation with a key that ACGS makes for it. The founders are pinned: they sign until a
constitution names signers of its own.

Exit codes: 0 founded, 1 the signatures are not enough, or something was founded here already, 2 wrong file, 4 cannot be written

Example:
  acgs constitution build ./constitution --out bundle.json
  acgs constitution sign bundle.json --key ada.pem --signers founders.json
  acgs constitution sign bundle.json --key ben.pem --signers founders.json
  acgs constitution found bundle.json --founders founders.json`;
