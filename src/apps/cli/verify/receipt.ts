import { Command } from 'commander';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint, visible } from '#apps/cli/output.ts';
import { findingsText } from '#apps/cli/verify/report.ts';
import { readInput, readTrust, type TrustOptions, withTrustOptions } from '#apps/cli/verify/trust.ts';
import { parseReceiptFile } from '#domain/receipt/receipt-file.ts';
import type { Receipt } from '#domain/receipt/statement.ts';
import { type VerifiedReceipt, verifyReceipt } from '#domain/receipt/verify-receipt.ts';

interface Options extends TrustOptions {
  readonly action?: string;
  readonly decision?: string;
  readonly constitutionDigest?: string;
  readonly approvedBy?: string;
  readonly record?: string;
  readonly json?: true;
}

/** `acgs verify receipt`: offline, with nothing but public keys. */
export function createVerifyReceiptCommand(io: CliIo): Command {
  const command = new Command('receipt')
    .description('check a receipt: its signature, what it is about, and its proof from the ledger')
    .argument('<file>', 'the receipt; "-" reads it from standard input');
  return withTrustOptions(command)
    .option('--action <digest>', 'the digest of the action that it ought to be about')
    .option('--decision <id>', 'the decision that it ought to be of')
    .option('--constitution-digest <digest>', 'the constitution that it ought to be decided under')
    .option('--approved-by <person>', 'who ought to have approved it')
    .option('--record <file>', 'the record, as it is in a journal or in an evidence bundle')
    .option('--json', 'machine-readable output')
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => {
      const trust = await readTrust(io, options);
      if (trust.keys.length === 0) {
        throw failure(
          EXIT.usage,
          'give the key of whoever issues receipts: --key <keys/receipt.pub of that installation>',
        );
      }
      const parsed = parseReceiptFile(await readInput(io, file));
      if (!parsed.ok) throw failure(EXIT.usage, parsed.refusal.message);
      const record =
        options.record === undefined ? undefined : (await readInput(io, options.record)).replace(/\n$/, '');
      const verified = verifyReceipt(parsed.value, {
        ...trust,
        expected: {
          ...(options.action === undefined ? {} : { actionDigest: options.action }),
          ...(options.decision === undefined ? {} : { decisionId: options.decision }),
          ...(options.constitutionDigest === undefined ? {} : { constitutionDigest: options.constitutionDigest }),
          ...(options.approvedBy === undefined ? {} : { approvedBy: options.approvedBy }),
        },
        ...(record === undefined ? {} : { record: Buffer.from(record) }),
      });
      io.out(options.json === true ? `${JSON.stringify(verified)}\n` : report(verified, io));
      if (!verified.isValid) throw failure(EXIT.refused);
    });
}

const HELP = `
A log's key, or a policy with one, asks for a proof: a receipt without one is then refused.
Nothing is fetched, and nothing that the receipt says of itself is believed.

Exit codes: 0 nothing is false (what is not proved is told), 1 something is false,
  2 wrong command line or not a receipt, 4 a file cannot be read

Examples:
  acgs verify receipt receipt.json --key keys/receipt.pub
  acgs verify receipt receipt.json --key keys/receipt.pub --policy witnesses.policy
  acgs receipt 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d | acgs verify receipt - --key keys/receipt.pub`;

function report({ receipt, findings, isValid }: VerifiedReceipt, io: CliIo): string {
  const paint = createPaint(io.colour);
  const verdict = isValid
    ? paint('good', 'valid: nothing in it is false')
    : paint('bad', 'NOT VALID: do not rely on what it says');
  return `${receipt === undefined || !isValid ? '' : said(receipt)}${findingsText(findings, io)}\n${verdict}\n`;
}

function said({ verdict, agent, timeMs, action, reasons }: Receipt): string {
  const role = verdict.kind === 'ask' ? ` (${verdict.role})` : '';
  const lines = [
    `It says: ${new Date(timeMs).toISOString()} ${agent.agent === 'api' ? '' : `${agent.agent} as `}${agent.id}: ${verdict.kind}${role}`,
    `         ${action.kind} action ${action.digest}`,
    ...reasons.slice(0, 3).map(({ policy, effect }) => `         ${policy}: ${effect}`),
  ];
  return `${lines.map(visible).join('\n')}\n\n`;
}
