import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { HOOK_SCOPES, type HookScope } from '#agents/install.ts';
import { DEADLINE_S } from '#apps/cli/hook/client.ts';
import { diffLines, formatDiff } from '#apps/cli/hook/diff.ts';
import { type Diagnosis, diagnose } from '#apps/cli/hook/doctor.ts';
import { installHook } from '#apps/cli/hook/install.ts';
import { listInstallations } from '#apps/cli/hook/list.ts';
import { removeHook } from '#apps/cli/hook/remove.ts';
import { type CliIo, EXIT, type ExitCode } from '#apps/cli/io.ts';
import { AGENT_KINDS, type AgentKind } from '#domain/action/action.ts';
import type { Refusal } from '#domain/result.ts';

/** What the hook commands need from the installation that they belong to. */
export interface HookCommandDeps {
  /** Issues a token for an agent; called when the command line gives none and none was installed before. */
  issueToken(agent: AgentKind): Promise<string>;
  /** Where hooks reach ACGS when the command line does not say. */
  readonly endpoint: string;
  /** Stands before the machine's own folders (`/etc`). Default: `/`. */
  readonly systemRoot?: string;
}

interface ScopeOptions {
  readonly project?: true;
  readonly user?: true;
  readonly managed?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

interface InstallOptions extends ScopeOptions {
  readonly endpoint: string;
  readonly tokenFile?: string;
  readonly agentFolder?: string;
  readonly deadline: number;
}

/**
 * `acgs hook`. Exit codes: 0 done; 1 `doctor` found a canary that would run; 2 settings or options that are refused;
 * 4 ACGS could not be reached. Raised as `CommanderError`s after everything was printed.
 */
export function createHookCommands(io: CliIo, deps: HookCommandDeps): Command {
  const systemRoot = deps.systemRoot ?? '/';
  const command = new Command('hook').description(
    'put ACGS before the actions of a coding agent, and check that it is',
  );

  scoped(command.command('install'))
    .description("merge ACGS into an agent's settings; others' entries stay, and installing again changes nothing more")
    .option('--endpoint <endpoint>', 'http://127.0.0.1:PORT, unix:/path or https://host', deps.endpoint)
    .option('--token-file <file>', 'use the token in this file (mode 0600; ~/… is the home of whoever runs the agent)')
    .option(
      '--agent-folder <folder>',
      'use the key of the agent that enrolled there (default: <state folder>/agent, if of this kind)',
    )
    .option('--deadline <seconds>', 'longest wait for one answer', seconds, DEADLINE_S)
    .addHelpText(
      'after',
      '\nExamples:\n  acgs hook install claude-code\n  acgs hook install cursor --project --dry-run',
    )
    .action(async (agent: AgentKind, options: InstallOptions) => {
      const { endpoint, tokenFile, agentFolder, deadline } = options;
      const scope = scopeOf(options);
      const installed = await installHook(
        {
          agent,
          scope,
          endpoint,
          deadlineS: deadline,
          dryRun: options.dryRun === true,
          ...(tokenFile === undefined ? {} : { tokenFile }),
          ...(agentFolder === undefined ? {} : { agentFolder }),
        },
        { io, systemRoot, issueToken: deps.issueToken },
      );
      if (!installed.ok) throw refused(io, installed.refusal);
      const { target, before, after, enrolled } = installed.value;
      const changed = before !== after;
      if (options.json === true) {
        io.out(
          `${JSON.stringify({ agent, scope, settingsFile: target.settingsFile, changed, dryRun: options.dryRun === true })}\n`,
        );
        return;
      }
      if (options.dryRun === true) {
        showChange(io, target.settingsFile, before, after);
        return;
      }
      io.out(`${agent} (${scope}) is governed: ${target.settingsFile}${changed ? '' : ' (unchanged)'}\n`);
      if (enrolled !== undefined) io.out(enrolledNote(enrolled, agent));
      for (const note of notes(agent, scope)) io.out(`note: ${note}\n`);
      io.out(`check it: acgs hook doctor ${agent}\n`);
    });

  scoped(command.command('remove'))
    .description("take ACGS out of an agent's settings again")
    .addHelpText('after', '\nExample:\n  acgs hook remove claude-code --user')
    .action(async (agent: AgentKind, options: ScopeOptions) => {
      const scope = scopeOf(options);
      const removed = await removeHook({ agent, scope, dryRun: options.dryRun === true }, { io, systemRoot });
      if (!removed.ok) throw refused(io, removed.refusal);
      const { target, before, after, undone } = removed.value;
      if (options.json === true) {
        io.out(
          `${JSON.stringify({ agent, scope, settingsFile: target.settingsFile, undone, dryRun: options.dryRun === true })}\n`,
        );
      } else if (options.dryRun === true) {
        showChange(io, target.settingsFile, before, after);
      } else {
        io.out(`${agent} (${scope}): ${UNDONE[undone]} ${target.settingsFile}\n`);
      }
    });

  command
    .command('status')
    .description('what is installed, and for whom')
    .option('--json', 'machine-readable output')
    .action(async (options: { readonly json?: true }) => {
      const rows = (await listInstallations(io, systemRoot)).map(({ hookHome: _, ...row }) => row);
      if (options.json === true) io.out(`${JSON.stringify(rows)}\n`);
      else if (rows.length === 0) io.out('no agent is governed: acgs hook install <agent>\n');
      else
        for (const { agent, scope, settingsFile } of rows)
          io.out(`${agent.padEnd(12)} ${scope.padEnd(8)} ${settingsFile}\n`);
    });

  command
    .command('doctor')
    .description('send a canary through the installed hooks and show that it is seen, decided and blocked')
    .addArgument(new Argument('[agent]', 'only this agent').choices(AGENT_KINDS))
    .option('--json', 'machine-readable output')
    .addHelpText('after', '\nThe canary is a command that any constitution denies. It is never run.')
    .action(async (agent: AgentKind | undefined, options: { readonly json?: true }) => {
      const found = (await listInstallations(io, systemRoot)).filter(
        (one) => agent === undefined || one.agent === agent,
      );
      const diagnoses: Diagnosis[] = [];
      for (const { hookHome, ...installation } of found) diagnoses.push(await diagnose(installation, hookHome, io));
      if (options.json === true) io.out(`${JSON.stringify(diagnoses)}\n`);
      else for (const diagnosis of diagnoses) io.out(describe(diagnosis));
      if (diagnoses.length === 0) {
        io.err(`no hook is installed${agent === undefined ? '' : ` for ${agent}`}: acgs hook install <agent>\n`);
        throw exit(EXIT.refused);
      }
      if (diagnoses.some(({ fate }) => fate !== 'blocked')) throw exit(EXIT.refused);
      if (diagnoses.some(({ decided }) => !decided)) throw exit(EXIT.unavailable);
      if (diagnoses.some(({ problems }) => problems.length > 0)) throw exit(EXIT.refused);
    });

  return command;
}

const UNDONE = {
  exact: 'as it was before, byte for byte:',
  entries: 'the entries of ACGS are gone from',
  nothing: 'there was nothing of ACGS in',
} as const;

function scoped(command: Command): Command {
  const scopes = HOOK_SCOPES.map((scope) =>
    new Option(`--${scope}`, SCOPE_HELP[scope]).conflicts(HOOK_SCOPES.filter((other) => other !== scope)),
  );
  command.addArgument(new Argument('<agent>', 'the agent').choices(AGENT_KINDS));
  for (const option of scopes) command.addOption(option);
  return command
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'machine-readable output');
}

