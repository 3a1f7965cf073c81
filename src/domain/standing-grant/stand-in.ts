import type { Effect } from '#domain/action/effect.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Authorizer } from '#domain/policy/authorization.ts';
import { effectText } from '#domain/policy/effect-text.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import type { Evaluation } from '#domain/policy/evaluate.ts';
import type { ApprovalFacts, EffectRequest, StandIn } from '#domain/policy/requests.ts';
import type { Reason } from '#domain/policy/verdict.ts';
import { coversEffect } from '#domain/standing-grant/clause.ts';
import { isPolicyOf } from '#domain/standing-grant/clause-policy.ts';
import { happensInWorkspace, namesItsPlace, type PlacedAction } from '#domain/standing-grant/place.ts';
import { STANDING_GRANT, type StandingGrant } from '#domain/standing-grant/standing-grant.ts';

/** A grant ready to be asked: each clause with its policy, compiled alone. */
export interface LoadedGrant {
  readonly grant: StandingGrant;
  readonly authorizers: readonly Authorizer[];
}

/**
 * Compiles a grant's policies. Undefined where one of them is not exactly its clause: what people were shown and what would
 * decide are then two things, and the grant lets nothing through.
 */
export function loadGrant(grant: StandingGrant, schema: JsonObject): LoadedGrant | undefined {
  const bounds = { principalId: grant.principalId, expiresMs: grant.expiresMs };
  if (!grant.clauses.every(({ clause, policy }) => isPolicyOf(policy, clause, bounds))) return undefined;
  const authorizers = grant.clauses.map(({ policy }, at) =>
    createCompiledAuthorizer({ policies: { [`clause${at}`]: policy }, schema, mode: 'closures' }),
  );
  return { grant, authorizers };
}

/**
 * What of an action a grant stands in for: the effects that a clause names and that its policy permits. Both are asked, so that
 * either alone can only make it narrower.
 */
export function standInOf(
  { grant, authorizers }: LoadedGrant,
  given: { readonly action: PlacedAction; readonly effects: readonly Effect[]; readonly agent: string },
): StandIn {
  const isHere = happensInWorkspace(given.action, given.effects);
  return {
    id: grant.id,
    covers: (asked) =>
      grant.clauses.some(
        ({ clause }, at) =>
          (isHere || namesItsPlace(clause.kind)) &&
          coversEffect(clause, asked.effect) &&
          authorizers[at]?.authorize(askedBy(asked, grant.principalId, given.agent)).decision === 'allow',
      ),
  };
}

/** The grant is the acting agent's; on whose behalf it acts is asked by the policies, for each of them. */
function askedBy({ request }: EffectRequest, id: string, kind: string): EffectRequest['request'] {
  const uid = { type: 'Agent', id };
  const others = request.entities.filter(({ uid: { type, id: other } }) => {
    return !(type === request.principal.type && other === request.principal.id);
  });
  return { ...request, principal: uid, entities: [{ uid, attrs: { kind }, parents: [] }, ...others] };
}

/**
 * Decides an action that is asked about as if people had approved what a grant covers. Undefined unless that allows it, the
 * same approval by a person would allow all of it, and the question is for the very role that the grant is from. So a grant
 * never allows what an approval could not, and lifts nothing that it does not cover.
 */
export function evaluateStandIn(
  loaded: LoadedGrant,
  given: {
    readonly asked: Evaluation;
    readonly action: PlacedAction;
    readonly effects: readonly Effect[];
    readonly agent: string;
    /** The last person who agreed. */
    readonly by: string;
    readonly evaluate: (approval: ApprovalFacts) => Evaluation;
  },
): Evaluation | undefined {
  const { grant } = loaded;
  const { verdict } = given.asked;
  if (verdict.kind !== 'ask' || verdict.role !== grant.role) return undefined;
  if (!isSameWorkspace(grant.workspaceRoots, given.action.workspaceRoots)) return undefined;
  const approval = { role: grant.role, by: given.by };
  const standing = standInOf(loaded, given);
  const evaluation = given.evaluate({ ...approval, standing });
  if (evaluation.verdict.kind !== 'allow' || given.evaluate(approval).verdict.kind !== 'allow') return undefined;
  return { verdict: evaluation.verdict, reasons: [reasonOf(loaded.grant, given), ...evaluation.reasons] };
}

function isSameWorkspace(granted: readonly string[], roots: readonly string[]): boolean {
  return granted.length === roots.length && granted.every((root, at) => root === roots[at]);
}

function reasonOf(grant: StandingGrant, given: { readonly by: string; readonly effects: readonly Effect[] }): Reason {
  const covered = given.effects.find((effect) => grant.clauses.some(({ clause }) => coversEffect(clause, effect)));
  const until = new Date(grant.expiresMs).toISOString();
  return {
    policy: STANDING_GRANT,
    reason: `${given.by} lets ${grant.principalId} do this until ${until} (acgs grants show ${grant.id}).`,
    effect: covered === undefined ? 'standing grant' : effectText(covered),
    ...(covered?.span === undefined ? {} : { span: covered.span }),
  };
}
