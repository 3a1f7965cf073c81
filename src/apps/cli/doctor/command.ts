import { Command } from 'commander';
import {
  checkClock,
  checkConstitution,
  checkCurl,
  checkDisk,
  checkJournal,
  checkNode,
  checkServer,
  checkStateFolder,
} from '#apps/cli/doctor/checks.ts';
import type { Finding } from '#apps/cli/doctor/finding.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint, paragraph, visible } from '#apps/cli/output.ts';

interface Options {
  readonly server?: string;
  readonly json?: true;
}

const LOOKS = {
  ok: { sign: '✓ ok  ', tone: 'good' },
  warn: { sign: '! warn', tone: 'asked' },
  fail: { sign: '✗ fail', tone: 'bad' },
} as const;

/** `acgs doctor`: everything that a decision depends on, one line each, with the fix for what is wrong. */
export function createDoctorCommand(io: CliIo, nowMs: () => number = Date.now): Command {
  return new Command('doctor')
    .description('check this installation: one line for each thing that decisions depend on, with the fix')
    .option('--server <url>', 'the server to ask (default: ACGS_URL, or http://127.0.0.1:8010)')
    .option('--json', 'machine-readable output')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing failed (warnings may be there), 1 something failed\n\nExamples:\n  acgs doctor\n  ACGS_HOME=/var/lib/acgs acgs doctor --json',
    )
    .action(async (options: Options) => {
      const findings = await findingsOf(io, options, nowMs);
      io.out(options.json === true ? `${JSON.stringify(findings)}\n` : findingLines(findings, io));
      if (findings.some(({ status }) => status === 'fail')) throw failure(EXIT.refused);
    });
}

async function findingsOf(io: CliIo, options: Options, nowMs: () => number): Promise<readonly Finding[]> {
  const [server, ...clock] = await checkServer(io, options.server, nowMs);
  return [
    checkNode(process.versions.node),
    await checkCurl(io),
    await checkStateFolder(io),
    await checkConstitution(io),
    await checkJournal(io),
    ...(server === undefined ? [] : [server]),
    await checkDisk(io),
    ...(clock.length > 0 ? clock : [await checkClock(io, nowMs)]),
  ];
}

const NAME_COLUMNS = 14;

function findingLines(findings: readonly Finding[], io: CliIo): string {
  const paint = createPaint(io.colour);
  const indent = 8 + NAME_COLUMNS;
  return findings
    .map(({ check, status, detail, fix }) => {
      const { sign, tone } = LOOKS[status];
      const head = `${paint(tone, sign)}  ${paint('strong', check.padEnd(NAME_COLUMNS))}`;
      const lines = `${head}${paragraph(visible(detail), io.columns, indent).slice(indent)}`;
      return fix === undefined
        ? lines
        : `${lines}${paint(tone, paragraph(`fix: ${visible(fix)}`, io.columns, indent))}`;
    })
    .join('');
}
