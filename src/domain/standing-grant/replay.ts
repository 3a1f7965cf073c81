import type { ActionKind } from '#domain/action/action.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { AgentId, Principal } from '#domain/identity/principal.ts';
import type { Evaluate } from '#domain/policy/evaluate.ts';
import { evaluateStandIn, type LoadedGrant } from '#domain/standing-grant/stand-in.ts';

/**
 * Whether a grant would have let a recorded question through, as far as the record tells: it holds no teams, nothing of the
 * session, and markers in the place of secrets. For people to see what a grant would mean; what really decides looks anew.
 */
export function letsThrough(
  loaded: LoadedGrant,
  decision: Decision,
  given: { readonly evaluate: Evaluate; readonly by: string },
): boolean {
  const { principal, agent, action, effects, actionKind, timeMs, verdict, reasons } = decision;
  const [cwd, command] = [action['cwd'], action['command']];
  if (principal.kind !== 'agent' || typeof cwd !== 'string') return false;
  const placed = {
    // The journal's schema has no list of kinds: one that is not known is put to the policies all the same.
    kind: actionKind as ActionKind,
    cwd,
    workspaceRoots: rootsOf(decision),
    ...(typeof command === 'string' ? { command } : {}),
  };
  const self: Principal = { kind: 'agent', id: principal.id as AgentId, agent, teams: [] }; // an id that was let in then
  const evaluation = evaluateStandIn(loaded, {
    asked: { verdict, reasons },
    action: placed,
    effects,
    agent,
    by: given.by,
    evaluate: (approval) =>
      given.evaluate({
        action: placed,
        effects,
        principal: self,
        labels: [],
        // The question is what it would do from now on: a grant that began later would have let nothing through.
        timeMs: Math.min(timeMs, loaded.grant.expiresMs - 1),
        approval,
      }),
  });
  return evaluation !== undefined;
}

/** The workspace that an action was taken in, from its record. */
export function rootsOf({ action }: Pick<Decision, 'action'>): readonly string[] {
  const roots = action['workspaceRoots'];
  return Array.isArray(roots) ? roots.filter((root) => typeof root === 'string') : [];
}
