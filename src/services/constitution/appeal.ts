import { partiesTo } from '#domain/amendment/apply-appeal.ts';
import type { Appealed } from '#domain/amendment/event.ts';
import type { AmendmentId, AppealId } from '#domain/amendment/ids.ts';
import { commitmentTo, drawPanel, type LotSeeds } from '#domain/amendment/lot.ts';
import type { AmendmentRefusalCode, Appeal, PanelAnswer, Proceedings } from '#domain/amendment/proceedings.ts';
import { addWorkingDays } from '#domain/amendment/working-days.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { actorOf, type Person } from '#services/constitution/person.ts';
import type { ProceedingsKeeper } from '#services/constitution/proceedings-keeper.ts';

export interface AppealDeps {
  readonly keeper: ProceedingsKeeper;
  readonly seeds: LotSeeds;
  readonly findDecision: (id: DecisionId) => Promise<Decision | undefined>;
  readonly newId: () => string;
}

type AppealAgainst =
  | { readonly kind: 'decision'; readonly decision: DecisionId }
  | { readonly kind: 'policy'; readonly policy: PolicyId };

type RefusalCode = AmendmentRefusalCode | 'decision-unknown' | 'appeal-not-denied';

/**
 * Files an appeal and commits to this node's half of the lot: the seed is on the disk, and its hash in the journal, before the answer.
 * @throws {JournalUnavailable}
 */
export async function fileAppeal(
  deps: AppealDeps,
  by: Person,
  against: AppealAgainst,
  grounds: string,
): Promise<Result<Appeal, RefusalCode>> {
  const appealed = await appealedOf(deps, against);
  if (!appealed.ok) return appealed;
  const appeal = deps.newId() as AppealId; // minted here, and nowhere else
  const commitment = commitmentTo(await deps.seeds.make(appeal), appeal);
  const filed = await deps.keeper.record((at, proceedings) => {
    const { inForce } = proceedings;
    if (inForce === undefined) return refuse('nothing-in-force', 'No constitution is in force.');
    const parties = partiesTo({ ...proceedings, inForce }, appealed.value, by.id);
    const pool = deps.keeper.holders(inForce.content.rules.roles.vote).filter((id) => !parties.includes(id));
    const actor = actorOf(by);
    return ok({
      kind: 'appeal-filed',
      at,
      appeal,
      by: actor,
      against: appealed.value,
      grounds,
      parties,
      pool,
      commitment,
    });
  });
  return filed.ok ? found(filed.value, appeal) : filed;
}

/**
 * Draws the panel with the appellant's half of the lot, and reveals this node's.
 * @throws {JournalUnavailable}
 */
export async function drawAppealPanel(
  deps: AppealDeps,
  by: Person,
  appeal: AppealId,
  nonce: string,
): Promise<Result<Appeal, RefusalCode>> {
  const filed = deps.keeper.current().appeals.get(appeal);
  if (filed === undefined) return refuse('appeal-unknown', 'There is no such appeal.');
  if (filed.by !== by.id) return refuse('appeal-parties', 'The other half of the lot is for who has appealed.');
  const seed = await deps.seeds.read(appeal);
  if (seed === undefined) {
    return refuse('lot-wrong', "This node's half of the lot is lost: the appeal goes to a vote when its time is over.");
  }
  const lot = { seed, nonce };
  const drawn = await deps.keeper.record((at, { inForce }) => {
    if (inForce === undefined) return refuse('nothing-in-force', 'No constitution is in force.');
    const { appeals } = inForce.content.rules;
    const panel = drawPanel(lot, appeal, filed.pool, appeals.panelSize);
    const answerByMs = addWorkingDays(at.timeMs, appeals.answerWorkingDays);
    return ok({ kind: 'panel-drawn', at, appeal, lot, panel, answerByMs });
  });
  return drawn.ok ? found(drawn.value, appeal) : drawn;
}

/** @throws {JournalUnavailable} */
export async function answerAppeal(
  deps: AppealDeps,
  by: Person,
  appeal: AppealId,
  given: Pick<PanelAnswer, 'answer' | 'reason'>,
): Promise<Result<Appeal, RefusalCode>> {
  const answered = await deps.keeper.record((at) =>
    ok({ kind: 'panel-answered', at, appeal, by: actorOf(by), ...given } as const),
  );
  return answered.ok ? found(answered.value, appeal) : answered;
}

/** @throws {JournalUnavailable} */
export async function contestAnswer(
  deps: AppealDeps,
  by: Person,
  appeal: AppealId,
): Promise<Result<Appeal, RefusalCode>> {
  const contested = await deps.keeper.record((at) =>
    ok({ kind: 'appeal-contested', at, appeal, cause: 'contested', by: actorOf(by) } as const),
  );
  return contested.ok ? found(contested.value, appeal) : contested;
}

async function appealedOf(deps: AppealDeps, against: AppealAgainst): Promise<Result<Appealed, RefusalCode>> {
  if (against.kind === 'policy') {
    const amendment = activeAmendment(deps.keeper.current());
    if (amendment === undefined) {
      return refuse('policy-unknown', 'No amendment has enacted what is in force: there is nothing to appeal.');
    }
    return ok({ kind: 'policy', policy: against.policy, amendment });
  }
  const decision = await deps.findDecision(against.decision);
  if (decision === undefined) return refuse('decision-unknown', 'There is no such decision.');
  if (decision.verdict.kind !== 'deny') {
    return refuse('appeal-not-denied', `The decision is "${decision.verdict.kind}": only a denial is appealed.`);
  }
  return ok({
    kind: 'decision',
    decision: decision.id,
    decidedMs: Math.floor(decision.timeMs),
    principal: decision.principal.id,
    policies: [...new Set(decision.reasons.map(({ policy }) => policy))],
  });
}

function activeAmendment({ amendments, inForce }: Proceedings): AmendmentId | undefined {
  const digest = inForce?.content.constitution.digest;
  return [...amendments.values()].find(
    ({ state, content }) => state.kind === 'active' && content.constitution.digest === digest,
  )?.id;
}

function found({ appeals }: Proceedings, id: AppealId): Result<Appeal, 'appeal-unknown'> {
  const appeal = appeals.get(id);
  return appeal === undefined ? refuse('appeal-unknown', 'There is no such appeal.') : ok(appeal);
}
