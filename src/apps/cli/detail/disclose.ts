import { Command } from 'commander';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { writeOutput } from '#apps/cli/receipt/command.ts';
import { DisclosureReply } from '#services/integrity/routes/detail.ts';

interface Options extends ClientOptions {
  readonly output?: string;
  readonly only?: readonly string[];
}

/** `acgs disclose`: what was kept out of a record, for somebody who may see it. */
export function createDiscloseCommand(io: CliIo): Command {
  const command = new Command('disclose')
    .description('get what was redacted of a decision, with its record and receipt, so that it can be checked')
    .argument('<decision>', 'its id')
    .option('-o, --output <file>', 'where to write it, for you only (default: standard output)')
    .option('--only <number...>', 'only these redactions, by the number in their markers; the others stay closed');
  return withClientOptions(command)
    .addHelpText(
      'after',
      `
What is written holds secrets in clear. "acgs verify disclosure" checks it offline.

Exit codes: 0 done, 1 there is no such decision, or its detail was shredded,
  4 the server cannot be reached

Examples:
  acgs disclose 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d -o disclosure.json
  acgs disclose 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d --only 2`,
    )
    .action(async (id: string, options: Options) => {
      const client = await createClient(io, options);
      const disclosure = await client.get(`/v1/decisions/${encodeURIComponent(id)}/disclosure`, DisclosureReply);
      const { only } = options;
      const details =
        only === undefined
          ? disclosure.details
          : disclosure.details.filter(({ number }) => only.includes(String(number)));
      await writeOutput(io, options.output, `${JSON.stringify({ ...disclosure, details })}\n`);
    });
}
