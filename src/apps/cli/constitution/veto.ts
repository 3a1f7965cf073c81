import { Command } from 'commander';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { AmendmentAnswer } from '#apps/cli/constitution/amendment-form.ts';
import { describeAmendment } from '#apps/cli/constitution/amendment-text.ts';
import type { CliIo } from '#apps/cli/io.ts';

/** `acgs constitution veto`: until an amendment is active; a vote with a two-thirds majority overrides it. */
export function createVetoCommand(io: CliIo): Command {
  const command = new Command('veto')
    .argument('<amendment>', 'its id')
    .argument('<reason>', 'why, for everyone who votes on overriding it')
    .description('veto an amendment that is not active yet')
    .option('--json', 'machine-readable output');
  return withClientOptions(command).action(
    async (id: string, reason: string, options: ClientOptions & { readonly json?: true }) => {
      const client = await createClient(io, options);
      const vetoed = await client.post(`/v1/amendments/${encodeURIComponent(id)}/veto`, { reason }, AmendmentAnswer);
      io.out(options.json === true ? `${JSON.stringify(vetoed)}\n` : describeAmendment(vetoed));
    },
  );
}
