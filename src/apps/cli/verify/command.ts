import { Command } from 'commander';
import type { CliIo } from '#apps/cli/io.ts';
import { createVerifyDisclosureCommand } from '#apps/cli/verify/disclosure.ts';
import { createVerifyEvidenceCommand } from '#apps/cli/verify/evidence.ts';
import { createVerifyReceiptCommand } from '#apps/cli/verify/receipt.ts';

/** `acgs verify`: evidence is checked where it is, without a server. */
export function createVerifyCommands(io: CliIo): Command {
  return new Command('verify')
    .description('check evidence offline, with nothing but public keys')
    .addCommand(createVerifyReceiptCommand(io))
    .addCommand(createVerifyDisclosureCommand(io))
    .addCommand(createVerifyEvidenceCommand(io));
}
