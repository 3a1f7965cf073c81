import type { AgentId, PersonId } from '#domain/identity/principal.ts';

/** RFC 7638 thumbprint (SHA-256, base64url, 43 characters) of the public key that an agent holds. */
export type KeyThumbprint = string & { readonly __brand: 'KeyThumbprint' };

/** An agent as the directory knows it, whatever token it shows. */
export interface Agent {
  readonly id: AgentId;
  /** One of `AGENT_KINDS`, `mcp-gateway`, or a name of the operator's own. */
  readonly agent: string;
  /** The person who answers for it: who invited it. */
  readonly owner: PersonId;
  readonly teams: readonly string[];
  readonly state: AgentState;
}

export type AgentState =
  /** Invited: whoever shows the code first, before it expires, brings the key. */
  | { readonly status: 'pending'; readonly codeSha256: string; readonly expiresMs: number }
  | {
      readonly status: 'active' | 'suspended';
      readonly key: AgentKey;
      /** The key before, until it is not good any more (Unix milliseconds). */
      readonly previous?: { readonly key: AgentKey; readonly untilMs: number };
    }
  /** For good. A compromised agent's key is known to others; a retired one's is not needed any more. */
  | { readonly status: 'retired' | 'compromised' };

export interface AgentKey {
  readonly thumbprint: KeyThumbprint;
  /** The Ed25519 public key (RFC 8037 `x`): 32 bytes in base64url. */
  readonly publicKey: string;
  /** Unix milliseconds: its age is what a rotation by schedule goes by. */
  readonly sinceMs: number;
}

/** An agent, and the key of its own by which it has shown that it is this one. */
export interface ProvenAgent {
  readonly agent: Agent;
  readonly key: KeyThumbprint;
}

export const AGENT_STATUSES = ['pending', 'active', 'suspended', 'retired', 'compromised'] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

/** What a person may set; `pending` and the first `active` come of inviting and enrolling. */
export const SETTABLE_STATUSES = ['active', 'suspended', 'retired', 'compromised'] as const;
export type SettableStatus = (typeof SETTABLE_STATUSES)[number];

export const AGENTS_MAX = 100_000;
