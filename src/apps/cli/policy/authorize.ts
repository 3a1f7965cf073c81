import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint, type Paint, visible } from '#apps/cli/output.ts';
import { type AuthorizeCase, readCase, readSuite } from '#apps/cli/policy/authorize-files.ts';
import { type RequestOutcome, runCase } from '#apps/cli/policy/authorize-run.ts';

interface Options {
  readonly policies?: string;
  readonly schema?: string;
  readonly entities?: string;
  readonly requests?: string;
  readonly suite?: string;
  readonly mode: 'generated' | 'closures';
  readonly json?: true;
}

/** `acgs policy authorize`: puts requests to any Cedar policies, and compares the answers with what the requests expect. */
export function createAuthorizeCommand(io: CliIo): Command {
  return new Command('authorize')
    .description('evaluate a file of Cedar requests, or a folder of cases with expected answers')
    .option('--policies <file>', 'policies: Cedar text, or a policy set in its JSON form')
    .option('--schema <file>', 'schema: Cedar text or JSON; with it, data is read and checked by it')
    .option('--entities <file>', 'entities, JSON')
    .option('--requests <file>', 'requests: a JSON list, or one JSON object a line')
    .option('--suite <dir>', "every JSON case below a folder, in the form of Cedar's integration tests")
    .addOption(
      new Option('--mode <mode>', 'how policies are compiled').choices(['generated', 'closures']).default('generated'),
    )
    .option('--json', 'one JSON object a request, then the totals')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const cases = await casesOf(io, options);
      const report = createReport(io, options);
      for (const each of cases) report.add(each, runCase(each, options.mode));
      if (!report.finish()) throw failure(EXIT.refused);
    });
}

const HELP = `
A request is { principal, action, resource, context }, uids as { type, id }. It may say what it expects: "decision", "reason"
(determining policies) and "errors" (failed policies); then each difference is printed. A request that cannot be read has no
answer, and counts as refused.

Exit codes: 0 all answered, and as expected; 1 a difference or a refused request; 2 wrong command line or file

Examples:
  acgs policy authorize --policies app.cedar --schema app.cedarschema --entities entities.json --requests requests.json
  acgs policy authorize --suite ../cedar-integration-tests --json`;

async function casesOf(io: CliIo, options: Options): Promise<readonly AuthorizeCase[]> {
  const path = (file: string) => resolve(io.cwd, file);
  const { policies, schema, entities, requests, suite } = options;
  if (suite !== undefined) {
    if (policies !== undefined || schema !== undefined || entities !== undefined || requests !== undefined)
      throw failure(EXIT.usage, 'give --suite, or --policies with --requests, not both');
    const cases = await readSuite(path(suite));
    if (cases.length === 0) throw failure(EXIT.usage, `there are no cases below ${path(suite)}`);
    return cases;
  }
  if (policies === undefined || requests === undefined)
    throw failure(EXIT.usage, 'give --policies and --requests, or --suite');
  return [
    await readCase({
      name: requests,
      policies: path(policies),
      requests: path(requests),
      ...(schema === undefined ? {} : { schema: path(schema) }),
      ...(entities === undefined ? {} : { entities: path(entities) }),
    }),
  ];
}

interface Totals {
  cases: number;
  requests: number;
  allowed: number;
  denied: number;
  /** Answers in which a policy failed. */
  withErrors: number;
  refused: number;
  /** Requests that said what they expect. */
  compared: number;
  differences: number;
}

function createReport(io: CliIo, options: Options) {
  const paint = createPaint(io.colour);
  const totals: Totals = {
    cases: 0,
    requests: 0,
    allowed: 0,
    denied: 0,
    withErrors: 0,
    refused: 0,
    compared: 0,
    differences: 0,
  };
  const started = performance.now();
  return {
    add(each: AuthorizeCase, outcomes: readonly RequestOutcome[]): void {
      totals.cases += 1;
      const lines: string[] = [];
      for (const [index, outcome] of outcomes.entries()) {
        count(outcome, totals);
        if (options.json === true) lines.push(JSON.stringify({ case: each.name, request: index, ...outcome }));
        // A suite is read for its differences, a file of requests for its answers.
        else if (options.suite === undefined || outcome.difference !== undefined || outcome.kind === 'refused')
          lines.push(outcomeText(`${each.name} #${index}`, outcome, paint));
      }
      if (lines.length > 0) io.out(`${lines.join('\n')}\n`);
    },
    /** Whether all is well. */
    finish(): boolean {
      const seconds = (performance.now() - started) / 1000;
      if (options.json === true) io.out(`${JSON.stringify({ totals: { ...totals, seconds } })}\n`);
      else
        io.out(
          `${totals.requests} requests in ${totals.cases} cases: ${totals.allowed} allowed, ${totals.denied} denied, ${totals.refused} refused, ${totals.withErrors} with failed policies; ` +
            `${totals.compared} compared, ${totals.differences} differ (${seconds.toFixed(2)} s)\n`,
        );
      return totals.differences === 0 && totals.refused === 0;
    },
  };
}

function count(outcome: RequestOutcome, totals: Totals): void {
  totals.requests += 1;
  if (outcome.compared) totals.compared += 1;
  if (outcome.difference !== undefined) totals.differences += 1;
  if (outcome.kind === 'refused') totals.refused += 1;
  else {
    if (outcome.decision === 'allow') totals.allowed += 1;
    else totals.denied += 1;
    if (outcome.errors.length > 0) totals.withErrors += 1;
  }
}

function outcomeText(name: string, outcome: RequestOutcome, paint: Paint): string {
  const head =
    outcome.kind === 'refused'
      ? `${paint('bad', 'refused')} ${visible(outcome.message)}`
      : `${paint(outcome.decision === 'allow' ? 'good' : 'bad', outcome.decision)} ${visible(outcome.reason.join(', '))}`;
  const errors =
    outcome.kind === 'refused'
      ? []
      : outcome.errors.map(({ policy, message }) => `  ${visible(`${policy} failed: ${message}`)}`);
  const difference =
    outcome.difference === undefined ? [] : [`  ${paint('bad', 'differs')}: ${visible(outcome.difference)}`];
  return [`${visible(name)}: ${head}`, ...errors, ...difference].join('\n');
}
