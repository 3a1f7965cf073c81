import { Command } from 'commander';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { RollOutStatus, rollOutText } from '#apps/cli/constitution/roll-out-text.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';

const DIGEST = /^[0-9a-f]{64}$/;

interface Options extends ClientOptions {
  readonly advance?: true;
  readonly json?: true;
}

/** `acgs constitution roll-out`: shadow, canary, active; without an argument, how the one under way stands. */
export function createRollOutCommand(io: CliIo): Command {
  const command = new Command('roll-out')
    .argument('[digest]', 'of the amendment that was passed and signed; without it, how the roll-out stands')
    .description('bring an amendment in force in stages: shadow, canary, active')
    .option('--advance', 'go on to the next stage before its time')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText(
      'after',
      '\nIt goes on by itself as the constitution in force plans (rollOut), and back by itself when an objective is broken.\n\n' +
        'Examples:\n  acgs constitution roll-out 4f0c…   begin\n  acgs constitution roll-out         how it stands\n  acgs constitution roll-out --advance',
    )
    .action(async (digest: string | undefined, options: Options) => {
      if (digest !== undefined && !DIGEST.test(digest)) {
        throw failure(EXIT.usage, `"${digest}" is not a digest; "acgs constitution amendments" shows them`);
      }
      if (digest !== undefined && options.advance === true) {
        throw failure(EXIT.usage, 'begin a roll-out, or move one on: not both at once');
      }
      const client = await createClient(io, options);
      const status =
        digest !== undefined
          ? await client.post('/v1/roll-out', { candidate: digest }, RollOutStatus)
          : options.advance === true
            ? await client.post('/v1/roll-out/advance', {}, RollOutStatus)
            : await client.get('/v1/roll-out', RollOutStatus);
      io.out(options.json === true ? `${JSON.stringify(status)}\n` : rollOutText(status, io));
    });
}
