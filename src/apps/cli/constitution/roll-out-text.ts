import Type, { type Static } from 'typebox';
import type { CliIo } from '#apps/cli/io.ts';
import { createPaint, visible } from '#apps/cli/output.ts';
import { type Cell, table } from '#apps/cli/table.ts';

const Open = { additionalProperties: true } as const;
const Ref = Type.Object({ number: Type.Integer(), digest: Type.String() }, Open);
const Sample = Type.Object({ count: Type.Integer(), of: Type.Integer() }, Open);
/** The answer of `/v1/roll-out`, as far as the command line shows it. */
export const RollOutStatus = Type.Object(
  {
    rollOut: Type.Optional(
      Type.Object(
        {
          candidate: Ref,
          inForce: Ref,
          stage: Type.Object(
            { kind: Type.String(), sinceMs: Type.Number(), cause: Type.Optional(Type.Unknown()) },
            Open,
          ),
        },
        Open,
      ),
    ),
    nodesFollowing: Type.Integer(),
    measurements: Type.Array(
      Type.Object(
        {
          objective: Type.String(),
          candidate: Sample,
          control: Sample,
          risePercent: Type.Number(),
          riseAtLeastPercent: Type.Number(),
          risePercentMax: Type.Number(),
          isBroken: Type.Boolean(),
        },
        Open,
      ),
    ),
    flips: Type.Array(
      Type.Object(
        {
          from: Type.String(),
          to: Type.String(),
          count: Type.Integer(),
          examples: Type.Array(Type.Object({ principalId: Type.String(), effect: Type.String() }, Open)),
        },
        Open,
      ),
    ),
  },
  Open,
);
type Status = Static<typeof RollOutStatus>;

/** Examples of one change of verdict that are shown; `--json` has all. */
const EXAMPLES_SHOWN = 2;

export function rollOutText({ rollOut, nodesFollowing, measurements, flips }: Status, io: CliIo): string {
  if (rollOut === undefined) return 'nothing was ever rolled out here\n';
  const { candidate, inForce, stage } = rollOut;
  const paint = createPaint(io.colour);
  const lines = [
    `number ${candidate.number}  ${paint(stage.kind === 'rolled-back' ? 'bad' : 'strong', stage.kind)} since ${new Date(stage.sinceMs).toISOString()}\n`,
    `digest  ${candidate.digest}\n`,
    `beside  number ${inForce.number}, ${inForce.digest.slice(0, 16)}…; ${nodesFollowing} nodes follow\n`,
  ];
  const { cause } = stage;
  if (cause !== undefined) lines.push(`cause   ${visible(JSON.stringify(cause))}\n`);
  if (measurements.length > 0) lines.push('\n', measurementTable(measurements, io));
  for (const { from, to, count, examples } of flips) {
    lines.push(`\n${visible(from)} → ${visible(to)}  ${count} times\n`);
    for (const { principalId, effect } of examples.slice(0, EXAMPLES_SHOWN)) {
      lines.push(`  ${visible(principalId)}: ${visible(effect)}\n`);
    }
  }
  return lines.join('');
}

function measurementTable(measurements: Status['measurements'], io: CliIo): string {
  const heads = ['objective', 'candidate', 'control', 'rise', 'at least', 'allowed'];
  const head = heads.map((text): Cell => ({ text, tone: 'quiet' }));
  const share = ({ count, of }: { readonly count: number; readonly of: number }) => `${count} of ${of}`;
  const percent = (value: number) => `${value.toFixed(1)} %`;
  const rows = measurements.map((one): readonly Cell[] => [
    { text: one.objective },
    { text: share(one.candidate) },
    { text: share(one.control) },
    { text: percent(one.risePercent) },
    // Below nought nothing is known yet.
    {
      text: one.riseAtLeastPercent < 0 ? '-' : percent(one.riseAtLeastPercent),
      ...(one.isBroken ? { tone: 'bad' } : {}),
    },
    { text: percent(one.risePercentMax) },
  ]);
  return table([head, ...rows], { columns: io.columns, flexible: 0, paint: createPaint(io.colour) });
}
