import { Command } from 'commander';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { readFolder } from '#adapters/constitution-files/load.ts';
import { constitutionFolder } from '#apps/cli/decide/offline.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint, type Paint, paragraph, type Tone, visible } from '#apps/cli/output.ts';
import { openFolder } from '#apps/cli/policy/open-folder.ts';
import { table } from '#apps/cli/table.ts';
import { canonicalAction } from '#domain/action/digest.ts';
import { subjectOf } from '#domain/action/subject.ts';
import type { Article, Constitution } from '#domain/constitution/constitution.ts';
import type { Example } from '#domain/constitution/example.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';

interface Options {
  readonly constitution?: string;
  readonly json?: true;
}

/** `acgs policy explain`: one policy, in plain words, as Cedar, and by its examples. */
export function createPolicyExplainCommand(io: CliIo): Command {
  return new Command('explain')
    .description('what a policy is for: its article, its reasons, its text and its examples')
    .argument('<id>', 'the policy, as decisions name it')
    .option('--constitution <dir>', 'the constitution (default: ACGS_CONSTITUTION, or the starter constitution)')
    .option('--json', 'machine-readable output')
    .addHelpText('after', HELP)
    .action(async (name: string, options: Options) => {
      const folder = constitutionFolder(io, options.constitution);
      const { constitution, examples } = await openFolder(folder);
      const explained = explain(name, constitution, examples, await textOf(name, folder));
      if (explained === undefined) {
        const near = [...constitution.annotations.keys()].filter((id) => id.startsWith(name.split('-')[0] ?? name));
        const hint = near.length === 0 ? '' : `; there are ${near.join(', ')}`;
        throw failure(EXIT.refused, `there is no policy "${name}" in ${folder}${hint}`);
      }
      io.out(options.json === true ? `${JSON.stringify(explained)}\n` : explainedText(explained, io));
    });
}

const HELP = `
Exit codes: 0 done, 1 there is no such policy, 2 wrong command line or constitution

Examples:
  acgs policy explain git-force
  acgs policy explain git-force --constitution ./constitution --json`;

interface Explained {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly article?: Article;
  readonly reason: string;
  readonly advice?: string;
  readonly text: string;
  readonly examples: readonly { readonly verdict: string; readonly action: string; readonly at: string }[];
}

/** As it is written in its file. */
async function textOf(name: string, folder: string): Promise<string> {
  const files = await readFolder(folder, 'policies', '.cedar');
  if (!files.ok) throw failure(EXIT.usage, files.refusal.message);
  for (const file of files.value) {
    const parsed = cedarLanguage.parsePolicies(file.text);
    const found = parsed.ok ? parsed.value.find((policy) => policy.annotations['id'] === name) : undefined;
    if (found !== undefined) return found.text;
  }
  return '';
}

function explain(
  name: string,
  constitution: Constitution,
  examples: readonly Example[],
  text: string,
): Explained | undefined {
  const found = [...constitution.annotations].find(([id]) => id === name);
  const json = constitution.policies[name];
  if (found === undefined || json === undefined) return undefined;
  const [id, { article: number, reason, advice }] = found;
  const article = constitution.articles.find((each) => each.number === number);
  return {
    id,
    effect: json['effect'] === 'permit' ? 'permit' : 'forbid',
    ...(article === undefined ? {} : { article }),
    reason,
    ...(advice === undefined ? {} : { advice }),
    text,
    examples: examplesOf(id, examples),
  };
}

function examplesOf(id: PolicyId, examples: readonly Example[]): Explained['examples'] {
  return examples
    .filter((example) => example.policy === id)
    .map(({ expected, action, at }) => ({
      verdict: expected.verdict === 'ask' ? `ask ${expected.role}` : expected.verdict,
      action: subjectOf(canonicalAction(action)),
      at,
    }));
}

function explainedText(explained: Explained, io: CliIo): string {
  const { columns } = io;
  const paint = createPaint(io.colour);
  const { article, advice } = explained;
  const tone = explained.effect === 'permit' ? 'good' : 'bad';
  const heading = `${paint('strong', explained.id)} ${paint(tone, explained.effect === 'permit' ? 'permits' : 'forbids')}\n`;
  const words = [
    paragraph(explained.reason, columns, 12, '  Why'),
    advice === undefined ? '' : paragraph(advice, columns, 12, '  Instead'),
    article === undefined
      ? ''
      : paragraph(`${article.number}. ${article.title}. ${article.text}`, columns, 12, '  Article'),
  ].join('');
  return [heading + words, cedarText(explained.text, paint), exampleTable(explained, columns, paint)].join('\n');
}

/** The conditions; the annotations have been told in words. */
function cedarText(text: string, paint: Paint): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('@'))
    .map((line) => `    ${paint('quiet', line)}\n`)
    .join('');
}

function exampleTable({ examples }: Explained, columns: number, paint: Paint): string {
  const rows = examples.map(({ verdict, action }) => [
    { text: '' },
    { text: verdict, tone: toneOf(verdict) },
    { text: visible(action) },
  ]);
  return table(rows, { columns, flexible: 2, paint });
}

function toneOf(verdict: string): Tone {
  if (verdict === 'allow') return 'good';
  return verdict === 'deny' ? 'bad' : 'asked';
}
