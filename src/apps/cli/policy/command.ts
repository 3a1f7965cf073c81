import { Command } from 'commander';
import type { CliIo } from '#apps/cli/io.ts';
import { createAuthorizeCommand } from '#apps/cli/policy/authorize.ts';
import { createCheckCommand } from '#apps/cli/policy/check.ts';
import { createPolicyExplainCommand } from '#apps/cli/policy/explain.ts';
import { createTestCommand } from '#apps/cli/policy/test.ts';

/** `acgs policy`: what people who write policies need. */
export function createPolicyCommands(io: CliIo): Command {
  return new Command('policy')
    .description('test, check and explain the policies of a constitution')
    .addCommand(createTestCommand(io))
    .addCommand(createCheckCommand(io))
    .addCommand(createPolicyExplainCommand(io))
    .addCommand(createAuthorizeCommand(io));
}
