import { Command } from 'commander';
import Type from 'typebox';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint, visible } from '#apps/cli/output.ts';
import { type Cell, table } from '#apps/cli/table.ts';

const Open = { additionalProperties: true } as const;
const Refusal = Type.Object({ code: Type.String(), message: Type.String() }, Open);
const InForce = Type.Object(
  {
    ref: Type.Object({ lineage: Type.String(), number: Type.Integer(), digest: Type.String() }),
    title: Type.String(),
    verifiedAt: Type.String(),
    ageSeconds: Type.Number(),
    ageHoursMax: Type.Integer(),
    refusal: Type.Optional(Refusal),
    nextSigners: Type.Object(
      { threshold: Type.Integer(), keys: Type.Array(Type.Object({ name: Type.String() }, Open)) },
      Open,
    ),
  },
  Open,
);
const Node = Type.Object(
  {
    id: Type.String(),
    number: Type.Integer(),
    digest: Type.String(),
    verified: Type.Boolean(),
    refusal: Type.Optional(Type.Unknown()),
    verifiedSecondsAgo: Type.Number(),
    seenSecondsAgo: Type.Number(),
    isStale: Type.Boolean(),
    candidate: Type.Optional(Type.Object({ number: Type.Integer(), stage: Type.String() }, Open)),
  },
  Open,
);
const Nodes = Type.Object({ nodes: Type.Array(Node) }, Open);

/** `acgs constitution status`: what every node decides by, and whether it knows that for sure. */
export function createStatusCommand(io: CliIo): Command {
  const command = new Command('status')
    .description("what is in force, and every node's digest, number and age, and whether it was verified")
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText(
      'after',
      '\nExit codes: 0 every node has verified what it decides by, 1 one has not, or is stale, 4 the server cannot be reached\n\nExample:\n  acgs constitution status',
    )
    .action(async (options: ClientOptions & { readonly json?: true }) => {
      const client = await createClient(io, options);
      const inForce = await client.get('/v1/constitution', InForce);
      const { nodes } = await client.get('/v1/nodes', Nodes);
      io.out(options.json === true ? `${JSON.stringify({ ...inForce, nodes })}\n` : text(inForce, nodes, io));
      const isSound = inForce.refusal === undefined && nodes.every(({ verified, isStale }) => verified && !isStale);
      if (!isSound) throw failure(EXIT.refused);
    });
}

function text(inForce: Type.Static<typeof InForce>, nodes: readonly Type.Static<typeof Node>[], io: CliIo): string {
  const paint = createPaint(io.colour);
  const { ref, title, ageSeconds, ageHoursMax, refusal, nextSigners } = inForce;
  const names = nextSigners.keys.map(({ name }) => name).join(', ');
  const lines = [
    `number ${ref.number}  ${visible(title)}\n`,
    `digest  ${ref.digest}\n`,
    `lineage ${ref.lineage}\n`,
    `verified ${duration(ageSeconds)} ago; a node goes on by what it cannot verify for ${ageHoursMax} h\n`,
    `next     signed by ${nextSigners.threshold} of ${visible(names)}\n`,
  ];
  if (refusal !== undefined) {
    lines.push(`${paint('bad', `✗ refused [${refusal.code}]`)} ${visible(refusal.message)}\n`);
  }
  const head: readonly Cell[] = ['node', 'number', 'digest', 'verified', 'seen', ''].map((name) => ({
    text: name,
    tone: 'quiet',
  }));
  const rows = nodes.map((node): readonly Cell[] => [
    { text: visible(node.id) },
    { text: String(node.number) },
    { text: `${node.digest.slice(0, 16)}…`, ...(node.digest === ref.digest ? {} : { tone: 'asked' }) },
    node.verified ? { text: `${duration(node.verifiedSecondsAgo)} ago` } : { text: 'refused', tone: 'bad' },
    { text: `${duration(node.seenSecondsAgo)} ago` },
    {
      text: [...(node.isStale ? ['stale'] : []), ...candidateOf(node)].join(', '),
      ...(node.isStale ? { tone: 'bad' } : {}),
    },
  ]);
  if (rows.length > 0) lines.push('\n', table([head, ...rows], { columns: io.columns, flexible: 0, paint }));
  return lines.join('');
}

function candidateOf({ candidate }: Type.Static<typeof Node>): readonly string[] {
  return candidate === undefined ? [] : [`${candidate.stage} of number ${candidate.number}`];
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
