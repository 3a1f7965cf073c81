import { Command, Option } from 'commander';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { checkDecisionId } from '#apps/cli/decision-id.ts';
import {
  type Grant,
  Grants,
  grantText,
  type ProposalOptions,
  preview,
  previewText,
  proposalOf,
  propose,
  withProposalOptions,
} from '#apps/cli/grants/proposal.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { createPaint, visible } from '#apps/cli/output.ts';
import { table } from '#apps/cli/table.ts';
import { STANDING_GRANT_STATES } from '#domain/standing-grant/standing-grant.ts';
import { StandingGrantReply } from '#services/decision/standing-grant-schemas.ts';

interface Options extends ClientOptions {
  readonly json?: true;
}

/** `acgs grants`: what agents may do for a while without asking again. */
export function createGrantsCommand(io: CliIo, deps: { readonly nowMs: () => number }): Command {
  const command = new Command('grants')
    .description('standing grants: what agents may do for a while without asking again')
    .addHelpText(
      'after',
      `
A grant is proposed from something that was asked (acgs approvals). It stands in for the approval of the role that
was asked, of what it names and nothing else, in one workspace, under the constitution in force, until its end.

Exit codes: 0 done, 1 the server refuses, 2 wrong command line,
  4 the server cannot be reached

Examples:
  acgs grants
  acgs grants preview <decision> --for 3d --ref 'feature/*'
  acgs grants propose <decision> --for 3d --ref 'feature/*'
  acgs grants revoke <id>`,
    );
  command.addCommand(listCommand(io), { isDefault: true });
  for (const sub of [
    previewCommand(io, deps.nowMs),
    proposeCommand(io, deps.nowMs),
    oneCommand(io, { name: 'show', says: 'one grant, with the policy that decides', path: '' }),
    oneCommand(io, { name: 'agree', says: 'agree to a grant, where more than one person must', path: '/agreement' }),
    oneCommand(io, { name: 'revoke', says: 'end a grant, at once', path: '/revocation' }),
  ]) {
    command.addCommand(sub);
  }
  return command;
}

function listCommand(io: CliIo): Command {
  return withClientOptions(new Command('list').description('what there is, oldest first'))
    .addOption(
      new Option('--state <state>', 'only these (default: proposed and in force)').choices([
        ...STANDING_GRANT_STATES,
        'all',
      ]),
    )
    .option('--agent <id>', 'only of this agent')
    .option('--json', 'one JSON object a line')
    .action(async (options: Options & { readonly state?: string; readonly agent?: string }) => {
      const client = await createClient(io, options);
      const { state, agent } = options;
      const wanted = { ...(state === undefined ? {} : { state }), ...(agent === undefined ? {} : { agent }) };
      const { grants } = await client.get(`/v1/grants?${new URLSearchParams(wanted)}`, Grants);
      if (options.json === true) for (const grant of grants) io.out(`${JSON.stringify(grant)}\n`);
      else if (grants.length === 0) io.err('no standing grants\n');
      else io.out(list(grants, io));
    });
}

function previewCommand(io: CliIo, nowMs: () => number): Command {
  return proposing(
    new Command('preview'),
    io,
    'what a grant would let through; nothing is given',
    async (client, id, options) => {
      const shown = await preview(client, proposalOf(id, options, nowMs()));
      io.out(options.json === true ? `${JSON.stringify(shown)}\n` : previewText(shown));
    },
  );
}

function proposeCommand(io: CliIo, nowMs: () => number): Command {
  return proposing(
    new Command('propose'),
    io,
    'propose a grant from a request, and agree to it',
    async (client, id, options) => {
      const grant = await propose(client, proposalOf(id, options, nowMs()));
      io.out(options.json === true ? `${JSON.stringify(grant)}\n` : oneText(grant));
    },
  );
}

type Proposing = Options & ProposalOptions;

function proposing(
  command: Command,
  io: CliIo,
  says: string,
  run: (client: Awaited<ReturnType<typeof createClient>>, id: string, options: Proposing) => Promise<void>,
): Command {
  return withClientOptions(withProposalOptions(command.description(says).argument('<decision>', 'the request')))
    .option('--json', 'machine-readable output')
    .action(async (id: string, options: Proposing) => {
      checkDecisionId(id);
      await run(await createClient(io, options), id, options);
    });
}

function oneCommand(io: CliIo, what: { readonly name: string; readonly says: string; readonly path: string }): Command {
  return withClientOptions(new Command(what.name).description(what.says).argument('<id>', 'of the grant'))
    .option('--json', 'machine-readable output')
    .action(async (id: string, options: Options) => {
      checkDecisionId(id);
      const client = await createClient(io, options);
      const path = `/v1/grants/${id}${what.path}`;
      const grant =
        what.path === '' ? await client.get(path, StandingGrantReply) : await client.post(path, {}, StandingGrantReply);
      io.out(options.json === true ? `${JSON.stringify(grant)}\n` : oneText(grant));
    });
}

/** As it is told after each step. */
export function oneText(grant: Grant): string {
  const missing = 'missing' in grant.state ? ` (${grant.state['missing']} more must agree)` : '';
  return `${grantText(grant)}\n\n${grant.policies.join('')}\n${grant.state.kind}${missing}, by ${grant.agreed.map(visible).join(' and ')}: ${grant.id}\n`;
}

function list(grants: readonly Grant[], io: CliIo): string {
  const rows = grants.map((grant) => [
    { text: grant.id },
    { text: grant.state.kind },
    { text: visible(grant.principalId) },
    { text: new Date(grant.expiresMs).toISOString() },
    { text: visible(grant.covers.join('; ')) },
  ]);
  return table(rows, { columns: io.columns, flexible: 4, paint: createPaint(io.colour) });
}
