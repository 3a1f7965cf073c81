import { Command } from 'commander';
import Type, { type Static } from 'typebox';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import type { Mark } from '#apps/cli/decide/diagram.ts';
import { constitutionFact, decisionReport, verdictTone } from '#apps/cli/decide/report.ts';
import { checkDecisionId } from '#apps/cli/decision-id.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { isJsonObject } from '#apps/cli/log/json-object.ts';
import { createPaint } from '#apps/cli/output.ts';
import { subjectOf } from '#domain/action/subject.ts';
import type { Reason, Verdict } from '#domain/policy/verdict.ts';
import { DecisionReply, OutcomeReply } from '#services/decision/schemas.ts';

const Explained = Type.Object({ decision: DecisionReply, outcomes: Type.Array(OutcomeReply) });

interface Options extends ClientOptions {
  readonly json?: true;
}

/** `acgs explain`: one recorded decision, why it was made, and what became of the action. */
export function createExplainCommand(io: CliIo): Command {
  const command = new Command('explain')
    .description('why a decision was made, and what became of the action')
    .argument('<decision>', 'its id, as the agent was told and "acgs log" shows')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 there is no such decision, 2 wrong command line,
  4 the server cannot be reached

Examples:
  acgs explain 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d
  acgs explain --json 01997f2e-6c1a-7cc3-9a51-3f0d6a1b2c4d | jq .outcomes`,
    )
    .action(async (id: string, options: Options) => {
      checkDecisionId(id);
      const client = await createClient(io, options);
      const found = await client.get(`/v1/decisions/${id}`, Explained);
      io.out(options.json === true ? `${JSON.stringify(found)}\n` : explained(found, io));
    });
}

function explained({ decision, outcomes }: Static<typeof Explained>, io: CliIo): string {
  const who = `${decision.agent === 'api' ? '' : `${decision.agent} as `}${decision.principal.id}`;
  const version = decision.agentVersion === undefined ? '' : ` (${decision.agentVersion})`;
  const optional = (name: string, value: string | undefined) => (value === undefined ? [] : [[name, value] as const]);
  // The schema has checked what is read here; ids and digests are only shown.
  const constitution = decision.constitution as Parameters<typeof constitutionFact>[0];
  const reasons = decision.reasons as readonly Reason[];
  const verdict = decision.verdict as Verdict;
  return decisionReport(
    {
      verdict,
      subject: isJsonObject(decision.action) ? subjectOf(decision.action) : decision.actionKind,
      marks: marksOf(verdict, reasons, decision.actionKind),
      reasons,
      facts: [
        ['decided', new Date(decision.timeMs).toISOString()],
        ['for', `${who}${version}`],
        ...optional('session', decision.sessionId),
        ...optional('approval', decision.approvalId),
        ...optional('granted', grantText(decision.standingGrantId)),
        ['outcome', outcomeText(outcomes)],
        constitutionFact(constitution),
        ['action', decision.actionDigest],
        ['decision', decision.id],
        ...optional('appeal', verdict.kind === 'deny' ? appealText(decision.id) : undefined),
      ],
    },
    { columns: io.columns, paint: createPaint(io.colour) },
  );
}

/**
 * The record names the effects that decided; those are drawn. Spans are offsets in a command's text, so the subject of
 * another kind of action is marked as a whole.
 */
function marksOf(verdict: Verdict, reasons: readonly Reason[], actionKind: string): readonly Mark[] {
  const marks = new Map<string, Mark>();
  for (const { effect, span } of reasons) {
    const place = span === undefined || actionKind !== 'shell' ? {} : { span };
    marks.set(JSON.stringify([effect, place]), { ...place, label: effect, tone: verdictTone(verdict.kind) });
  }
  return [...marks.values()];
}

function grantText(id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${id} (acgs grants show ${id})`;
}

/** Whoever thinks that it was wrong can have a panel look at it. */
function appealText(id: string): string {
  return `acgs constitution appeal --decision ${id} "why it was wrong"`;
}

function outcomeText(outcomes: readonly Static<typeof OutcomeReply>[]): string {
  if (outcomes.length === 0) return 'not reported';
  return outcomes.map(({ status, timeMs }) => `${status} at ${new Date(timeMs).toISOString()}`).join(', ');
}
