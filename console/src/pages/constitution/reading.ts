import type { Reply } from '../../api/client.ts';

export type Reading = Reply<'GET /v1/constitutions/{digest}/reading'>;
export type Policy = Reading['policies'][number];
export type Article = Reading['articles'][number];

export interface ReadArticle {
  readonly article: Article;
  readonly policies: readonly Policy[];
}

/** Articles with the policies that carry them out, in the constitution's order; those that match, where something is looked for. */
export function articlesOf(reading: Reading, q: string): readonly ReadArticle[] {
  const words = q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const has = (...texts: readonly string[]) =>
    words.every((word) => texts.some((one) => one.toLowerCase().includes(word)));
  return reading.articles.flatMap((article) => {
    const own = reading.policies.filter((policy) => policy.article === article.number);
    if (words.length === 0) return [{ article, policies: own }];
    const found = own.filter(({ id, reason, advice = '' }) => has(id, reason, advice));
    // An article whose own words match is read as a whole.
    const isMeant = has(article.title, article.text, `article ${article.number}`);
    return found.length > 0 || isMeant ? [{ article, policies: isMeant && found.length === 0 ? own : found }] : [];
  });
}

export interface Section {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** How a constitution is changed and kept, in words. */
export function sectionsOf(reading: Reading): readonly Section[] {
  const { approverRoles, limits, signers, roles, approvals, votes, appeals, suspension, enforcement, rollOut, bundle } =
    reading;
  const named = (list: readonly string[]) => (list.length === 0 ? 'nobody' : list.join(', '));
  return [
    {
      title: 'Who is asked',
      facts: [
        ['Approver roles', `${named(approverRoles)} (the first whose approval is enough is asked)`],
        ['Persons who must agree', quorumText(approvals.quorum)],
        ['A request waits', minutesText(approvals.requestMinutes)],
        ['An approval is good for', minutesText(limits.approvalMinutes)],
        ['While nobody answers', approvals.escalation.map(escalationText).join('; ') || 'nobody else is told'],
      ],
    },
    {
      title: 'Who may change it',
      facts: [
        ['Propose', named(roles.propose)],
        ['Vote', named(roles.vote)],
        ['Veto', named(roles.veto)],
        ['Suspend a policy', named(roles.suspend)],
        ['Roll out', named(roles.operate)],
        ['Sign the next one', signersText(signers)],
      ],
    },
    {
      title: 'How it is voted on',
      facts: [
        [
          'A vote is open for',
          `${hoursText(votes.periodHours)}; in an emergency ${hoursText(votes.emergencyPeriodHours)}`,
        ],
        ['Quorum', `${votes.quorumPercent} % of those entitled`],
        ['Majority', `more than ${votes.majorityPercent} % of the votes for and against`],
        ['To override a veto', `at least ${votes.overridePercent} % of them`],
        [
          'Appeal within',
          `${hoursText(appeals.windowHours)}, to a panel of ${appeals.panelSize}, who answer in ${appeals.answerWorkingDays} working days`,
        ],
        ['A suspension ends after', hoursText(suspension.hours)],
      ],
    },
    {
      title: 'How the next one comes into force',
      facts: [
        ['Shadow', `${minutesText(rollOut.shadowMinutes)}: evaluated beside this one, enforced on nobody`],
        [
          'Canary',
          `${minutesText(rollOut.canaryMinutes)}: in force for ${rollOut.canaryPercent} % of agents${rollOut.canaryRepositories.length > 0 ? ` and for ${rollOut.canaryRepositories.join(', ')}` : ''}`,
        ],
        [
          'Taken back when',
          `denials rise by ${rollOut.objectives.denyRisePercentMax} points, questions by ${rollOut.objectives.askRisePercentMax}, failures by ${rollOut.objectives.errorRisePercentMax}, or evaluations over ${rollOut.objectives.slowMs} ms by ${rollOut.objectives.slowRisePercentMax}`,
        ],
        ['A node without news is stale after', hoursText(bundle.ageHoursMax)],
      ],
    },
    {
      title: 'Limits and graduated response',
      facts: [
        ['Effects of one action', `at most ${limits.effectsPerAction.toLocaleString('en')}`],
        ['Policies', `at most ${limits.policies.toLocaleString('en')}`],
        ...(enforcement.length === 0
          ? ([['After repeated denials', 'nothing follows']] as const)
          : enforcement.map((rule, at) => [`Response ${at + 1}`, ruleText(rule)] as const)),
      ],
    },
  ];
}

function quorumText(quorum: Readonly<Record<string, number>>): string {
  const more = Object.entries(quorum).map(([role, count]) => `${count} of ${role}`);
  return more.length === 0 ? 'one' : `${more.join(', ')}; one where a role is not named`;
}

function escalationText({ afterMinutes, to }: Reading['approvals']['escalation'][number]): string {
  return `${to === 'next-role' ? 'the next role' : 'who is on call'} after ${minutesText(afterMinutes)}`;
}

function signersText(signers: Reading['signers']): string {
  if (typeof signers === 'string') return 'the founders, who signed number 1';
  return `${signers.threshold} of ${signers.keys.map(({ name }) => name).join(', ')}`;
}

function ruleText(rule: Readonly<Record<string, unknown>>): string {
  const { per, denials, withinMinutes, step, policy, article } = rule;
  const of =
    policy !== undefined ? ` by ${String(policy)}` : article !== undefined ? ` under article ${String(article)}` : '';
  return `${String(denials)} denials${of} of one ${String(per)} within ${minutesText(Number(withinMinutes))}: ${String(step)}`;
}

export function minutesText(minutes: number): string {
  if (minutes < 60 || minutes % 60 !== 0) return `${minutes} min`;
  return hoursText(minutes / 60);
}

export function hoursText(hours: number): string {
  return hours >= 48 && hours % 24 === 0 ? `${hours / 24} days` : `${hours} h`;
}
