import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { loadConstitutionFolder, readFolder } from '#adapters/constitution-files/load.ts';
import { constitutionFolder } from '#apps/cli/decide/offline.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint, type Paint, paragraph } from '#apps/cli/output.ts';
import type { ConstitutionText } from '#domain/constitution/assemble.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Result } from '#domain/result.ts';

interface Options {
  readonly write?: true;
  readonly json?: true;
}

/** `acgs policy check`: does it load, and is it laid out as Cedar's formatter does? */
export function createCheckCommand(io: CliIo): Command {
  return new Command('check')
    .description('validate a constitution strictly, and check the layout of its policies')
    .argument('[dir]', 'the constitution (default: ACGS_CONSTITUTION, or the starter constitution)')
    .option('--write', 'lay the policies out; changes no policy, and so not the digest')
    .option('--json', 'machine-readable output')
    .addHelpText('after', HELP)
    .action(async (dir: string | undefined, options: Options) => {
      const folder = constitutionFolder(io, dir);
      const files = await readFolder(folder, 'policies', '.cedar');
      if (!files.ok) throw failure(EXIT.usage, files.refusal.message);
      const laidOut = await layOut(folder, files.value, options.write === true);
      const loaded = await loadConstitutionFolder(folder, cedarLanguage);
      const report = reportOf(loaded.ok ? { ok: true, value: loaded.value.constitution } : loaded, laidOut);
      io.out(
        options.json === true ? `${JSON.stringify(report)}\n` : reportText(report, io.columns, createPaint(io.colour)),
      );
      if (!report.valid || report.unformatted.length > 0) throw failure(EXIT.refused);
    });
}

const HELP = `
Exit codes: 0 valid and laid out, 1 it is not, 2 wrong command line or no such folder

Examples:
  acgs policy check
  acgs policy check ./constitution --write`;

interface LaidOut {
  readonly formatted: readonly string[];
  readonly unformatted: readonly string[];
}

/** Formats the files that need it, or only names them. One that does not parse is left for the validation to explain. */
async function layOut(folder: string, files: readonly ConstitutionText[], write: boolean): Promise<LaidOut> {
  const differing: string[] = [];
  for (const { name, text } of files) {
    const formatted = cedarLanguage.format(text);
    if (!formatted.ok || formatted.value === text) continue;
    differing.push(name);
    if (write) await writeFile(join(folder, name), formatted.value);
  }
  return write ? { formatted: differing, unformatted: [] } : { formatted: [], unformatted: differing };
}

interface Report extends LaidOut {
  readonly valid: boolean;
  readonly problem?: { readonly code: string; readonly message: string };
  readonly digest?: string;
  readonly policies?: number;
}

function reportOf(loaded: Result<Constitution>, laidOut: LaidOut): Report {
  if (!loaded.ok) {
    const { code, message } = loaded.refusal;
    return { valid: false, problem: { code, message }, ...laidOut };
  }
  const { digest, annotations } = loaded.value;
  return { valid: true, digest, policies: annotations.size, ...laidOut };
}

function reportText(report: Report, columns: number, paint: Paint): string {
  const lines = [
    ...report.formatted.map((name) => `${paint('good', '✓')} ${name} laid out\n`),
    ...report.unformatted.map((name) => `${paint('bad', '✗')} ${name} is not laid out: run with --write\n`),
  ];
  if (report.problem !== undefined) {
    const messages = report.problem.message.split('\n').map((line) => paragraph(line, columns, 4));
    lines.push(`${paint('bad', '✗')} ${paint('strong', report.problem.code)}\n`, ...messages);
  } else {
    lines.push(`${paint('good', '✓')} ${report.policies} policies are valid\n`, `  digest ${report.digest}\n`);
  }
  return lines.join('');
}
