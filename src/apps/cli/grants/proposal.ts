import type { Command } from 'commander';
import Type, { type Static } from 'typebox';
import type { ApiClient } from '#apps/cli/client.ts';
import { failure } from '#apps/cli/failure.ts';
import { EXIT } from '#apps/cli/io.ts';
import { visible } from '#apps/cli/output.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Widening } from '#domain/standing-grant/propose.ts';
import { PreviewReply, StandingGrantReply } from '#services/decision/standing-grant-schemas.ts';

export type Grant = Static<typeof StandingGrantReply>;
type Preview = Static<typeof PreviewReply>;

/** How a proposal is given on a command line. */
export interface ProposalOptions extends Widening {
  readonly for?: string;
  readonly until?: string;
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export function withProposalOptions(command: Command): Command {
  return command
    .option('--for <time>', 'how long, from now: 90m, 8h, 3d')
    .option('--until <time>', 'until when: 2026-11-27T17:00Z')
    .option('--ref <pattern>', 'wider: all refs that begin so, "feature/*"')
    .option('--below <folder>', 'wider: the folder and everything below it')
    .option('--domain <name>', 'wider: the host and every host below it')
    .option('--line <pattern>', 'wider: all command lines that begin so, "npm run *"')
    .option('--any-version', 'wider: any version of the package')
    .option('--any-artifact', 'wider: any artifact');
}

/** The body of a proposal; wrong options end the command. */
export function proposalOf(decisionId: string, options: ProposalOptions, nowMs: number): JsonObject {
  const { ref, below, domain, line, anyVersion, anyArtifact } = options;
  const widening = { ref, below, domain, line, anyVersion, anyArtifact };
  const given = Object.entries(widening).filter((entry): entry is [string, string | true] => entry[1] !== undefined);
  const widen = given.length === 0 ? {} : { widen: Object.fromEntries(given) };
  return { decisionId, expiresMs: expiresMs(options, nowMs), ...widen };
}

function expiresMs({ for: span, until }: ProposalOptions, nowMs: number): number {
  if ((span === undefined) === (until === undefined)) {
    throw failure(EXIT.usage, 'say how long it lasts, by --for or --until');
  }
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(span ?? '') ?? [];
  const ms = span === undefined ? Date.parse(until ?? '') : nowMs + Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (Number.isSafeInteger(ms)) return ms;
  throw failure(EXIT.usage, `this is no time: ${span ?? until}`);
}

export async function preview(client: ApiClient, body: JsonObject): Promise<Preview> {
  return client.post('/v1/grants/preview', body, PreviewReply, CEDAR_MS_MAX);
}

export async function propose(client: ApiClient, body: JsonObject): Promise<Grant> {
  return client.post('/v1/grants', body, StandingGrantReply, CEDAR_MS_MAX);
}

/** The server has each policy read by Cedar in a process of its own: a second each, and longer on a busy machine. */
const CEDAR_MS_MAX = 120_000;

export function previewText(shown: Preview): string {
  const { looked, letThrough } = shown;
  const already = letThrough.map(({ subject }) => `  ${visible(subject.split('\n', 1)[0] ?? '')}`);
  return [
    `${grantText(shown)}\n`,
    ...shown.policies.map((policy) => `${policy}`),
    shown.persons > 1 ? `${shown.persons} persons must agree.\n` : '',
    `Of the last ${looked} questions of ${visible(shown.principalId)} it would have let through ${letThrough.length}:\n`,
    already.length === 0 ? '' : `${already.join('\n')}\n`,
  ].join('');
}

/** What a grant lets through, for whom, where and until when. */
export function grantText(shown: Grant | Preview): string {
  const until = new Date(shown.expiresMs).toISOString();
  const covers = shown.covers.map((text) => `\n  ${visible(text)}`).join('');
  const who = `${visible(shown.principalId)} may do this without asking ${visible(shown.role)} again, until ${until}`;
  return `${who}, in ${shown.workspaceRoots.map(visible).join(', ')}:${covers}`;
}

export const Grants = Type.Object({ grants: Type.Array(StandingGrantReply) });
