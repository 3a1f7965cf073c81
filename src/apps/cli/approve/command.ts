import { Command } from 'commander';
import Type from 'typebox';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { checkDecisionId } from '#apps/cli/decision-id.ts';
import { failure } from '#apps/cli/failure.ts';
import { oneText } from '#apps/cli/grants/command.ts';
import { type ProposalOptions, proposalOf, propose, withProposalOptions } from '#apps/cli/grants/proposal.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';

const Answered = Type.Object({ role: Type.String(), principalId: Type.String(), expiresMs: Type.Number() });

interface Options extends ClientOptions, ProposalOptions {
  readonly refuse?: true;
  readonly standing?: true;
  readonly json?: true;
}

/** `acgs approve`: the operator's answer to an `ask`. Read what it is about first: `acgs explain <decision>`. */
export function createApproveCommand(io: CliIo, deps: { readonly nowMs: () => number }): Command {
  const command = new Command('approve')
    .description('let an action that waits for a person through, once; the agent repeats exactly the same action')
    .argument('<decision>', 'its id, as the agent was told and "acgs log --verdict ask" shows')
    .option('--refuse', 'say no instead')
    .option(
      '--standing',
      'say yes, and for what is like it until --for or --until is over (acgs grants preview shows what)',
    )
    .option('--json', 'machine-readable output');
  return withClientOptions(withProposalOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  acgs explain 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d
  acgs approve 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d
  acgs approve 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d --standing --for 3d --ref 'feature/*'

Not yes to what is like it, but to a rule: acgs constitution propose. To appeal a denial: acgs constitution appeal.`,
    )
    .action(async (id: string, options: Options) => {
      checkDecisionId(id);
      if (options.refuse === true && options.standing === true) {
        throw failure(EXIT.usage, '--refuse and --standing are two answers');
      }
      // A wrong command line is found before anything is answered.
      const proposal = options.standing === true ? proposalOf(id, options, deps.nowMs()) : undefined;
      const client = await createClient(io, options);
      // First, so that where no grant can be given nothing is answered either.
      const grant = proposal === undefined ? undefined : await propose(client, proposal);
      const answer = options.refuse === true ? 'refused' : 'granted';
      const answered = await client.post(`/v1/decisions/${id}/approval`, { answer }, Answered);
      if (options.json === true) io.out(`${JSON.stringify(grant === undefined ? answered : { ...answered, grant })}\n`);
      else if (answer === 'refused') io.out(`refused: ${answered.principalId} may not do it\n`);
      else
        io.out(
          `granted as ${answered.role}: ${answered.principalId} may do it once, until ${new Date(answered.expiresMs).toISOString()}\n`,
        );
      if (grant !== undefined && options.json !== true) io.out(oneText(grant));
    });
}
