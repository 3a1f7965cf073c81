import type { Action } from '#domain/action/action.ts';
import type { Effect, EffectKind } from '#domain/action/effect.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { AuthorizationRequest, CedarRecord, Entity } from '#domain/policy/authorization.ts';
import { governed } from '#domain/policy/resource.ts';
import { never } from '#domain/result.ts';
import type { SessionLabel } from '#domain/session/session.ts';

/** What the policies are told of one action. */
export interface PolicyInput {
  readonly action: Pick<Action, 'kind' | 'workspaceRoots'>;
  readonly effects: readonly Effect[];
  readonly principal: Principal;
  /** Kinds of the action's other effects, where a part of it is put alone (`assess-effects.ts`). */
  readonly alongside?: readonly EffectKind[];
  /** What the session has seen before this action. */
  readonly labels: readonly SessionLabel[];
  /** A person's approval of exactly this action, already checked. */
  readonly approval?: ApprovalFacts;
  /** Unix milliseconds. */
  readonly timeMs: number;
  /** The node has not heard for too long whether this constitution is still in force; policies say what follows. */
  readonly stale?: true;
}

export interface ApprovalFacts {
  readonly role: string;
  /** Id of the person; empty while it is only asked what an approval would change. */
  readonly by: string;
  /** By a standing grant: only the effects that it covers count as approved. Absent: a person's answer, about the whole action. */
  readonly standing?: StandIn;
}

/** The part of an action that a standing grant stands in for. The id tells one from another: a grant never changes. */
export interface StandIn {
  readonly id: string;
  readonly covers: (asked: EffectRequest) => boolean;
}

/** One effect, as Cedar is asked about it. */
export interface EffectRequest {
  /** The first effect that asks this; equal ones are asked once. */
  readonly effect: Effect;
  /** Without an approval. */
  readonly request: AuthorizationRequest;
}

/** Stands for an action in which no effect was found (an empty command): it is put to the policies too, never allowed unseen. */
const NOTHING: Effect = { kind: 'run', program: 'nothing', arguments: [] };

/** Each effect becomes one Cedar request; effects that would ask the same become one. In the order of the effects. */
export function requestsOf(input: PolicyInput): readonly EffectRequest[] {
  const effects = input.effects.length === 0 ? [NOTHING] : input.effects;
  const principal = principalEntity(input.principal);
  const shared = sharedContext(input, effects);
  const requests = new Map<string, EffectRequest>();
  for (const effect of effects) {
    const { action, resource, facts } = governed(effect, input.action.workspaceRoots);
    const key = JSON.stringify([action, resource, facts]);
    if (requests.has(key)) continue;
    requests.set(key, {
      effect,
      request: {
        principal: principal.uid,
        action: { type: 'Action', id: action },
        resource: resource.uid,
        context: { ...facts, ...shared },
        entities: [principal, resource],
      },
    });
  }
  return [...requests.values()];
}

/** The request about an effect with an approval in its context, as far as that is good for the effect. */
export function approvedRequest(asked: EffectRequest, approval: ApprovalFacts | undefined): AuthorizationRequest {
  return approval?.standing?.covers(asked) === false ? asked.request : withApproval(asked.request, approval);
}

/** The same request with a person's approval in its context. */
export function withApproval(request: AuthorizationRequest, approval: ApprovalFacts | undefined): AuthorizationRequest {
  if (approval === undefined) return request;
  return { ...request, context: { ...request.context, approval: { role: approval.role, by: approval.by } } };
}

function sharedContext(input: PolicyInput, effects: readonly Effect[]): CedarRecord {
  return {
    action: input.action.kind,
    // All kinds of the action, so that a policy can govern a combination.
    effects: [...new Set([...(input.alongside ?? []), ...effects.map((effect) => effect.kind)])],
    session: { labels: input.labels },
    time: { __extn: { fn: 'datetime', arg: new Date(input.timeMs).toISOString() } },
    ...(input.stale === true ? { stale: true } : {}),
  };
}

function principalEntity(principal: Principal): Entity {
  switch (principal.kind) {
    case 'agent':
      return {
        uid: { type: 'Agent', id: principal.id },
        attrs: { kind: principal.agent },
        parents: principal.teams.map((team) => ({ type: 'Team', id: team })),
      };
    case 'person':
      return { uid: { type: 'Person', id: principal.id }, attrs: {}, parents: [] };
    default:
      return never(principal);
  }
}
