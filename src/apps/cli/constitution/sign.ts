import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { readKeyFile } from '#adapters/key-file/key-file.ts';
import { type ClientOptions, withClientOptions } from '#apps/cli/client.ts';
import { readBundleFile, readJsonFile, readSignersFile } from '#apps/cli/constitution/files.ts';
import { knownLineage } from '#apps/cli/constitution/known-lineage.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { visible } from '#apps/cli/output.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { addSignature } from '#domain/constitution/add-signature.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import type { Signers } from '#domain/constitution/sections.ts';

interface Options extends ClientOptions {
  readonly key: string;
  readonly envelope?: string;
  readonly signers?: string;
  readonly json?: true;
}

/** `acgs constitution sign`: one signer's word for one bundle. Works offline, so that a key need not be where the network is. */
export function createSignCommand(io: CliIo): Command {
  const command = new Command('sign')
    .description('sign a bundle with your key; the signatures of all signers are gathered in one envelope (DSSE)')
    .argument('<bundle>', 'what "acgs constitution build --out" or "fetch" has written')
    .requiredOption('--key <file>', 'your private key')
    .option('--envelope <file>', 'where the signatures are gathered (default: <bundle>.envelope.json)')
    .option('--signers <file>', 'who may sign, when neither this installation nor the server knows the parent')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => {
      const { bytes, constitution } = await readBundleFile(io, file);
      const signer = await readKeyFile(resolve(io.cwd, options.key));
      if (!signer.ok) throw failure(EXIT.usage, signer.refusal.message);
      const signers = await signersFor(io, constitution, options);
      const place = options.envelope ?? `${file}.envelope.json`;
      const signed = addSignature(bytes, await gathered(io, place), signer.value, signers);
      if (!signed.ok) throw failure(EXIT.refused, `[${signed.refusal.code}] ${signed.refusal.message}`);
      await replace(resolve(io.cwd, place), `${JSON.stringify(signed.value, undefined, 2)}\n`);
      const { number, title, digest } = constitution;
      const given = signed.value.signatures.length;
      const told = { number, title, digest, envelope: place, signatures: given, threshold: signers.threshold };
      io.out(
        options.json === true
          ? `${JSON.stringify(told)}\n`
          : `signed number ${number}  ${visible(title)}\ndigest ${digest}\n${given} of ${signers.threshold} signatures, in ${place}\n`,
      );
    });
}

const HELP = `
Look before you sign: "acgs constitution diff <bundle>" shows what it changes.

Exit codes: 0 signed, 1 your key is none of the signers, or what was gathered is not sound, 2 wrong file, 4 nobody knows the parent

Examples:
  acgs constitution sign bundle.json --key ~/.acgs-signer.pem
  acgs constitution sign bundle.json --key ben.pem --envelope gathered.json --signers founders.json`;

/** Those whom the parent names. */
async function signersFor(io: CliIo, { parent, number }: Constitution, options: Options): Promise<Signers> {
  if (options.signers !== undefined) return readSignersFile(io, options.signers);
  if (parent === GENESIS_DIGEST && options.server === undefined) {
    const founders = await createFileRegistry(stateFolder(io)).founders();
    if (founders !== undefined) return founders;
    throw failure(EXIT.unavailable, 'number 1 is signed by the founders: name them with --signers');
  }
  const { lineage, source } = await knownLineage(io, options);
  if (parent === GENESIS_DIGEST) return lineage.founders;
  const found = lineage.chain.find(({ constitution }) => constitution.digest === parent);
  if (found !== undefined) return found.nextSigners;
  throw failure(
    EXIT.refused,
    `number ${number} follows ${parent.slice(0, 16)}…, which is not in the lineage of ${source}`,
  );
}

async function gathered(io: CliIo, place: string): Promise<unknown> {
  return existsSync(resolve(io.cwd, place)) ? readJsonFile(io, place) : undefined;
}

/** As a whole: the signatures of others are in it. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
