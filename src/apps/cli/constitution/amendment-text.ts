import type { AmendmentForm, ImpactForm } from '#apps/cli/constitution/amendment-form.ts';
import { visible } from '#apps/cli/output.ts';

/** Examples of one kind of change that are shown; the API has more. */
const EXAMPLES_SHOWN_MAX = 3;

/** Where an amendment stands, for people. */
export function describeAmendment(amendment: AmendmentForm): string {
  const { id, title, proposer, emergency, constitution, state, ballots, rollbackOwed } = amendment;
  const why = state.why === undefined ? '' : ` (${state.why})`;
  const lines = [
    `${state.kind}${why}  number ${constitution.number}${emergency ? ', emergency' : ''}  ${visible(title)}`,
    `  by ${visible(proposer)}  ${id}`,
    `  digest ${constitution.digest}`,
  ];
  for (const { id: ballot, closesMs, entitled, voted, result } of ballots) {
    lines.push(
      result === undefined
        ? `  ${ballot}: ${voted} of ${entitled} have voted, until ${new Date(closesMs).toISOString()}`
        : `  ${ballot}: ${result.outcome} (${result.for} for, ${result.against} against, ${result.abstain} abstained, of ${entitled})`,
    );
  }
  if (rollbackOwed) lines.push('  an appeal was upheld against it: "acgs constitution rollback"');
  return `${lines.join('\n')}\n`;
}

/** What it would change, for people who are about to vote. */
export function describeImpact(impact: ImpactForm): string {
  const lines: string[] = [];
  for (const { article, text, added, removed, changed } of impact.articles) {
    const parts = [
      ...(text === 'same' ? [] : [`text ${text}`]),
      ...named('new', added),
      ...named('gone', removed),
      ...named('changed', changed),
    ];
    lines.push(`article ${article}: ${parts.join('; ')}`);
  }
  if (impact.sections.length > 0) lines.push(`also changed: ${impact.sections.join(', ')}`);
  const { run, failures } = impact.examples;
  lines.push(`examples: ${run - failures.length} of ${run} as they say`);
  for (const failure of failures) lines.push(`  ${visible(failure)}`);
  const { decisions, otherwiseThanRecorded, changes } = impact.replay;
  lines.push(`of the last ${decisions} recorded decisions:`);
  for (const { change, count, examples } of changes) {
    lines.push(`  ${count} ${change.replace('-', ' ')}`);
    for (const { agent, action, before, after } of examples.slice(0, EXAMPLES_SHOWN_MAX)) {
      lines.push(`    ${visible(agent)}: ${visible(action).slice(0, 60)}  (${before} → ${after})`);
    }
  }
  if (otherwiseThanRecorded > 0) {
    lines.push(
      `  (${otherwiseThanRecorded} are decided otherwise now than recorded: not all that was known then is in the record)`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function named(word: string, ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? [] : [`${word}: ${ids.join(', ')}`];
}
