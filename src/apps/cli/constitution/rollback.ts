import { Command } from 'commander';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { AmendmentAnswer } from '#apps/cli/constitution/amendment-form.ts';
import { describeAmendment } from '#apps/cli/constitution/amendment-text.ts';
import { RollOutStatus, rollOutText } from '#apps/cli/constitution/roll-out-text.ts';
import type { CliIo } from '#apps/cli/io.ts';

/**
 * `acgs constitution rollback`: takes back the candidate of a roll-out that is under way, at once. What is active already is taken back
 * by an amendment, which this drafts: it needs signatures and no vote.
 */
export function createRollbackCommand(io: CliIo): Command {
  const command = new Command('rollback')
    .argument('<why>', 'for everyone who will ask')
    .description('take back what is being rolled out, or draft the amendment that takes back what is in force')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText(
      'after',
      '\nThe amendment is then signed and rolled out like any other: "acgs constitution fetch", "sign", "submit", "roll-out".\n\nExample:\n  acgs constitution rollback "it asks for every push"',
    )
    .action(async (why: string, options: ClientOptions & { readonly json?: true }) => {
      const client = await createClient(io, options);
      const { rollOut } = await client.get('/v1/roll-out', RollOutStatus);
      if (rollOut?.stage.kind === 'shadow' || rollOut?.stage.kind === 'canary') {
        const status = await client.post('/v1/roll-out/rollback', { why }, RollOutStatus);
        io.out(options.json === true ? `${JSON.stringify(status)}\n` : rollOutText(status, io));
        return;
      }
      const amendment = await client.post('/v1/amendments/rollback', { title: why }, AmendmentAnswer);
      io.out(options.json === true ? `${JSON.stringify(amendment)}\n` : describeAmendment(amendment));
    });
}
