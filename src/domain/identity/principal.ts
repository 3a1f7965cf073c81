import type { AgentKind } from '#domain/action/action.ts';

/** Who calls: an agent under its own token, or the operator of this installation. */
export type Principal =
  | {
      readonly kind: 'agent';
      readonly id: AgentId;
      readonly agent: AgentKind | 'mcp-gateway' | 'custom';
      readonly teams: readonly string[];
    }
  | { readonly kind: 'operator'; readonly id: PersonId };

export type AgentId = string & { readonly __brand: 'AgentId' };
export type PersonId = string & { readonly __brand: 'PersonId' };
