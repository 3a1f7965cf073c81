import { type Action, AGENT_KINDS } from '#domain/action/action.ts';
import type { Effect } from '#domain/action/effect.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { JsonValue } from '#domain/json.ts';
import type { Session, SessionId, SessionLabel } from '#domain/session/session.ts';

/** The session after a decision: a pure fold, so that a restart that replays the journal ends in the same state. */
export function afterDecision(
  session: Session | undefined,
  decision: Decision & { readonly sessionId: SessionId },
): Session {
  // A refused action has not happened: it leaves no trace but its count.
  const gained = decision.verdict.kind === 'deny' ? [] : labelsOf(decision.effects);
  const version = decision.agentVersion ?? session?.agentVersion;
  const cwd = decision.action.cwd;
  return {
    id: decision.sessionId,
    principalId: decision.principal.id,
    agent: decision.agent,
    ...(version === undefined ? {} : { agentVersion: version }),
    cwd: typeof cwd === 'string' ? cwd : (session?.cwd ?? ''),
    workspaceRoots: session?.workspaceRoots ?? textsOf(decision.action.workspaceRoots),
    firstSeenMs: session?.firstSeenMs ?? decision.timeMs,
    lastSeenMs: Math.max(session?.lastSeenMs ?? 0, decision.timeMs),
    labels: union(session?.labels ?? [], gained),
    decisionCount: (session?.decisionCount ?? 0) + 1,
  };
}

/** The action as it counts within its session: with the workspace that the session began in. */
export function withinSession<A extends Action>(action: A, session: Session | undefined): A {
  return session === undefined ? action : { ...action, workspaceRoots: session.workspaceRoots };
}

/** What an action with these effects leaves in the session that carried it out. */
export function labelsOf(effects: readonly Effect[]): readonly SessionLabel[] {
  const labels: SessionLabel[] = [];
  for (const effect of effects) {
    if (effect.kind === 'credential') labels.push('read-credentials');
    else if (effect.kind === 'read' && effect.zones.includes('credentials')) labels.push('read-credentials');
    else if (effect.kind === 'connect' && !isLoopback(effect.host)) labels.push('read-untrusted');
    else if (effect.kind === 'search' || isForeignCall(effect)) labels.push('read-untrusted');
    else if (effect.kind === 'write' && effect.zones.includes('manifest')) labels.push('changed-manifest');
  }
  return union([], labels);
}

/** A call of an MCP server; the agent's own tools (todo lists, plan mode) are calls on a server of its kind's name. */
function isForeignCall(effect: Effect): boolean {
  return effect.kind === 'call' && !AGENT_KINDS.some((kind) => kind === effect.server);
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function union(held: readonly SessionLabel[], gained: readonly SessionLabel[]): readonly SessionLabel[] {
  return [...new Set([...held, ...gained])].sort();
}
