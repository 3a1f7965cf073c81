import { Command } from 'commander';
import Type from 'typebox';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { checkDecisionId } from '#apps/cli/decision-id.ts';
import type { CliIo } from '#apps/cli/io.ts';

const Answered = Type.Object({ role: Type.String(), principalId: Type.String(), expiresMs: Type.Number() });

interface Options extends ClientOptions {
  readonly refuse?: true;
  readonly json?: true;
}

/** `acgs approve`: the operator's answer to an `ask`. Read what it is about first: `acgs explain <decision>`. */
export function createApproveCommand(io: CliIo): Command {
  const command = new Command('approve')
    .description('let an action that waits for a person through, once; the agent repeats exactly the same action')
    .argument('<decision>', 'its id, as the agent was told and "acgs log --verdict ask" shows')
    .option('--refuse', 'say no instead')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  acgs explain 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d\n  acgs approve 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d',
    )
    .action(async (id: string, options: Options) => {
      checkDecisionId(id);
      const client = await createClient(io, options);
      const answer = options.refuse === true ? 'refused' : 'granted';
      const answered = await client.post(`/v1/decisions/${id}/approval`, { answer }, Answered);
      if (options.json === true) io.out(`${JSON.stringify(answered)}\n`);
      else if (answer === 'refused') io.out(`refused: ${answered.principalId} may not do it\n`);
      else
        io.out(
          `granted as ${answered.role}: ${answered.principalId} may do it once, until ${new Date(answered.expiresMs).toISOString()}\n`,
        );
    });
}
