import { missing, withAmendment } from '#domain/amendment/apply-amendment.ts';
import { ballotIdOf, ELECTORATE_MAX, HOUR_MS } from '#domain/amendment/ballot.ts';
import type { AmendmentEventOf, Appealed } from '#domain/amendment/event.ts';
import { commitmentTo, drawPanel } from '#domain/amendment/lot.ts';
import {
  type Appeal,
  type Applied,
  type Governed,
  holdsRole,
  type PanelAnswer,
} from '#domain/amendment/proceedings.ts';
import { addWorkingDays } from '#domain/amendment/working-days.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { ok, refuse } from '#domain/result.ts';

/** How long an appeal waits for the appellant's half of the lot, in hours; then everyone answers it instead of a panel. */
const DRAW_HOURS = 24;

type Kind = 'appeal-filed' | 'panel-drawn' | 'panel-answered' | 'appeal-contested' | 'appeal-closed';

/** Appeals: filed, drawn, answered, contested, closed. */
export function applyAppeal(before: Governed, event: AmendmentEventOf<Kind>): Applied {
  if (event.kind === 'appeal-filed') return file(before, event);
  const appeal = before.appeals.get(event.appeal);
  if (appeal === undefined) return refuse('appeal-unknown', 'There is no such appeal.');
  switch (event.kind) {
    case 'panel-drawn':
      return draw(before, appeal, event);
    case 'panel-answered':
      return answer(before, appeal, event);
    case 'appeal-contested':
      return contest(before, appeal, event);
    case 'appeal-closed':
      return close(before, appeal, event);
  }
}

function file(before: Governed, event: AmendmentEventOf<'appeal-filed'>): Applied {
  const { appeal: id, against, by, parties, pool, commitment } = event;
  const { timeMs } = event.at;
  if (before.appeals.has(id)) return refuse('appeal-exists', 'There is an appeal of this id.');
  const enacted = enactedMs(before, against);
  if (enacted === undefined)
    return refuse('policy-unknown', 'This is not a policy that an amendment in force enacted.');
  if (timeMs < enacted || timeMs >= enacted + before.inForce.content.rules.appeals.windowHours * HOUR_MS) {
    return refuse('appeal-late', `An appeal is open for ${before.inForce.content.rules.appeals.windowHours} hours.`);
  }
  for (const other of before.appeals.values()) {
    if (subjectOf(other.against) === subjectOf(against)) {
      return refuse('appeal-exists', 'This was appealed already; nothing is judged twice.');
    }
  }
  const required = partiesTo(before, against, by.id);
  if (required.some((one) => !parties.includes(one)) || pool.some((one) => parties.includes(one))) {
    return refuse('appeal-parties', 'Nobody who is a party to it may be drawn.');
  }
  if (pool.length > ELECTORATE_MAX)
    return refuse('electorate-too-large', `At most ${ELECTORATE_MAX} can be drawn from.`);
  const state = { kind: 'filed', drawByMs: timeMs + DRAW_HOURS * HOUR_MS } as const;
  return ok(withAppeal(before, { id, by: by.id, against, parties, pool, commitment, panel: [], answers: [], state }));
}

/** Those who may not be drawn: who appeals, and who proposed what is appealed. */
export function partiesTo(before: Governed, against: Appealed, appellant: PersonId): readonly PersonId[] {
  if (against.kind === 'decision') return [appellant];
  const proposer = before.amendments.get(against.amendment)?.proposer;
  return proposer === undefined ? [appellant] : [appellant, proposer];
}

function draw(before: Governed, appeal: Appeal, event: AmendmentEventOf<'panel-drawn'>): Applied {
  if (appeal.state.kind !== 'filed' || event.at.timeMs >= appeal.state.drawByMs) return wrongState(appeal, 'drawn for');
  const { appeals } = before.inForce.content.rules;
  if (commitmentTo(event.lot.seed, appeal.id) !== appeal.commitment) {
    return refuse('lot-wrong', 'The seed is not the one that was committed to.');
  }
  const panel = drawPanel(event.lot, appeal.id, appeal.pool, appeals.panelSize);
  if (panel.length === 0 || panel.length !== event.panel.length || panel.some((id, at) => id !== event.panel[at])) {
    return refuse('lot-wrong', 'The lot gives another panel.');
  }
  const answerByMs = addWorkingDays(event.at.timeMs, appeals.answerWorkingDays);
  if (answerByMs !== event.answerByMs) return refuse('deadline-wrong', `By the rules it answers by ${answerByMs}.`);
  return ok(withAppeal(before, { ...appeal, panel, state: { kind: 'before-panel', answerByMs } }));
}

