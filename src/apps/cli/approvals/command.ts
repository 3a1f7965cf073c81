import { Command, Option } from 'commander';
import Type, { type Static } from 'typebox';
import { type ApiClient, type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { checkDecisionId } from '#apps/cli/decision-id.ts';
import { failure } from '#apps/cli/failure.ts';
import { whileAway } from '#apps/cli/follow.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { isJsonObject } from '#apps/cli/log/json-object.ts';
import { createPaint, type Tone, visible } from '#apps/cli/output.ts';
import { table } from '#apps/cli/table.ts';
import { subjectOf } from '#domain/action/subject.ts';
import { REQUEST_STATES } from '#domain/approval/request.ts';
import { RequestReply } from '#services/decision/schemas.ts';

/** Longest question of a watch, in seconds: the server answers earlier when something changes. */
const WATCH_WAIT_S = 8;

const Requests = Type.Object({ version: Type.String(), requests: Type.Array(RequestReply) });
type Request = Static<typeof RequestReply>;

interface Options extends ClientOptions {
  readonly watch?: true;
  readonly wait?: string;
  readonly state?: string;
  readonly json?: true;
}

/** `acgs approvals`: what people are asked, the oldest first. `now` and `pause` are the process's own, but for tests. */
export function createApprovalsCommand(
  io: CliIo,
  deps: { readonly nowMs: () => number; readonly pause: (ms: number) => Promise<unknown> },
): Command {
  const command = new Command('approvals')
    .description('what people are asked, the oldest first')
    .option('-w, --watch', 'go on with what changes')
    .option(
      '--wait <decision>',
      'wait until this one is answered: exit code 0 for a yes, 1 for a no or when nobody did',
    )
    .addOption(new Option('--state <state>', 'only these (default: what waits)').choices([...REQUEST_STATES, 'all']))
    .option('--json', 'one JSON object a line');
  return withClientOptions(command)
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 the server refuses (--wait: no yes), 2 wrong command line,
  4 the server cannot be reached

Examples:
  acgs approvals --watch
  acgs explain <id>     the whole action, and why it is asked
  acgs approve <id>     or: acgs approve --refuse <id>
  acgs grants propose <id> --for 3d

A run without a terminal goes on when a person has said yes:
  acgs approvals --wait <id> && claude -p --resume <session> 'It is approved: do exactly the same again.'`,
    )
    .action(async (options: Options) => {
      if (options.wait !== undefined) checkDecisionId(options.wait);
      const client = await createClient(io, options);
      if (options.wait !== undefined) return untilAnswered(client, options.wait, { io, pause: deps.pause });
      const show = (requests: readonly Request[]) => {
        if (options.json === true) for (const request of requests) io.out(`${JSON.stringify(request)}\n`);
        else io.out(lines(requests, io, deps.nowMs()));
      };
      const state = options.state ?? 'waiting';
      const first = await ask(client, options.watch === true ? 'all' : state);
      const wanted = first.requests.filter((request) => state === 'all' || request.state.kind === state);
      show(wanted);
      if (options.watch === true) await watch(client, options.state ?? 'all', first, { show, io, pause: deps.pause });
      else if (wanted.length === 0) io.err('nothing is asked\n');
    });
}

async function ask(client: ApiClient, state: string, after?: string): Promise<Static<typeof Requests>> {
  const followed: Record<string, string> = after === undefined ? {} : { after, wait: String(WATCH_WAIT_S) };
  return client.get(`/v1/approvals?${new URLSearchParams({ state, ...followed })}`, Requests);
}

/** Shows each request again when its state has changed. Ends only with the process, or when the server refuses. */
async function watch(
  client: ApiClient,
  state: string,
  first: Static<typeof Requests>,
  deps: {
    readonly show: (requests: readonly Request[]) => void;
    readonly io: CliIo;
    readonly pause: (ms: number) => Promise<unknown>;
  },
): Promise<never> {
  let last = first;
  const patiently = whileAway(client.base, deps.io, deps.pause);
  for (;;) {
    const found = await patiently(() => ask(client, 'all', last.version));
    const known = statesOf(last.requests);
    const changed = found.requests.filter(({ decision, state: { kind } }) => known.get(decision.id) !== kind);
    deps.show(changed.filter((request) => state === 'all' || request.state.kind === state));
    last = found;
  }
}

/** Ends with exit code 1 unless a person has said yes. What is there no more has not been answered. */
async function untilAnswered(
  client: ApiClient,
  id: string,
  deps: { readonly io: CliIo; readonly pause: (ms: number) => Promise<unknown> },
): Promise<void> {
  const patiently = whileAway(client.base, deps.io, deps.pause);
  let version: string | undefined;
  for (;;) {
    const found = await patiently(() => ask(client, 'all', version));
    const request = found.requests.find(({ decision }) => decision.id === id);
    const kind = request?.state.kind ?? 'unknown';
    if (kind !== 'waiting') {
      deps.io.out(`${kind}\n`);
      if (kind === 'granted' || kind === 'used') return;
      throw failure(EXIT.refused);
    }
    version = found.version;
  }
}

function statesOf(requests: readonly Request[]): ReadonlyMap<string, string> {
  return new Map(requests.map(({ decision, state }) => [decision.id, state.kind]));
}

const TONES: Readonly<Record<Request['state']['kind'], Tone>> = {
  waiting: 'asked',
  granted: 'good',
  used: 'good',
  refused: 'bad',
  expired: 'quiet',
};

/** Two lines a request: what is asked of whom, and what can be done. */
function lines(requests: readonly Request[], io: CliIo, nowMs: number): string {
  const paint = createPaint(io.colour);
  const rows = requests.map(({ decision, state, mayAnswer }) => [
    { text: state.kind, tone: TONES[state.kind] },
    { text: mayAnswer[0] ?? '' },
    { text: visible(decision.principal.id) },
    { text: ageText(nowMs - decision.timeMs), tone: 'quiet' as const },
    { text: visible(isJsonObject(decision.action) ? subjectOf(decision.action) : decision.actionKind) },
  ]);
  const printed = table(rows, { columns: io.columns, flexible: 4, paint }).split('\n');
  return requests
    .map(({ decision, state, answers }, at) => {
      const policies = [...new Set(decision.reasons.map(({ policy }) => policy))];
      const by = answers.map((one) => `${one.answer} by ${visible(one.by)}`).join(', ');
      const next = state.kind === 'waiting' ? `acgs approve ${decision.id}` : by;
      return `${printed[at]}\n${paint('quiet', `  ${visible(policies[0] ?? '')} · ${next}`)}\n`;
    })
    .join('');
}

function ageText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 1) return 'now';
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
