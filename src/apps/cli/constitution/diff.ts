import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { type ClientOptions, withClientOptions } from '#apps/cli/client.ts';
import { readBundleFile } from '#apps/cli/constitution/files.ts';
import { knownLineage } from '#apps/cli/constitution/known-lineage.ts';
import { constitutionFolder } from '#apps/cli/decide/offline.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint, paragraph, type Tone, visible } from '#apps/cli/output.ts';
import { openFolder } from '#apps/cli/policy/open-folder.ts';
import { compareConstitutions } from '#domain/amendment/impact.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { canonicalConstitution } from '#domain/constitution/digest.ts';
import { canonicalJson, type JsonValue } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';

interface Options extends ClientOptions {
  readonly from?: string;
  readonly json?: true;
}

/** `acgs constitution diff`: what a draft says otherwise, by article; layout and comments do not show, as they change nothing. */
export function createDiffCommand(io: CliIo): Command {
  const command = new Command('diff')
    .description('what a folder or bundle says otherwise than what is in force, by article')
    .argument('[draft]', 'a folder or a bundle (default: ACGS_CONSTITUTION, or the starter constitution)')
    .option('--from <folder|bundle>', 'compare with this, not with what is in force')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText('after', HELP)
    .action(async (draft: string | undefined, options: Options) => {
      const after = await open(io, draft);
      const before =
        options.from === undefined
          ? (await knownLineage(io, options)).lineage.inForce.constitution
          : await open(io, options.from);
      const compared = compareConstitutions(before, after);
      const sections = compared.sections.map((name) => sectionChange(name, before, after));
      if (options.json === true) io.out(`${JSON.stringify({ ...compared, sections })}\n`);
      else io.out(text(before, after, { ...compared, sections }, io));
      if (before.digest !== after.digest) throw failure(EXIT.refused);
    });
}

const HELP = `
What it would mean for recorded decisions is shown by "acgs constitution propose --draft".

Exit codes: 0 the same digest, 1 it differs, 2 wrong folder or bundle, 4 nothing is in force that could be compared

Examples:
  acgs constitution diff ./constitution
  acgs constitution diff bundle.json --from ./constitution`;

/** A folder is built, a bundle is read; either is refused when it is not sound. */
async function open(io: CliIo, place: string | undefined): Promise<Constitution> {
  const folder = constitutionFolder(io, place);
  const isFile = await stat(folder).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile) return (await readBundleFile(io, folder)).constitution;
  return (await openFolder(resolve(io.cwd, folder))).constitution;
}

interface SectionChange {
  readonly name: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

function sectionChange(name: string, before: Constitution, after: Constitution): SectionChange {
  const value = (constitution: Constitution) => canonicalConstitution(constitution)[name] ?? null;
  return { name, before: value(before), after: value(after) };
}

type Compared = Omit<ReturnType<typeof compareConstitutions>, 'sections'> & {
  readonly sections: readonly SectionChange[];
};

/** A section that is shown whole: a schema is not. */
const SECTION_CHARS_MAX = 2_000;

function text(before: Constitution, after: Constitution, { articles, sections }: Compared, io: CliIo): string {
  const paint = createPaint(io.colour);
  const lines = [
    `${before.number} → ${after.number}  ${before.digest.slice(0, 16)}… → ${after.digest.slice(0, 16)}…\n`,
  ];
  if (before.digest === after.digest)
    return `${lines.join('')}the same digest: nothing that could change a decision differs\n`;
  const policy = (tone: Tone, sign: string, id: PolicyId, from: Constitution, what = '') => {
    const effect = String(from.policies[id]?.['effect'] ?? '');
    const reason = from.annotations.get(id)?.reason ?? '';
    lines.push(`  ${paint(tone, `${sign} ${effect} ${id}`)}${what}\n`, paragraph(visible(reason), io.columns, 6));
  };
  for (const { article, text: changed, added, removed, changed: edited } of articles) {
    const title = [after, before].flatMap(({ articles: all }) => all.filter(({ number }) => number === article))[0]
      ?.title;
    lines.push(
      `${paint('strong', `article ${article}`)}  ${visible(title ?? '')}${changed === 'same' ? '' : `  (text ${changed})`}\n`,
    );
    for (const id of added) policy('good', '+', id, after);
    for (const id of removed) policy('bad', '-', id, before);
    for (const id of edited) policy('asked', '~', id, after, `  (${partsOf(id, before, after).join(', ')})`);
  }
  for (const { name, before: was, after: will } of sections) {
    const [old, now] = [canonicalJson(was), canonicalJson(will)];
    lines.push(`${paint('strong', name)}\n`);
    if (old.length + now.length > SECTION_CHARS_MAX) lines.push('  changed\n');
    else lines.push(`  ${paint('bad', `- ${visible(old)}`)}\n`, `  ${paint('good', `+ ${visible(now)}`)}\n`);
  }
  return lines.join('');
}

/** Which parts of a policy differ, in the words of Cedar's JSON form. */
function partsOf(id: PolicyId, before: Constitution, after: Constitution): readonly string[] {
  const [was, will] = [before.policies[id] ?? {}, after.policies[id] ?? {}];
  const names = [...new Set([...Object.keys(was), ...Object.keys(will)])].sort();
  return names.filter((name) => canonicalJson(was[name] ?? null) !== canonicalJson(will[name] ?? null));
}
