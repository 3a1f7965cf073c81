import { Command } from 'commander';
import { createBuildCommand } from '#apps/cli/constitution/build.ts';
import { createDiffCommand } from '#apps/cli/constitution/diff.ts';
import { createFoundCommand } from '#apps/cli/constitution/found.ts';
import { createKeyCommand } from '#apps/cli/constitution/key.ts';
import { createLineageCommand } from '#apps/cli/constitution/lineage.ts';
import { createSignCommand } from '#apps/cli/constitution/sign.ts';
import { createStatusCommand } from '#apps/cli/constitution/status.ts';
import { createVerifyGenesisCommand } from '#apps/cli/constitution/verify-genesis.ts';
import type { CliIo } from '#apps/cli/io.ts';

/** `acgs constitution`: what governs, where it comes from, and how people change it. One file for each command. */
export function createConstitutionCommands(io: CliIo): Command {
  return new Command('constitution')
    .description('the constitution: what is in force, where it comes from, how it is changed')
    .addCommand(createStatusCommand(io))
    .addCommand(createLineageCommand(io))
    .addCommand(createVerifyGenesisCommand(io))
    .addCommand(createDiffCommand(io))
    .addCommand(createBuildCommand(io))
    .addCommand(createKeyCommand(io))
    .addCommand(createSignCommand(io))
    .addCommand(createFoundCommand(io));
}