function answer(before: Governed, appeal: Appeal, event: AmendmentEventOf<'panel-answered'>): Applied {
  if (appeal.state.kind !== 'before-panel' || event.at.timeMs >= appeal.state.answerByMs) {
    return wrongState(appeal, 'answered');
  }
  if (!appeal.panel.includes(event.by.id)) {
    return refuse('panel-not-member', 'Only the members of the panel answer an appeal.');
  }
  if (appeal.answers.some(({ by }) => by === event.by.id)) {
    return refuse('panel-answered', 'This member of the panel has answered.');
  }
  const answers = [...appeal.answers, { by: event.by.id, answer: event.answer, reason: event.reason }];
  const next = { ...appeal, answers };
  const majority = majorityOf(next);
  if (majority === undefined) return ok(withAppeal(before, next));
  const contestByMs = event.at.timeMs + before.inForce.content.rules.appeals.windowHours * HOUR_MS;
  return ok(withAppeal(before, { ...next, state: { kind: 'answered', answer: majority, contestByMs } }));
}

/** More than half of the panel, whether the others have answered or not. */
function majorityOf({ answers, panel }: Appeal): PanelAnswer['answer'] | undefined {
  return (['uphold', 'overturn'] as const).find(
    (one) => answers.filter(({ answer }) => answer === one).length * 2 > panel.length,
  );
}

function contest(before: Governed, appeal: Appeal, event: AmendmentEventOf<'appeal-contested'>): Applied {
  const { cause, by } = event;
  if (by !== undefined) {
    const roles = [...before.inForce.content.rules.roles.vote, ...before.inForce.content.rules.roles.propose];
    if (!appeal.parties.includes(by.id) && !holdsRole(by, roles)) return missing(roles, 'contest an answer');
  }
  // Time never contests an answer, and a person contests nothing else.
  if ((by === undefined) === (cause === 'contested') || !mayBeContested(appeal, cause, event.at.timeMs)) {
    return wrongState(appeal, `put to the vote (${cause})`);
  }
  return ok(withAppeal(before, { ...appeal, state: { kind: 'contested', cause } }));
}

/** Whether this cause holds at this moment. */
export function mayBeContested(
  { state, pool }: Appeal,
  cause: AmendmentEventOf<'appeal-contested'>['cause'],
  timeMs: number,
): boolean {
  switch (cause) {
    case 'contested':
      return state.kind === 'answered' && timeMs < state.contestByMs;
    case 'no-panel':
      return state.kind === 'filed' && pool.length === 0;
    case 'not-drawn':
      return state.kind === 'filed' && pool.length > 0 && timeMs >= state.drawByMs;
    case 'unanswered':
      return state.kind === 'before-panel' && timeMs >= state.answerByMs;
  }
}

/** How an appeal ends at this moment; undefined while it does not. */
export function outcomeOf(before: Governed, appeal: Appeal, timeMs: number): 'upheld' | 'overturned' | undefined {
  const { state } = appeal;
  if (state.kind === 'answered' && timeMs >= state.contestByMs) {
    return state.answer === 'overturn' ? 'overturned' : 'upheld';
  }
  if (state.kind !== 'contested') return undefined;
  const result = before.ballots.get(ballotIdOf({ kind: 'appeal', appeal: appeal.id }))?.result;
  if (result === undefined) return undefined;
  // Without a quorum nobody has spoken: what the panel answered stands, and without an answer what was appealed.
  if (result.outcome === 'no-quorum') return majorityOf(appeal) === 'overturn' ? 'overturned' : 'upheld';
  return result.outcome === 'passed' ? 'overturned' : 'upheld';
}

function close(before: Governed, appeal: Appeal, event: AmendmentEventOf<'appeal-closed'>): Applied {
  const outcome = outcomeOf(before, appeal, event.at.timeMs);
  if (outcome === undefined || outcome !== event.outcome) return wrongState(appeal, `closed as ${event.outcome}`);
  const closed = withAppeal(before, { ...appeal, state: { kind: 'closed', outcome } });
  if (outcome === 'upheld' || appeal.against.kind !== 'policy') return ok(closed);
  const amendment = closed.amendments.get(appeal.against.amendment);
  return ok(amendment === undefined ? closed : withAmendment(closed, { ...amendment, isRollbackOwed: true }));
}

/** When the appealed became fact, in Unix milliseconds; undefined for a policy that no amendment in force enacted. */
function enactedMs(before: Governed, against: Appealed): number | undefined {
  if (against.kind === 'decision') return against.decidedMs;
  const amendment = before.amendments.get(against.amendment);
  if (amendment?.state.kind !== 'active' || !amendment.content.policies.includes(against.policy)) return undefined;
  return amendment.state.sinceMs;
}

function subjectOf(against: Appealed): string {
  return against.kind === 'decision'
    ? JSON.stringify(['decision', against.decision])
    : JSON.stringify(['policy', against.amendment, against.policy]);
}

function withAppeal(before: Governed, appeal: Appeal): Governed {
  return { ...before, appeals: new Map(before.appeals).set(appeal.id, appeal) };
}

function wrongState(appeal: Appeal, what: string) {
  return refuse('appeal-state', `The appeal is ${appeal.state.kind}: at this moment it cannot be ${what}.`);
}
