import type { Proceedings } from '#domain/amendment/proceedings.ts';
import type { SuspendedPolicy } from '#domain/amendment/suspended-policies.ts';

/**
 * What proceedings make stricter at a moment, as every decision node must know it. It can only ever make a decision stricter, so a node
 * takes it on the word of its constitution service.
 */
export interface Stricter {
  readonly policies: readonly SuspendedPolicy[];
  readonly agents: readonly { readonly agent: string; readonly why: string }[];
}

export const NOTHING_STRICTER: Stricter = { policies: [], agents: [] };

/** A suspension whose time has passed lasts until that is recorded, a second at most. */
export function stricterNow({ suspensions, suspendedAgents }: Proceedings): Stricter {
  if (suspensions.size + suspendedAgents.size === 0) return NOTHING_STRICTER;
  return {
    policies: [...suspensions.values()]
      .filter(({ state }) => state === 'open' || state === 'ratified')
      .map(({ policy, policyDigest, reason }) => ({ policy, policyDigest, reason })),
    agents: [...suspendedAgents].map(([agent, { why }]) => ({ agent, why })),
  };
}
