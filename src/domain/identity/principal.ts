/** Who calls: an agent under its own token, or the operator of this installation. */
export type Principal =
  | {
      readonly kind: 'agent';
      readonly id: AgentId;
      /** The agent's kind: one of `AGENT_KINDS`, `mcp-gateway`, or a name of the operator's own. */
      readonly agent: string;
      readonly teams: readonly string[];
    }
  | { readonly kind: 'operator'; readonly id: PersonId };

export type AgentId = string & { readonly __brand: 'AgentId' };
export type PersonId = string & { readonly __brand: 'PersonId' };
