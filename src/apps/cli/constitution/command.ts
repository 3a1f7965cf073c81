import { Command } from 'commander';
import { createAmendmentsCommand } from '#apps/cli/constitution/amendments.ts';
import { createAnswerCommand, createAppealCommand, createContestCommand } from '#apps/cli/constitution/appeal.ts';
import { createBuildCommand } from '#apps/cli/constitution/build.ts';
import { createDiffCommand } from '#apps/cli/constitution/diff.ts';
import { createFoundCommand } from '#apps/cli/constitution/found.ts';
import { createHistoryCommand } from '#apps/cli/constitution/history.ts';
import { createKeyCommand } from '#apps/cli/constitution/key.ts';
import { createLineageCommand } from '#apps/cli/constitution/lineage.ts';
import { createProposeCommand } from '#apps/cli/constitution/propose.ts';
import { createRollOutCommand } from '#apps/cli/constitution/roll-out.ts';
import { createRollbackCommand } from '#apps/cli/constitution/rollback.ts';
import { createSignCommand } from '#apps/cli/constitution/sign.ts';
import { createStatusCommand } from '#apps/cli/constitution/status.ts';
import { createFetchCommand, createSubmitCommand } from '#apps/cli/constitution/submit.ts';
import { createLiftCommand, createReinstateCommand, createSuspendCommand } from '#apps/cli/constitution/suspend.ts';
import { createVerifyGenesisCommand } from '#apps/cli/constitution/verify-genesis.ts';
import { createVetoCommand } from '#apps/cli/constitution/veto.ts';
import { createVoteCommand } from '#apps/cli/constitution/vote.ts';
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
    .addCommand(createProposeCommand(io))
    .addCommand(createAmendmentsCommand(io))
    .addCommand(createVoteCommand(io))
    .addCommand(createVetoCommand(io))
    .addCommand(createFetchCommand(io))
    .addCommand(createKeyCommand(io))
    .addCommand(createSignCommand(io))
    .addCommand(createSubmitCommand(io))
    .addCommand(createRollOutCommand(io))
    .addCommand(createRollbackCommand(io))
    .addCommand(createSuspendCommand(io))
    .addCommand(createLiftCommand(io))
    .addCommand(createReinstateCommand(io))
    .addCommand(createAppealCommand(io))
    .addCommand(createAnswerCommand(io))
    .addCommand(createContestCommand(io))
    .addCommand(createHistoryCommand(io))
    .addCommand(createFoundCommand(io));
}
