import { Command } from 'commander';
import Type from 'typebox';
import Value from 'typebox/value';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint, visible } from '#apps/cli/output.ts';
import { findingsText, type ToldFinding } from '#apps/cli/verify/report.ts';
import { readInput, readTrust, type TrustOptions, withTrustOptions } from '#apps/cli/verify/trust.ts';
import { parseReceiptFile } from '#domain/receipt/receipt-file.ts';
import { verifyReceipt } from '#domain/receipt/verify-receipt.ts';
import { verifyDisclosure } from '#domain/redaction/disclosure.ts';

/** As `acgs disclose` writes it. */
const DisclosureFile = Type.Object(
  {
    format: Type.Literal('acgs-disclosure-v1'),
    decisionId: Type.String(),
    details: Type.Array(
      Type.Object({
        number: Type.Integer({ minimum: 1 }),
        kind: Type.String(),
        salt: Type.String(),
        value: Type.String(),
      }),
    ),
    record: Type.String(),
    receipt: Type.Unknown(),
  },
  { additionalProperties: false },
);

interface Options extends TrustOptions {
  readonly json?: true;
}

/** `acgs verify disclosure`: that what is shown is what was kept out of the record, and that the record is the signed one. */
export function createVerifyDisclosureCommand(io: CliIo): Command {
  const command = new Command('disclosure')
    .description('check what somebody shows of a redacted decision, against its record and its receipt')
    .argument('<file>', 'as "acgs disclose" writes it; "-" reads it from standard input');
  return withTrustOptions(command)
    .option('--json', 'machine-readable output')
    .addHelpText(
      'after',
      `
Exit codes: 0 it is so, 1 it is not, 2 wrong command line or not a disclosure, 4 a file cannot be read

Examples:
  acgs verify disclosure disclosure.json --key keys/receipt.pub`,
    )
    .action(async (file: string, options: Options) => {
      const trust = await readTrust(io, options);
      if (trust.keys.length === 0) throw failure(EXIT.usage, 'give the key of whoever issues receipts: --key');
      const disclosure = parseDisclosure(await readInput(io, file));
      const receiptFile = parseReceiptFile(JSON.stringify(disclosure.receipt));
      if (!receiptFile.ok) throw failure(EXIT.usage, receiptFile.refusal.message);
      const receipt = verifyReceipt(receiptFile.value, {
        ...trust,
        expected: { decisionId: disclosure.decisionId },
        record: Buffer.from(disclosure.record),
      });
      const { finding, action } = disclosed(disclosure);
      const findings: readonly ToldFinding[] = [...receipt.findings, finding];
      const isValid = receipt.isValid && finding.state === 'proved';
      if (options.json === true) io.out(`${JSON.stringify({ isValid, findings, ...(isValid ? { action } : {}) })}\n`);
      else {
        const shown = isValid ? `The action: ${visible(JSON.stringify(action))}\n\n` : '';
        const paint = createPaint(io.colour);
        const verdict = isValid ? paint('good', 'it is what was decided') : paint('bad', 'NOT what was decided');
        io.out(`${shown}${findingsText(findings, io)}\n${verdict}\n`);
      }
      if (!isValid) throw failure(EXIT.refused);
    });
}

function parseDisclosure(text: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw failure(EXIT.usage, 'this is not a disclosure: it is not JSON');
  }
  if (!Value.Check(DisclosureFile, value)) throw failure(EXIT.usage, 'this is not a disclosure of "acgs disclose"');
  return value;
}

function disclosed(disclosure: ReturnType<typeof parseDisclosure>): { finding: ToldFinding; action?: unknown } {
  const part = 'disclosure';
  const entry = parseEntry(Buffer.from(disclosure.record));
  if (!entry.ok || entry.value.kind !== 'decision') {
    return {
      finding: { part, state: 'false', code: 'record-malformed', text: 'The record is not one of a decision.' },
    };
  }
  const verified = verifyDisclosure(entry.value.decision, disclosure);
  if (!verified.ok) {
    return { finding: { part, state: 'false', code: verified.refusal.code, text: verified.refusal.message } };
  }
  const { closed, isWhole, action } = verified.value;
  const text = isWhole
    ? 'Everything that was redacted is shown, and with it the action is the very one that was decided.'
    : `What is shown is what was committed to; still closed: ${closed.join(', ')}.`;
  return { finding: { part, state: 'proved', code: isWhole ? 'action-whole' : 'values-match', text }, action };
}
