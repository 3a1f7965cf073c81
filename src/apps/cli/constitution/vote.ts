import { Argument, Command } from 'commander';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { BallotAnswer, BallotsAnswer } from '#apps/cli/constitution/amendment-form.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { CHOICES } from '#domain/amendment/ballot.ts';

/** `acgs constitution vote`: on an amendment, an override, a suspension or an appeal; a vote that was cast stands. */
export function createVoteCommand(io: CliIo): Command {
  const command = new Command('vote')
    .argument('<ballot>', 'as "acgs constitution amendments" shows it, or the id of what is voted on')
    .addArgument(new Argument('<choice>', 'what you say').choices(CHOICES))
    .description('vote; it cannot be changed afterwards')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText('after', '\nExample:\n  acgs constitution vote amendment:01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d for')
    .action(async (named: string, choice: string, options: ClientOptions & { readonly json?: true }) => {
      const client = await createClient(io, options);
      const { ballots } = await client.get('/v1/ballots', BallotsAnswer);
      const open = ballots.filter(
        ({ id, result }) => result === undefined && (id === named || id.endsWith(`:${named}`)),
      );
      const [ballot] = open;
      if (ballot === undefined) throw failure(EXIT.refused, `there is no open vote "${named}"`);
      const after = await client.post(`/v1/ballots/${ballot.id}/votes`, { choice }, BallotAnswer);
      io.out(
        options.json === true
          ? `${JSON.stringify(after)}\n`
          : `voted ${choice}: ${after.voted} of ${after.entitled}, until ${new Date(after.closesMs).toISOString()}\n`,
      );
    });
}
