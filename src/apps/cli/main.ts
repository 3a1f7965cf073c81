import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { createPaint } from '#apps/cli/output.ts';
import { createProcessIo } from '#apps/cli/process-io.ts';

/** One command or group of commands; its code is loaded only when it is used, so that every other starts fast. */
interface Group {
  readonly name: string;
  readonly summary: string;
  load(io: CliIo): Promise<Command>;
}

const GROUPS: readonly Group[] = [
  {
    name: 'start',
    summary: 'start the server',
    load: async (io) => (await import('#apps/cli/start/command.ts')).createStartCommand(io),
  },
  {
    name: 'decide',
    summary: 'decide a shell command by the constitution, without a server',
    load: async (io) => (await import('#apps/cli/decide/command.ts')).createDecideCommand(io),
  },
  {
    name: 'explain',
    summary: 'why a decision was made, and what became of the action',
    load: async (io) => (await import('#apps/cli/explain/command.ts')).createExplainCommand(io),
  },
  {
    name: 'log',
    summary: 'what was decided; --follow goes on',
    load: async (io) => (await import('#apps/cli/log/command.ts')).createLogCommand(io),
  },
  {
    name: 'approve',
    summary: 'answer an approval request; --refuse says no',
    load: async (io) => (await import('#apps/cli/approve/command.ts')).createApproveCommand(io, { nowMs: Date.now }),
  },
  {
    name: 'approvals',
    summary: 'what people are asked; --watch goes on',
    load: async (io) => {
      const [{ createApprovalsCommand }, { setTimeout: pause }] = await Promise.all([
        import('#apps/cli/approvals/command.ts'),
        import('node:timers/promises'),
      ]);
      return createApprovalsCommand(io, { nowMs: Date.now, pause });
    },
  },
  {
    name: 'grants',
    summary: 'standing grants: what agents may do without asking again',
    load: async (io) => (await import('#apps/cli/grants/command.ts')).createGrantsCommand(io, { nowMs: Date.now }),
  },
  {
    name: 'doctor',
    summary: 'check this installation, with a fix for what is wrong',
    load: async (io) => (await import('#apps/cli/doctor/command.ts')).createDoctorCommand(io),
  },
  {
    name: 'hook',
    summary: 'put ACGS before the actions of a coding agent',
    load: async (io) => {
      const [{ createHookCommands }, { issueAgentToken }, { serverUrl }] = await Promise.all([
        import('#apps/cli/hook/command.ts'),
        import('#apps/cli/installation.ts'),
        import('#apps/cli/connection.ts'),
      ]);
      return createHookCommands(io, {
        endpoint: serverUrl(io, undefined),
        issueToken: (agent) => issueAgentToken(io, agent, Date.now()),
      });
    },
  },
  {
    name: 'policy',
    summary: 'test, check and explain the policies of a constitution',
    load: async (io) => (await import('#apps/cli/policy/command.ts')).createPolicyCommands(io),
  },
  {
    name: 'constitution',
    summary: 'what governs: where it comes from, how people change it',
    load: async (io) => (await import('#apps/cli/constitution/command.ts')).createConstitutionCommands(io),
  },
  {
    name: 'journal',
    summary: 'verify the log of decisions, or rebuild the search index from it',
    load: async (io) => {
      const [{ createJournalCommands }, { openSearchIndex }] = await Promise.all([
        import('#apps/cli/journal/command.ts'),
        import('#apps/cli/installation.ts'),
      ]);
      return createJournalCommands(io, { openIndex: () => openSearchIndex(io) });
    },
  },
  {
    name: 'ledger',
    summary: 'check the ledger, its status, proofs from it',
    load: async (io) => {
      const [{ createLedgerCommands }, { openIndexAudit }] = await Promise.all([
        import('#apps/cli/ledger/command.ts'),
        import('#apps/cli/installation.ts'),
      ]);
      return createLedgerCommands(io, { openAudit: () => openIndexAudit(io) });
    },
  },
  {
    name: 'witness',
    summary: 'cosign the checkpoints of ledgers, so that none can show two histories',
    load: async (io) => (await import('#apps/cli/witness/command.ts')).createWitnessCommand(io),
  },
  {
    name: 'receipt',
    summary: 'get the signed receipt of a decision',
    load: async (io) => (await import('#apps/cli/receipt/command.ts')).createReceiptCommand(io),
  },
  {
    name: 'verify',
    summary: 'check receipts, disclosures and evidence offline',
    load: async (io) => (await import('#apps/cli/verify/command.ts')).createVerifyCommands(io),
  },
  {
    name: 'exec',
    summary: 'run a command only with a valid receipt for it, once',
    load: async (io) => (await import('#apps/cli/exec/command.ts')).createExecCommand(io),
  },
  {
    name: 'disclose',
    summary: 'get what was redacted of a decision',
    load: async (io) => (await import('#apps/cli/detail/disclose.ts')).createDiscloseCommand(io),
  },
  {
    name: 'detail',
    summary: 'destroy the keys of what was redacted',
    load: async (io) => (await import('#apps/cli/detail/command.ts')).createDetailCommands(io),
  },
  {
    name: 'evidence',
    summary: 'write what was recorded into a bundle for an auditor',
    load: async (io) => (await import('#apps/cli/evidence/command.ts')).createEvidenceCommand(io),
  },
  {
    name: 'export',
    summary: 'print the journal as events for a SIEM (CloudEvents, OCSF)',
    load: async (io) => (await import('#apps/cli/export/command.ts')).createExportCommand(io),
  },
  {
    name: 'login',
    summary: 'act in your own name from this machine',
    load: async (io) => {
      const [{ createLoginCommand }, { readSecret }, { setTimeout: pause }] = await Promise.all([
        import('#apps/cli/login/command.ts'),
        import('#apps/cli/login/read-secret.ts'),
        import('node:timers/promises'),
      ]);
      return createLoginCommand(io, { nowMs: Date.now, pause, readSecret });
    },
  },
  {
    name: 'logout',
    summary: 'end the login of this machine',
    load: async (io) => (await import('#apps/cli/login/command.ts')).createLogoutCommand(io, { nowMs: Date.now }),
  },
  {
    name: 'agent',
    summary: 'agents with keys of their own: invite, enrol, refresh, stop',
    load: async (io) => (await import('#apps/cli/agent/command.ts')).createAgentCommands(io),
  },
  {
    name: 'person',
    summary: 'people and their roles',
    load: async (io) => (await import('#apps/cli/person/command.ts')).createPersonCommands(io),
  },
  {
    name: 'token',
    summary: 'issue, list and revoke bearer tokens',
    load: async (io) => (await import('#apps/cli/token/command.ts')).createTokenCommands(io),
  },
  {
    name: 'completion',
    summary: 'print a completion script for bash, zsh or fish',
    load: async (io) =>
      (await import('#apps/cli/completion.ts')).createCompletionCommand(io, () => createProgram(io, 'all')),
  },
];

