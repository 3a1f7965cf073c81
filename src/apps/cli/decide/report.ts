import { diagram, type Mark, SIGNS } from '#apps/cli/decide/diagram.ts';
import { columnsOf, type Paint, paragraph, type Tone, visible } from '#apps/cli/output.ts';
import type { ConstitutionRef } from '#domain/decision/decision.ts';
import type { Reason, Verdict } from '#domain/policy/verdict.ts';
import { never } from '#domain/result.ts';

/** A decision as a person reads it: the verdict, the action with its effects drawn under it, the reasons, what it rests on. */
export interface DecisionReport {
  readonly verdict: Verdict;
  /** The command, path or target. */
  readonly subject: string;
  readonly marks: readonly Mark[];
  readonly reasons: readonly Reason[];
  /** Closing lines, as name and value. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Marks that are drawn: more do not fit on a screen. What is in the way comes first. */
const MARKS_MAX = 24;
const INDENT = 4;

export function decisionReport(
  report: DecisionReport,
  layout: { readonly columns: number; readonly paint: Paint },
): string {
  const { paint, columns } = layout;
  const { drawn, left } = selectMarks(report.marks);
  const more =
    left === 0 ? '' : `${' '.repeat(INDENT)}${paint('quiet', `and ${left} more effects (--json has all)`)}\n`;
  return [
    headline(report.verdict, paint),
    diagram(report.subject, drawn, layout) + more,
    reasonsText(report, layout),
    factsText(report.facts, columns, paint),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** What a verdict is called, and how it looks. */
export function verdictTone(kind: Verdict['kind']): 'good' | 'asked' | 'bad' {
  switch (kind) {
    case 'allow':
    case 'modify':
      return 'good';
    case 'ask':
    case 'defer':
      return 'asked';
    case 'deny':
      return 'bad';
    default:
      return never(kind);
  }
}

function headline(verdict: Verdict, paint: Paint): string {
  const tone = verdictTone(verdict.kind);
  const badge = paint(`badge-${tone}`, ` ${SIGNS[tone]} ${verdictTitle(verdict)} `);
  return `${`${badge}${paint('strong', verdictNote(verdict))}`.trimEnd()}\n`;
}

function verdictTitle(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'allow':
      return 'ALLOWED';
    case 'deny':
      return 'DENIED';
    case 'ask':
      return 'ASK';
    case 'modify':
      return 'ALLOWED, CHANGED';
    case 'defer':
      return 'LATER';
    default:
      return never(verdict);
  }
}

function verdictNote(verdict: Verdict): string {
  if (verdict.kind === 'ask') return ` the role "${verdict.role}" must approve this first`;
  return verdict.kind === 'defer' ? ` come back in ${Math.ceil(verdict.retryAfterMs / 1000)} s` : '';
}

function selectMarks(marks: readonly Mark[]): { readonly drawn: readonly Mark[]; readonly left: number } {
  const rank = { bad: 0, asked: 1, quiet: 2, good: 3 };
  const drawn = [...marks].sort((a, b) => rank[a.tone] - rank[b.tone]).slice(0, MARKS_MAX);
  return { drawn, left: marks.length - drawn.length };
}

/** One block for each policy: its words once, then what it is about. An allowed action is explained in one line each. */
function reasonsText(
  { verdict, reasons, marks }: DecisionReport,
  layout: { readonly columns: number; readonly paint: Paint },
): string {
  const { paint, columns } = layout;
  const overall = verdictTone(verdict.kind);
  const byPolicy = new Map<string, Reason>();
  for (const reason of reasons) if (!byPolicy.has(reason.policy)) byPolicy.set(reason.policy, reason);
  return [...byPolicy.values()]
    .map((reason) => {
      const tone = markOf(reason, marks)?.tone ?? overall;
      const article = reason.article === undefined ? '' : paint('quiet', `  article ${reason.article}`);
      const lines = [
        `  ${paint(tone, SIGNS[tone])} ${paint('strong', visible(reason.policy))}${article}\n`,
        paragraph(visible(reason.reason), columns, INDENT),
      ];
      // What to do instead is advice for who was stopped.
      if (reason.advice !== undefined && overall !== 'good') {
        lines.push(indented('instead: ', visible(reason.advice), columns, paint, 'strong'));
      }
      return lines.join('');
    })
    .join(overall === 'good' ? '' : '\n');
}

/** The drawn effect that a reason is about. */
function markOf({ effect, span }: Reason, marks: readonly Mark[]): Mark | undefined {
  return marks.find(
    (mark) => mark.label.startsWith(effect) && mark.span?.start === span?.start && mark.span?.end === span?.end,
  );
}

function factsText(facts: DecisionReport['facts'], columns: number, paint: Paint): string {
  const width = Math.max(0, ...facts.map(([name]) => columnsOf(name))) + 2;
  return facts
    .map(([name, value]) => indented(name.padEnd(width), visible(value), columns, paint, 'quiet', 2))
    .join('');
}

/** `lead text`, wrapped so that the text stays in its own column; only the lead is painted. */
function indented(lead: string, text: string, columns: number, paint: Paint, tone: Tone, before = INDENT): string {
  const block = paragraph(text, columns, before + columnsOf(lead));
  return `${' '.repeat(before)}${paint(tone, lead)}${block.slice(before + columnsOf(lead))}`;
}

export function constitutionFact({ lineage, number, digest }: ConstitutionRef): readonly [string, string] {
  return ['constitution', `${number}, digest ${digest.slice(0, 16)}, lineage ${lineage}`];
}
