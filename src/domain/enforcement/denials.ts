import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';

/** Named in reasons like a policy, so that what it does is explained like what a policy does. */
export const ENFORCEMENT = 'enforcement' as PolicyId;

/** Denials that are remembered of one agent or repository: as many as a rule may ask for (`DENIALS_MAX` of the document). */
const DENIALS_KEPT_MAX = 1_000;
/** Agents, and repositories, whose denials are remembered; the longest unseen are forgotten. */
const SUBJECTS_MAX = 10_000;

export interface Denial {
  readonly decision: DecisionId;
  readonly timeMs: number;
  readonly policies: readonly PolicyId[];
  readonly articles: readonly string[];
}

/**
 * The denials of each agent and in each repository: a bounded fold over decisions, so that a node that restarts knows what it knew.
 * What only the graduated response itself has denied is no denial here, or its end would never come.
 */
export function createDenials() {
  const byAgent = new Map<string, readonly Denial[]>();
  const byRepository = new Map<string, readonly Denial[]>();

  function remember(held: Map<string, readonly Denial[]>, key: string, denial: Denial): void {
    const earlier = held.get(key) ?? [];
    held.delete(key); // so that it is the youngest
    held.set(key, [...earlier.slice(1 - DENIALS_KEPT_MAX), denial]);
    if (held.size <= SUBJECTS_MAX) return;
    const oldest = held.keys().next();
    if (oldest.done === false) held.delete(oldest.value);
  }

  return {
    /** Called with every decision once it is durable, and with those of the journal's tail at start. */
    apply(decision: Decision): void {
      if (decision.verdict.kind !== 'deny' || decision.principal.kind !== 'agent') return;
      if (decision.reasons[0]?.policy === ENFORCEMENT) return;
      const denial: Denial = {
        decision: decision.id,
        timeMs: decision.timeMs,
        policies: [...new Set(decision.reasons.map(({ policy }) => policy))],
        articles: [...new Set(decision.reasons.flatMap(({ article }) => (article === undefined ? [] : [article])))],
      };
      remember(byAgent, decision.principal.id, denial);
      const repository = repositoryOf(decision.action['workspaceRoots']);
      if (repository !== undefined) remember(byRepository, repository, denial);
    },
    ofAgent: (id: string): readonly Denial[] => byAgent.get(id) ?? [],
    inRepository: (root: string): readonly Denial[] => byRepository.get(root) ?? [],
  };
}

export type Denials = ReturnType<typeof createDenials>;

/** A repository is told by the first workspace root of its session. */
export function repositoryOf(workspaceRoots: unknown): string | undefined {
  const roots: readonly unknown[] = Array.isArray(workspaceRoots) ? workspaceRoots : [];
  const [first] = roots;
  return typeof first === 'string' ? first : undefined;
}