const SCOPE_HELP: Readonly<Record<HookScope, string>> = {
  project: "this repository's settings",
  user: 'your own settings (the default)',
  managed: "the machine's settings, which people cannot change (as administrator)",
};

function scopeOf(options: ScopeOptions): HookScope {
  return HOOK_SCOPES.find((scope) => options[scope] === true) ?? 'user';
}

function enrolledNote(folder: string, agent: AgentKind): string {
  return `its token is of minutes, renewed with the key in ${folder}; a token that was issued before is not used any more: acgs token revoke ${agent}\n`;
}

/** What an installation cannot do by itself. */
function notes(agent: AgentKind, scope: HookScope): readonly string[] {
  const found: string[] = [];
  if (agent === 'codex' && scope !== 'managed') {
    found.push('Codex runs these hooks only after you have trusted them: open Codex and type /hooks.');
  }
  if (agent === 'copilot' && scope === 'project') {
    found.push('the cloud agent runs on another machine: there the hook blocks everything until ACGS is reachable.');
  }
  if (scope === 'project') {
    found.push('whoever works in this repository without `acgs hook install` of their own is blocked.');
  }
  if (scope === 'managed') {
    found.push("the token is readable by root alone; for others' agents install with --token-file '~/…'.");
  }
  return found;
}

function showChange(io: CliIo, file: string, before: string, after: string): void {
  const diff = formatDiff(diffLines(before, after), io.colour);
  io.out(diff === '' ? `${file}: no change\n` : `${file}\n${diff}`);
}

function describe({ agent, scope, settingsFile, decided, fate, answer, problems }: Diagnosis): string {
  const lines = [
    `${problems.length === 0 ? 'ok  ' : 'FAIL'} ${agent} (${scope}) ${settingsFile}`,
    `     seen and decided: ${decided ? 'yes' : 'no'}; the canary would be: ${fate}`,
    ...(answer === '' ? [] : [`     told to the agent: ${answer.slice(0, 300)}`]),
    ...problems.map((problem) => `     problem: ${problem}`),
  ];
  return `${lines.join('\n')}\n`;
}

function refused(io: CliIo, refusal: Refusal): CommanderError {
  io.err(`${refusal.message}${refusal.detail === undefined ? '' : ` (${refusal.detail})`}\nnothing was changed\n`);
  return exit(refusal.code === 'curl-missing' ? EXIT.unavailable : EXIT.usage);
}

function exit(code: ExitCode): CommanderError {
  return new CommanderError(code, `acgs.hook.exit-${code}`, '');
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 600)
    throw new InvalidArgumentError('a whole number from 1 to 600');
  return value;
}
