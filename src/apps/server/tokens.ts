import type { TokenFile } from '#adapters/token-file/token-file.ts';
import { AGENT_KINDS } from '#domain/action/action.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';

/** The person who runs this installation, until people sign in (service `identity`). */
export const OPERATOR: Principal = { kind: 'person', id: 'operator' as PersonId, roles: ['operator'] };

export function agentPrincipal(agent: string, id: string = agent): Principal {
  return { kind: 'agent', id: id as AgentId, agent, teams: [] }; // named by the operator, on his own machine
}

/** Days until a token expires where nobody says otherwise. */
export const TOKEN_DAYS = 90;

/** On the first start: one token for each agent and one for the operator. Returns them to be shown, once. */
export async function issueFirstTokens(
  tokens: TokenFile,
  nowMs: number,
  ttlMs: number,
): Promise<ReadonlyMap<string, string>> {
  const issued = new Map<string, string>();
  if ((await tokens.load()).size > 0) return issued;
  for (const principal of [OPERATOR, ...AGENT_KINDS.map((agent) => agentPrincipal(agent))]) {
    issued.set(principal.id, await tokens.issue(principal, nowMs, ttlMs));
  }
  return issued;
}

/** How often the token file is looked at, in milliseconds: a revoked token is refused after that at the latest. */
const TOKEN_RELOAD_MS = 500;

/** @returns ends it */
export function watchTokens(tokens: TokenFile): () => void {
  const timer = setInterval(() => {
    // A file that cannot be read keeps the last tokens that could; the next look may find it repaired.
    tokens.load().catch(() => undefined);
  }, TOKEN_RELOAD_MS);
  timer.unref();
  return () => clearInterval(timer);
}
