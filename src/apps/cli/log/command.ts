import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import Type, { type Static } from 'typebox';
import { type ApiClient, type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { SIGNS } from '#apps/cli/decide/diagram.ts';
import { verdictTone } from '#apps/cli/decide/report.ts';
import { whileAway } from '#apps/cli/follow.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { isJsonObject } from '#apps/cli/log/json-object.ts';
import { createPaint, type Paint, visible } from '#apps/cli/output.ts';
import { type Cell, table } from '#apps/cli/table.ts';
import { subjectOf } from '#domain/action/subject.ts';
import { PAGE_SIZE_MAX } from '#domain/decision/decision-index.ts';
import { VERDICTS } from '#domain/policy/verdict.ts';
import { DecisionReply } from '#services/decision/schemas.ts';

/** How often a followed log asks for what is new, in milliseconds. */
const POLL_MS = 1_000;
const LIMIT_DEFAULT = 20;
/** Ids remembered while following: more than one page of one moment. */
const SEEN_MAX = 4 * PAGE_SIZE_MAX;

const Page = Type.Object({ decisions: Type.Array(DecisionReply), next: Type.Optional(Type.String()) });
type Row = Static<typeof DecisionReply>;

interface Options extends ClientOptions {
  readonly follow?: true;
  readonly verdict?: string;
  readonly agent?: string;
  readonly session?: string;
  readonly policy?: string;
  readonly kind?: string;
  readonly text?: string;
  readonly limit: number;
  readonly json?: true;
}

/** `acgs log`: decisions of a server, the newest last. `pause` waits between two questions of a followed log. */
export function createLogCommand(io: CliIo, pause: (ms: number) => Promise<unknown> = sleep): Command {
  const command = new Command('log')
    .description('what was decided, the newest last')
    .option('-f, --follow', 'go on with what is decided from now on')
    .addOption(new Option('--verdict <verdict>', 'only these').choices([...VERDICTS]))
    .option('--agent <kind>', 'only of this agent: claude-code, codex, …')
    .option('--session <id>', 'only of this session')
    .option('--policy <id>', 'only what this policy decided')
    .option('--kind <kind>', 'only actions of this kind: shell, file, network, …')
    .option('--text <text>', 'only with this in the command, path or target')
    .option('--limit <n>', `how many, at most ${PAGE_SIZE_MAX}`, limit, LIMIT_DEFAULT)
    .option('--json', 'one JSON object a line');
  return withClientOptions(command)
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 the server refuses, 2 wrong command line,
  4 the server cannot be reached

Examples:
  acgs log --follow
  acgs log --verdict deny --agent codex --limit 50
  acgs log --json --verdict ask | jq -r .id`,
    )
    .action(async (options: Options) => {
      const client = await createClient(io, options);
      const show = (rows: readonly Row[]) => io.out(options.json === true ? jsonLines(rows) : lines(rows, io));
      const first = await ask(client, options, { limit: options.limit });
      show(first);
      if (first.length === 0 && options.follow !== true) io.err('no decision matches\n');
      if (options.follow === true) await follow(client, options, first, { show, pause, io });
    });
}

/** Oldest first. */
async function ask(
  client: ApiClient,
  options: Options,
  range: { readonly limit: number; readonly from?: number },
): Promise<readonly Row[]> {
  const query = new URLSearchParams({ limit: String(range.limit) });
  if (range.from !== undefined) query.set('from', String(range.from));
  for (const name of ['verdict', 'agent', 'session', 'policy', 'kind', 'text'] as const) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  const { decisions } = await client.get(`/v1/decisions?${query}`, Page);
  return decisions.toReversed();
}

/**
 * Asks again from the time of the newest decision, that moment included, and leaves out what was shown: two decisions may
 * share a millisecond. A server that is away (restarted, upgraded) is waited for; what refuses ends it, and the process does.
 */
async function follow(
  client: ApiClient,
  options: Options,
  first: readonly Row[],
  deps: {
    readonly show: (rows: readonly Row[]) => void;
    readonly pause: (ms: number) => Promise<unknown>;
    readonly io: CliIo;
  },
): Promise<never> {
  let seen = first.map(({ id }) => id);
  let from = first.at(-1)?.timeMs;
  const patiently = whileAway(client.base, deps.io, deps.pause);
  for (;;) {
    await deps.pause(POLL_MS);
    const found = await patiently(() =>
      ask(client, options, { limit: PAGE_SIZE_MAX, ...(from === undefined ? {} : { from }) }),
    );
    const known = new Set(seen);
    const fresh = found.filter(({ id }) => !known.has(id));
    if (fresh.length === 0) continue;
    deps.show(fresh);
    seen = [...seen, ...fresh.map(({ id }) => id)].slice(-SEEN_MAX);
    from = Math.max(from ?? 0, ...fresh.map(({ timeMs }) => timeMs));
  }
}

function jsonLines(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** One line a decision; what was not allowed is followed by its policy and by how to learn more. */
function lines(rows: readonly Row[], io: CliIo): string {
  const paint = createPaint(io.colour);
  const printed = table(rows.map(cellsOf), { columns: io.columns, flexible: 3, paint }).split('\n');
  return rows.map((row, at) => `${printed[at]}\n${whyLine(row, paint)}`).join('');
}

function cellsOf(row: Row): readonly Cell[] {
  const { kind } = row.verdict;
  const tone = verdictTone(kind);
  return [
    { text: timeText(row.timeMs), tone: 'quiet' },
    { text: `${SIGNS[tone]} ${kind}`, tone },
    { text: visible(row.agent) },
    { text: visible(isJsonObject(row.action) ? subjectOf(row.action) : row.actionKind) },
  ];
}

function whyLine(row: Row, paint: Paint): string {
  if (verdictTone(row.verdict.kind) === 'good') return '';
  const policies = [...new Set(row.reasons.map(({ policy }) => policy))];
  const more = policies.length > 1 ? ` and ${policies.length - 1} more` : '';
  return `${paint('quiet', `  ${visible(policies[0] ?? '')}${more} · acgs explain ${row.id}`)}\n`;
}

/** In the person's own time zone. */
function timeText(timeMs: number): string {
  const time = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

function limit(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > PAGE_SIZE_MAX) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${PAGE_SIZE_MAX}.`);
  }
  return value;
}
