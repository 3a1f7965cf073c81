import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { ReceiptReply } from '#services/integrity/routes/receipts.ts';

interface Options extends ClientOptions {
  readonly output?: string;
}

/** `acgs receipt`: gets the receipt of a decision. */
export function createReceiptCommand(io: CliIo): Command {
  const command = new Command('receipt')
    .description('get the signed receipt of a decision; "acgs verify receipt" checks it offline')
    .argument('<decision>', 'its id, as the agent was told and "acgs log" shows')
    .option('-o, --output <file>', 'where to write it (default: standard output)');
  return withClientOptions(command)
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 there is no such decision, 4 the server cannot be reached

Examples:
  acgs receipt 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d -o receipt.json`,
    )
    .action(async (id: string, options: Options) => {
      const client = await createClient(io, options);
      const receipt = await client.get(`/v1/receipts/${encodeURIComponent(id)}`, ReceiptReply);
      await writeOutput(io, options.output, `${JSON.stringify(receipt)}\n`);
    });
}

/** Writes to a file for its owner only, or to standard output. */
export async function writeOutput(io: CliIo, file: string | undefined, text: string): Promise<void> {
  if (file === undefined) {
    io.out(text);
    return;
  }
  try {
    await writeFile(path.resolve(io.cwd, file), text, { mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw failure(EXIT.unavailable, `${file} cannot be written (${why})`);
  }
}
