import { resolve } from 'node:path';
import { Command } from 'commander';
import { openKeyFile } from '#adapters/key-file/key-file.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';

/** `acgs constitution key`: what a person needs to be named as a signer. */
export function createKeyCommand(io: CliIo): Command {
  return new Command('key')
    .description("make a signer's key, or show the public half of one that is there")
    .argument('<file>', 'the private key: kept by its owner, mode 0600, never replaced')
    .option('--json', 'machine-readable output')
    .addHelpText(
      'after',
      '\nThe public key goes into "signers" of constitution.yaml, by an amendment that the present signers sign.\n\nExample:\n  acgs constitution key ~/.acgs-signer.pem',
    )
    .action(async (file: string, options: { readonly json?: true }) => {
      const signer = await openKeyFile(resolve(io.cwd, file));
      if (!signer.ok) throw failure(EXIT.usage, signer.refusal.message);
      const { id, text } = signer.value.publicKey;
      io.out(
        options.json === true
          ? `${JSON.stringify({ publicKey: text, keyId: id })}\n`
          : `publicKey ${text}\nkey id    ${id}\n`,
      );
    });
}
