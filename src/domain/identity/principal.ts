/** Who calls: an agent under its own token, or a person. */
export type Principal =
  | {
      readonly kind: 'agent';
      readonly id: AgentId;
      /** The agent's kind: one of `AGENT_KINDS`, `mcp-gateway`, or a name of the operator's own. */
      readonly agent: string;
      readonly teams: readonly string[];
      /** For whom it acts (RFC 8693): it then has only the rights that both have. */
      readonly onBehalfOf?: Principal;
    }
  | {
      readonly kind: 'person';
      readonly id: PersonId;
      /** What this person may do: `operator`, and roles that the constitution names (approvers, proposers, signers, …). */
      readonly roles: readonly string[];
    };

export type AgentId = string & { readonly __brand: 'AgentId' };
export type PersonId = string & { readonly __brand: 'PersonId' };
