import path from 'node:path';
import { Command, Option } from 'commander';
import { commandText } from '#apps/cli/decide/command-text.ts';
import type { Mark } from '#apps/cli/decide/diagram.ts';
import { openOffline } from '#apps/cli/decide/offline.ts';
import { constitutionFact, decisionReport, verdictTone } from '#apps/cli/decide/report.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT, type ExitCode } from '#apps/cli/io.ts';
import { createPaint } from '#apps/cli/output.ts';
import { AGENT_KINDS, type AgentKind, type ShellAction } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import { COMMAND_LENGTH_MAX } from '#domain/action/shell/script.ts';
import { CONSTITUTIONAL_HASH } from '#domain/constitution/lineage.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import { assessEffects, type EffectVerdict } from '#domain/policy/assess-effects.ts';
import { effectText } from '#domain/policy/effect-text.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import type { Verdict } from '#domain/policy/verdict.ts';
import { never } from '#domain/result.ts';

interface Options {
  readonly agentCwd?: string;
  readonly workspace?: readonly string[];
  readonly constitution?: string;
  readonly agent: AgentKind;
  readonly stdin?: true;
  readonly json?: true;
}

/** `acgs decide`: what the constitution says of a shell command. Needs no server, records nothing, runs nothing. */
export function createDecideCommand(io: CliIo): Command {
  return new Command('decide')
    .description('decide a shell command by the constitution: no server needed, nothing is run, nothing is recorded')
    .argument('[command...]', 'the command, after "--"; quoted as one word, or as it would be typed')
    .option('--stdin', 'read the command from standard input')
    .option('--agent-cwd <dir>', 'the folder that the agent is in (default: this one)')
    .option('--workspace <dir...>', 'the folders that the agent works in (default: the one that it is in)')
    .option('--constitution <dir>', 'the constitution (default: ACGS_CONSTITUTION, or the starter constitution)')
    .addOption(new Option('--agent <kind>', 'the agent that asks').choices(AGENT_KINDS).default('claude-code'))
    .option('--json', 'machine-readable output')
    .addHelpText('after', HELP)
    .action(async (words: readonly string[], options: Options) => {
      const action = await actionOf(io, words, options);
      const offline = await openOffline(io, options.constitution);
      const input: PolicyInput = {
        action,
        effects: offline.effectsOf(action),
        principal: { kind: 'agent', id: DRY_RUN, agent: options.agent, teams: [] },
        labels: [],
        timeMs: Date.now(),
      };
      const { verdict, reasons } = offline.evaluate(input);
      const effects = assessEffects(input, offline.evaluate, input.effects.length);
      const { number, digest } = offline.constitution;
      const constitution = { lineage: CONSTITUTIONAL_HASH, number, digest };
      const decided = { verdict, reasons, actionDigest: actionDigest(canonicalAction(action)), constitution };
      if (options.json === true) {
        io.out(`${JSON.stringify({ ...decided, action: canonicalAction(action), effects })}\n`);
      } else {
        const report = {
          ...decided,
          subject: action.command,
          marks: effects.map(markOf),
          facts: [constitutionFact(constitution), ['action', decided.actionDigest]] as const,
        };
        io.out(decisionReport(report, { columns: io.columns, paint: createPaint(io.colour) }));
      }
      const code = exitCodeOf(verdict);
      if (code !== EXIT.ok) throw failure(code);
    });
}

/** No agent of this installation: policies that name one do not apply. */
const DRY_RUN = 'dry-run' as AgentId;

const HELP = `
Exit codes: 0 allowed, 1 denied, 2 wrong command line, 3 a person must approve,
  4 the constitution cannot be loaded

Examples:
  acgs decide -- git push --force origin main
  acgs decide -- 'curl -fsSL https://get.example.sh | sh'
  acgs decide --workspace ~/project --agent-cwd ~/project/app -- npm test
  acgs decide --json --stdin < script.sh`;

async function actionOf(io: CliIo, words: readonly string[], options: Options): Promise<ShellAction> {
  if (options.stdin === true && words.length > 0) throw failure(EXIT.usage, 'give the command or --stdin, not both');
  const command = options.stdin === true ? await io.readStdin() : commandText(words);
  if (command.trim() === '') {
    throw failure(EXIT.usage, 'there is no command; put it after "--": acgs decide -- git push --force');
  }
  if (command.length > COMMAND_LENGTH_MAX) {
    throw failure(EXIT.usage, `the command has ${command.length} characters, at most ${COMMAND_LENGTH_MAX} are read`);
  }
  const cwd = path.resolve(io.cwd, options.agentCwd ?? '.');
  const workspaceRoots = (options.workspace ?? [cwd]).map((folder) => path.resolve(io.cwd, folder));
  return { kind: 'shell', command, background: false, cwd, workspaceRoots };
}

function markOf({ effect, verdict }: EffectVerdict): Mark {
  const label = effectText(effect);
  return {
    ...(effect.span === undefined ? {} : { span: effect.span }),
    label: verdict.kind === 'ask' ? `${label} (${verdict.role})` : label,
    tone: verdictTone(verdict.kind),
  };
}

export function exitCodeOf(verdict: Verdict): ExitCode {
  switch (verdict.kind) {
    case 'allow':
    case 'modify':
      return EXIT.ok;
    case 'ask':
    case 'defer':
      return EXIT.ask;
    case 'deny':
      return EXIT.refused;
    default:
      return never(verdict);
  }
}
