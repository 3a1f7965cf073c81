import type { Effect } from '#domain/action/effect.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { ENFORCEMENT_STEPS, type EnforcementRule } from '#domain/constitution/enforcement.ts';
import { type Denial, type Denials, ENFORCEMENT } from '#domain/enforcement/denials.ts';
import type { Evaluation } from '#domain/policy/evaluate.ts';
import type { ApprovalFacts } from '#domain/policy/requests.ts';
import type { Reason } from '#domain/policy/verdict.ts';
import { never } from '#domain/result.ts';

const MINUTE_MS = 60_000;

/** What only looks: let through by every step but the last, so that an agent can still see what it did wrong and say so. */
const LOOKING = new Set<Effect['kind']>(['read', 'search', 'prompt']);

/** The step that an agent has brought upon itself, or a repository upon those who work in it. */
export type StepInForce =
  | { readonly kind: 'counted'; readonly rule: EnforcementRule; readonly denials: readonly Denial[] }
  /** Suspended until a person lets it go on. */
  | { readonly kind: 'suspended'; readonly why: string };

/** The strictest step that the rules ask for at this moment; undefined when none does. */
export function stepInForce(
  rules: readonly EnforcementRule[],
  subject: { readonly agent: string; readonly repository: string | undefined; readonly timeMs: number },
  denials: Denials,
): StepInForce | undefined {
  let strictest: StepInForce | undefined;
  let rank = -1;
  for (const rule of rules) {
    const own = ENFORCEMENT_STEPS.indexOf(rule.step);
    if (own <= rank) continue;
    const { agent, repository } = subject;
    const held =
      rule.per === 'agent' ? denials.ofAgent(agent) : repository === undefined ? [] : denials.inRepository(repository);
    const fromMs = subject.timeMs - rule.withinMinutes * MINUTE_MS;
    const counted = held.filter((denial) => denial.timeMs > fromMs && concerns(rule, denial));
    if (counted.length < rule.denials) continue;
    rank = own;
    strictest = { kind: 'counted', rule, denials: counted };
  }
  return strictest;
}

function concerns({ policy, article }: EnforcementRule, denial: Denial): boolean {
  return (
    (policy === undefined || denial.policies.some((one) => one === policy)) &&
    (article === undefined || denial.articles.includes(article))
  );
}

/**
 * The graduated response around a verdict: warn → ask → deny → suspend. It only ever makes it stricter, and stands among the reasons
 * whenever it does anything.
 */
export function enforce(
  evaluation: Evaluation,
  step: StepInForce | undefined,
  parts: {
    readonly constitution: Pick<Constitution, 'approverRoles'>;
    readonly effects: readonly Effect[];
    /** A person's approval of exactly this action. */
    readonly approval?: ApprovalFacts;
  },
): Evaluation {
  if (step === undefined) return evaluation;
  if (step.kind === 'suspended') return stricter(evaluation, { kind: 'deny' }, suspendedReason(step.why));
  const { rule } = step;
  const reason = countedReason(rule, step.denials.length);
  if (rule.step === 'warn') {
    const isAllowed = evaluation.verdict.kind === 'allow' || evaluation.verdict.kind === 'modify';
    // What stands in the way of a refused action is told first.
    return { ...evaluation, reasons: isAllowed ? [reason, ...evaluation.reasons] : [...evaluation.reasons, reason] };
  }
  if (rule.step !== 'suspend' && parts.effects.length > 0 && parts.effects.every(({ kind }) => LOOKING.has(kind))) {
    return evaluation;
  }
  switch (rule.step) {
    case 'ask': {
      const { approverRoles } = parts.constitution;
      const [role] = approverRoles;
      // Where nobody can be asked, the question is answered.
      if (role === undefined) return stricter(evaluation, { kind: 'deny' }, reason);
      // Every approver role is at least the first. A standing grant is no answer: it was given before the agent brought this upon itself.
      if (isAnswered(parts.approval, approverRoles)) return evaluation;
      return stricter(evaluation, { kind: 'ask', role }, reason);
    }
    case 'deny':
    case 'suspend':
      return stricter(evaluation, { kind: 'deny' }, reason);
    default:
      return never(rule.step);
  }
}

function isAnswered(approval: ApprovalFacts | undefined, approverRoles: readonly string[]): boolean {
  return approval !== undefined && approval.standing === undefined && approverRoles.includes(approval.role);
}

/** The given verdict, unless the policies' own is as strict. */
function stricter(
  evaluation: Evaluation,
  verdict: { readonly kind: 'deny' } | { readonly kind: 'ask'; readonly role: string },
  reason: Reason,
): Evaluation {
  const { kind } = evaluation.verdict;
  const isAsStrict = kind === 'deny' || kind === 'defer' || (kind === 'ask' && verdict.kind === 'ask');
  if (isAsStrict) return { ...evaluation, reasons: [...evaluation.reasons, reason] };
  return { verdict, reasons: [reason, ...evaluation.reasons] };
}

const FOLLOWS = {
  warn: 'This is a warning.',
  ask: 'A person must approve each further step.',
  deny: 'Nothing but looking is allowed until the time has passed.',
  suspend: 'The agent is suspended.',
} as const satisfies Record<EnforcementRule['step'], string>;

function countedReason(rule: EnforcementRule, count: number): Reason {
  const of =
    rule.policy === undefined
      ? rule.article === undefined
        ? ''
        : ` under article ${rule.article}`
      : ` by ${rule.policy}`;
  const who = rule.per === 'agent' ? 'by this agent' : 'in this repository';
  return {
    policy: ENFORCEMENT,
    reason: `${count} actions ${who} were denied${of} within ${rule.withinMinutes} minutes. ${FOLLOWS[rule.step]}`,
    advice: 'Stop trying what was denied; read its reasons, and ask a person how to go on.',
    effect: 'graduated response',
  };
}

function suspendedReason(why: string): Reason {
  return {
    policy: ENFORCEMENT,
    reason: `The agent is suspended (${why}).`,
    advice: 'Stop. A person must reinstate the agent: acgs constitution reinstate.',
    effect: 'graduated response',
  };
}