const HELP = `
Exit codes of every command:
  0  done; for decide: allowed
  1  done, and the answer is no: denied, a failed example, a broken chain
  2  the command line or an input file is wrong
  3  for decide: a person must approve
  4  something needed could not be reached or written

Examples:
  acgs start                                   run everything on 127.0.0.1:8010
  acgs decide -- git push --force origin main  what would be decided?
  acgs hook install claude-code --project      govern Claude Code here
  acgs log --follow --verdict deny             what is refused, as it happens

ACGS_DEBUG=1 shows where an unexpected error came from.`;

/** The `acgs` program: the exit code of the process. */
export async function main(argv: readonly string[]): Promise<number> {
  return run(argv, createProcessIo(argv));
}

export async function run(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    const program = await createProgram(io, selected(argv));
    await program.parseAsync(isKnown(argv, program) ? argv : argv.slice(1), { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return report(error, io);
  }
}

/** With the code of one group, or of all. The others are there by name only, for the help. */
export async function createProgram(io: CliIo, wanted: string | undefined): Promise<Command> {
  const program = new Command('acgs')
    .description('A constitution for coding agents: every action is decided, explained and recorded before it happens.')
    .usage('<command> [options]')
    .version(version(), '-V, --version', 'print the version')
    .helpCommand('help [command]', 'how to use a command')
    .addHelpText('after', HELP);
  for (const group of GROUPS) {
    const command = wanted === group.name || wanted === 'all' ? await group.load(io) : new Command(group.name);
    program.addCommand(command.summary(group.summary));
  }
  adopt(program, io);
  return program;
}

/** The first word that is not an option; after `help` the one that it asks about. */
function selected(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((word) => !word.startsWith('-'));
  return first === 'help' ? second : first;
}

/** False for `help` about a command that there is not: commander would print its own help; as a command it is refused. */
function isKnown([first, second]: readonly string[], program: Command): boolean {
  return first !== 'help' || second === undefined || program.commands.some((command) => command.name() === second);
}

/** Every command speaks through `io` and ends by an error, never by leaving the process. */
function adopt(command: Command, io: CliIo): void {
  const paint = createPaint(io.colour);
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => io.out(text),
      // Commander's own messages are printed by `report`, once and in one form.
      writeErr: () => {},
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
      getOutHasColors: () => io.colour,
      getErrHasColors: () => io.colour,
    })
    .configureHelp({
      styleTitle: (text) => paint('strong', text),
      styleCommandText: (text) => paint('strong', text),
    });
  for (const sub of command.commands) adopt(sub, io);
}

function report(error: unknown, io: CliIo): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    // What commander itself finds wrong is wrong on the command line, whatever code it gives.
    const isUsage = error.code.startsWith('commander.');
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    if (error.code === 'commander.help') io.err('acgs: no command given; "acgs --help" lists them\n');
    else if (message !== '') io.err(`acgs: ${message}\n`);
    return isUsage ? EXIT.usage : error.exitCode;
  }
  const isDebugging = io.env['ACGS_DEBUG'] === '1';
  if (!(error instanceof Error)) io.err(`acgs: ${String(error)}\n`);
  else if (isDebugging) io.err(`${error.stack ?? error.message}\n${causeOf(error)}`);
  else io.err(`acgs: ${error.message.split('\n', 1)[0]} (ACGS_DEBUG=1 shows more)\n`);
  return EXIT.unavailable;
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? `caused by ${error.cause.stack ?? error.cause.message}\n` : '';
}

function version(): string {
  const file: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const found = typeof file === 'object' && file !== null && 'version' in file ? file.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}
