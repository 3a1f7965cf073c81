import { Command } from 'commander';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { AmendmentAnswer, AmendmentsAnswer } from '#apps/cli/constitution/amendment-form.ts';
import { describeAmendment, describeImpact } from '#apps/cli/constitution/amendment-text.ts';
import type { CliIo } from '#apps/cli/io.ts';

/** `acgs constitution amendments`: what is under way, and what each would change. */
export function createAmendmentsCommand(io: CliIo): Command {
  const command = new Command('amendments')
    .argument('[amendment]', 'only this one, with its impact')
    .description('every amendment, and where it stands')
    .option('--json', 'machine-readable output');
  return withClientOptions(command).action(
    async (id: string | undefined, options: ClientOptions & { readonly json?: true }) => {
      const client = await createClient(io, options);
      const amendments =
        id === undefined
          ? (await client.get('/v1/amendments', AmendmentsAnswer)).amendments
          : [await client.get(`/v1/amendments/${encodeURIComponent(id)}`, AmendmentAnswer)];
      for (const amendment of amendments) {
        if (options.json === true) io.out(`${JSON.stringify(amendment)}\n`);
        else io.out(describeAmendment(amendment));
        if (options.json !== true && id !== undefined && amendment.impact !== undefined) {
          io.out(describeImpact(amendment.impact.impact));
        }
      }
      if (amendments.length === 0) io.err('nothing was ever proposed\n');
    },
  );
}
