import { randomBytes } from 'node:crypto';
import { Argument, Command } from 'commander';
import Type from 'typebox';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { visible } from '#apps/cli/output.ts';
import { LOT_BYTES } from '#domain/amendment/lot.ts';

const Appeal = Type.Object(
  {
    id: Type.String(),
    by: Type.String(),
    commitment: Type.String(),
    pool: Type.Array(Type.String()),
    panel: Type.Array(Type.String()),
    answers: Type.Array(Type.Object({ by: Type.String(), answer: Type.String(), reason: Type.String() })),
    state: Type.Object({ kind: Type.String(), outcome: Type.Optional(Type.String()) }, { additionalProperties: true }),
  },
  { additionalProperties: true },
);
const Appeals = Type.Object({ appeals: Type.Array(Appeal) });

interface Options extends ClientOptions {
  readonly decision?: string;
  readonly policy?: string;
  readonly json?: true;
}

/** `acgs constitution appeal`: files it and, with this side's half of the lot, has the panel drawn. */
export function createAppealCommand(io: CliIo): Command {
  const command = new Command('appeal')
    .argument('[grounds]', 'why it was wrong, for the panel; without it, the appeals are listed')
    .description('appeal a denied decision, or a policy that an amendment has enacted')
    .option('--decision <id>', 'the denied decision')
    .option('--policy <id>', 'the enacted policy')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  acgs constitution appeal --decision 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d "It was my own branch"',
    )
    .action(async (grounds: string | undefined, options: Options) => {
      const client = await createClient(io, options);
      const show = (appeal: Type.Static<typeof Appeal>) =>
        io.out(options.json === true ? `${JSON.stringify(appeal)}\n` : describe(appeal));
      if (grounds === undefined) {
        for (const appeal of (await client.get('/v1/appeals', Appeals)).appeals) show(appeal);
        return;
      }
      const { decision, policy } = options;
      if ((decision === undefined) === (policy === undefined)) {
        throw failure(EXIT.usage, 'say what is appealed: --decision <id>, or --policy <id>');
      }
      const against =
        decision !== undefined ? { kind: 'decision', decision } : { kind: 'policy', policy: policy ?? '' };
      const filed = await client.post('/v1/appeals', { against, grounds }, Appeal);
      if (filed.state.kind !== 'filed') {
        show(filed);
        return;
      }
      // Made only now: the server has committed to its half, and could not choose it by ours.
      const nonce = randomBytes(LOT_BYTES).toString('hex');
      const drawn = await client.post(`/v1/appeals/${filed.id}/lot`, { nonce }, Appeal);
      if (drawn.commitment !== filed.commitment) {
        throw failure(EXIT.refused, 'the server has changed its half of the lot after it knew ours: the draw is void');
      }
      show(drawn);
    });
}

/** `acgs constitution answer`: for the members of an appeal's panel. */
export function createAnswerCommand(io: CliIo): Command {
  const command = new Command('answer')
    .argument('<appeal>', 'its id')
    .addArgument(new Argument('<answer>', 'what was appealed stands, or does not').choices(['uphold', 'overturn']))
    .argument('<reason>', 'why')
    .description('answer an appeal as a member of its panel');
  return withClientOptions(command).action(
    async (id: string, answer: string, reason: string, options: ClientOptions) => {
      const client = await createClient(io, options);
      const path = `/v1/appeals/${encodeURIComponent(id)}/answers`;
      io.out(describe(await client.post(path, { answer, reason }, Appeal)));
    },
  );
}

/** `acgs constitution contest`: puts a panel's answer to the vote. */
export function createContestCommand(io: CliIo): Command {
  const command = new Command('contest')
    .argument('<appeal>', 'its id')
    .description("put the panel's answer to the vote of everyone");
  return withClientOptions(command).action(async (id: string, options: ClientOptions) => {
    const client = await createClient(io, options);
    io.out(describe(await client.post(`/v1/appeals/${encodeURIComponent(id)}/contest`, {}, Appeal)));
  });
}

function describe({ id, by, pool, panel, answers, state }: Type.Static<typeof Appeal>): string {
  const drawn = panel.length === 0 ? `${pool.length} may be drawn` : `panel ${panel.map(visible).join(', ')}`;
  const lines = answers.map((one) => `  ${visible(one.by)}: ${one.answer}, ${visible(one.reason)}`);
  const outcome = state.outcome === undefined ? '' : ` ${state.outcome}`;
  return `${[`${state.kind}${outcome}  by ${visible(by)}  ${drawn}  ${id}`, ...lines].join('\n')}\n`;
}
