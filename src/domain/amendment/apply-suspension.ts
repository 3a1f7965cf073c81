import { missing } from '#domain/amendment/apply-amendment.ts';
import { ballotIdOf, HOUR_MS } from '#domain/amendment/ballot.ts';
import type { AmendmentEventOf } from '#domain/amendment/event.ts';
import { type Applied, type Governed, holdsRole, type PolicySuspension } from '#domain/amendment/proceedings.ts';
import { canonicalJson } from '#domain/json.ts';
import { ok, refuse } from '#domain/result.ts';

/** Policies and agents that are suspended: each makes the system stricter only. */
export function applySuspension(
  before: Governed,
  event: AmendmentEventOf<
    'policy-suspended' | 'suspension-lifted' | 'suspension-ended' | 'agent-suspended' | 'agent-reinstated'
  >,
): Applied {
  switch (event.kind) {
    case 'policy-suspended':
      return suspend(before, event);
    case 'agent-suspended': {
      const { step, denials, withinMinutes } = event.rule;
      const asked = canonicalJson({ ...event.rule });
      const isRule = before.inForce.content.rules.enforcement.some((rule) => canonicalJson({ ...rule }) === asked);
      if (!isRule || step !== 'suspend') {
        return refuse('enforcement-unknown', `No rule in force suspends after ${denials} denials.`);
      }
      if (before.suspendedAgents.has(event.agent))
        return refuse('suspension-exists', 'The agent is suspended already.');
      const why = `${denials} denials within ${withinMinutes} minutes`;
      const suspendedAgents = new Map(before.suspendedAgents).set(event.agent, { sinceMs: event.at.timeMs, why });
      return ok({ ...before, suspendedAgents });
    }
    case 'agent-reinstated': {
      const roles = before.inForce.content.rules.roles.suspend;
      if (!holdsRole(event.by, roles)) return missing(roles, 'reinstate an agent');
      const suspendedAgents = new Map(before.suspendedAgents);
      if (!suspendedAgents.delete(event.agent)) return refuse('agent-not-suspended', 'This agent is not suspended.');
      return ok({ ...before, suspendedAgents });
    }
    case 'suspension-lifted':
    case 'suspension-ended': {
      const suspension = before.suspensions.get(event.suspension);
      if (suspension === undefined) return refuse('suspension-unknown', 'There is no such suspension.');
      if (suspension.state !== 'open') return refuse('suspension-state', `The suspension is ${suspension.state}.`);
      return event.kind === 'suspension-lifted' ? lift(before, suspension, event) : end(before, suspension, event);
    }
  }
}

function suspend(before: Governed, event: AmendmentEventOf<'policy-suspended'>): Applied {
  const { roles, suspension, votes } = before.inForce.content.rules;
  const { suspension: id, policy, policyDigest, reason, expiresMs } = event;
  const { timeMs } = event.at;
  if (!holdsRole(event.by, roles.suspend)) return missing(roles.suspend, 'suspend a policy');
  if (before.suspensions.has(id)) return refuse('suspension-exists', 'There is a suspension of this id.');
  if (expiresMs !== timeMs + suspension.hours * HOUR_MS) {
    return refuse('deadline-wrong', `By the rules a suspension lasts ${suspension.hours} hours.`);
  }
  for (const earlier of before.suspensions.values()) {
    if (earlier.policyDigest !== policyDigest) continue;
    if (earlier.state === 'open' || earlier.state === 'ratified') {
      return refuse('suspension-repeated', 'The policy is suspended already.');
    }
    // Else one person could keep it suspended for ever, which only a vote can do.
    if (earlier.state === 'expired' && timeMs < earlier.expiresMs + votes.periodHours * HOUR_MS) {
      return refuse('suspension-repeated', 'It was suspended a short while ago, and people did not ratify it.');
    }
  }
  const common = { id, policy, policyDigest, by: event.by.id, reason, sinceMs: timeMs, expiresMs };
  return ok(withSuspension(before, { ...common, state: 'open' }));
}

function lift(before: Governed, suspension: PolicySuspension, event: AmendmentEventOf<'suspension-lifted'>): Applied {
  const roles = before.inForce.content.rules.roles.suspend;
  if (!holdsRole(event.by, roles)) return missing(roles, 'lift a suspension');
  return ok(withSuspension(before, { ...suspension, state: 'lifted' }));
}

function end(before: Governed, suspension: PolicySuspension, event: AmendmentEventOf<'suspension-ended'>): Applied {
  const ballot = before.ballots.get(ballotIdOf({ kind: 'ratification', suspension: suspension.id }));
  const outcome = ballot?.result?.outcome === 'passed' ? 'ratified' : 'expired';
  const isDue = event.at.timeMs >= suspension.expiresMs || outcome === 'ratified';
  if (!isDue || outcome !== event.outcome) {
    return refuse('suspension-state', `The suspension is not ${event.outcome} at this moment.`);
  }
  return ok(withSuspension(before, { ...suspension, state: outcome }));
}

function withSuspension(before: Governed, suspension: PolicySuspension): Governed {
  return { ...before, suspensions: new Map(before.suspensions).set(suspension.id, suspension) };
}
