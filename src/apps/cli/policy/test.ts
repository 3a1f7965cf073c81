import { Command } from 'commander';
import { constitutionFolder } from '#apps/cli/decide/offline.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint, type Paint, paragraph, visible } from '#apps/cli/output.ts';
import { runExamples } from '#apps/cli/policy/examples.ts';
import { openFolder } from '#apps/cli/policy/open-folder.ts';
import { table } from '#apps/cli/table.ts';
import { canonicalAction } from '#domain/action/digest.ts';
import { subjectOf } from '#domain/action/subject.ts';
import type { ExampleResult } from '#domain/constitution/example.ts';

interface Options {
  readonly policy?: string;
  readonly json?: true;
}

/** `acgs policy test`: runs the examples that stand beside the policies. */
export function createTestCommand(io: CliIo): Command {
  return new Command('test')
    .description('run the examples in tests/*.yaml: the verdict, and the policy that it is there for')
    .argument('[dir]', 'the constitution (default: ACGS_CONSTITUTION, or the starter constitution)')
    .option('--policy <id>', 'only the examples of one policy')
    .option('--json', 'machine-readable output')
    .addHelpText('after', HELP)
    .action(async (dir: string | undefined, options: Options) => {
      const { constitution, examples } = await openFolder(constitutionFolder(io, dir));
      const wanted = examples.filter((example) => options.policy === undefined || example.policy === options.policy);
      if (wanted.length === 0) throw failure(EXIT.usage, `there is no policy ${options.policy}`);
      const results = runExamples(constitution, wanted);
      const failed = results.filter((result) => result.failure !== undefined);
      if (options.json === true) io.out(`${JSON.stringify(reportOf(results, constitution.digest))}\n`);
      else io.out(reportText(results, { columns: io.columns, paint: createPaint(io.colour) }));
      if (failed.length > 0) throw failure(EXIT.refused);
    });
}

const HELP = `
Exit codes: 0 all examples hold, 1 one does not, 2 the constitution or the command
  line is wrong

Examples:
  acgs policy test
  acgs policy test ./constitution --policy git-force
  acgs policy test ./constitution --json | jq '.results[] | select(.failure)'`;

function reportOf(results: readonly ExampleResult[], digest: string) {
  return {
    constitution: digest,
    passed: results.filter((result) => result.failure === undefined).length,
    failed: results.filter((result) => result.failure !== undefined).length,
    results: results.map(({ example, evaluation, failure: why }) => ({
      policy: example.policy,
      at: example.at,
      action: canonicalAction(example.action),
      expected: example.expected,
      verdict: evaluation.verdict,
      reasons: evaluation.reasons,
      ...(why === undefined ? {} : { failure: why }),
    })),
  };
}

function reportText(
  results: readonly ExampleResult[],
  layout: { readonly columns: number; readonly paint: Paint },
): string {
  const { columns, paint } = layout;
  const rows = [...Map.groupBy(results, (result) => result.example.policy)].map(([policy, own]) => {
    const failed = own.filter((result) => result.failure !== undefined).length;
    const sign = failed === 0 ? ({ text: '✓', tone: 'good' } as const) : ({ text: '✗', tone: 'bad' } as const);
    const held = `${own.length - failed} of ${own.length} examples hold`;
    return [sign, { text: policy }, { text: held, tone: failed === 0 ? 'quiet' : 'bad' }] as const;
  });
  const failures = results.filter((result) => result.failure !== undefined);
  return [
    table(rows, { columns, flexible: 1, paint }),
    ...failures.map((result) => failureText(result, columns, paint)),
    `${summary(results.length, failures.length, paint)}\n`,
  ].join('\n');
}

function failureText({ example, failure: why }: ExampleResult, columns: number, paint: Paint): string {
  const action = visible(subjectOf(canonicalAction(example.action)));
  return [
    `${paint('bad', '✗')} ${paint('strong', example.policy)} ${paint('quiet', example.at)}\n`,
    paragraph(action, columns, 4),
    paragraph(why ?? '', columns, 4),
  ].join('');
}

function summary(count: number, failed: number, paint: Paint): string {
  const passed = `${count - failed} examples hold`;
  return failed === 0 ? paint('good', passed) : `${passed}, ${paint('bad', `${failed} do not`)}`;
}
