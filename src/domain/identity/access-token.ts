import { type AgentStanding, agentStanding } from '#domain/identity/agent-lifecycle.ts';
import type { ClientCertificate } from '#domain/identity/client-certificate.ts';
import type { Directory } from '#domain/identity/directory.ts';
import type { PrincipalRef } from '#domain/identity/identity-event.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';

/** How long an access token is good for, in milliseconds. Short, because its holder may copy it; long enough to be fetched calmly. */
export const ACCESS_TOKEN_TTL_MS = 5 * 60 * 1000;
/** How far clocks of two of our machines may be apart, in milliseconds. */
export const CLOCK_SKEW_MS = 5_000;
/** Who may act for whom for whom: the subject and at most three agents in a row. */
export const ACTORS_MAX = 3;

/** What a signed access token says (RFC 9068; `act` by RFC 8693, section 4.1), once its signature is verified. */
export interface AccessToken {
  /** `jti` */
  readonly id: string;
  /** `sub`: for whom it is. */
  readonly subject: PrincipalRef;
  /** `act`: who acts for the subject, the present one first. Empty: the subject acts itself. */
  readonly actors: readonly PrincipalRef[];
  /** Absent: whoever has it may use it. */
  readonly boundTo?: TokenBinding;
  readonly issuedMs: number;
  readonly expiresMs: number;
}

/**
 * What a caller must hold beside the token: the key of this thumbprint (`cnf.jkt`; RFC 9449, section 6), or this very certificate on
 * its connection (`cnf.x5t#S256`; RFC 8705, section 3.1).
 */
export interface TokenBinding {
  readonly kind: 'key' | 'certificate';
  readonly thumbprint: string;
}

/** What a caller shows with a signed token. */
export interface PresentedToken {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly text: string;
  /** The `DPoP` header. */
  readonly proof: string | undefined;
  /** The certificate of its connection. */
  readonly certificate?: ClientCertificate | undefined;
  readonly method: string;
  /** Without query: as in the proof's `htu`. */
  readonly path: string;
}

export type AccessTokenRefusalCode =
  | 'token-malformed'
  | 'token-unknown'
  | 'token-expired'
  | 'token-revoked'
  | 'directory-stale'
  | 'proof-missing'
  | 'proof-invalid'
  | 'certificate-missing'
  | 'certificate-invalid'
  | AgentStanding['code']
  | 'person-suspended'
  | 'principal-unknown';

/** Verifies signed access tokens: what the guard needs of `src/adapters/jose-tokens`. */
export interface AccessTokenVerifier {
  verify(presented: PresentedToken): Promise<Result<AccessToken, AccessTokenRefusalCode>>;
  /** The token by itself, not whether who shows it may use it: for what takes no right from it, as revoking. */
  read(text: string): Promise<Result<AccessToken, AccessTokenRefusalCode>>;
}

/**
 * Who a verified token stands for now: everyone in it must be in good standing in the directory, whatever was true when it was
 * issued. Roles and teams are those of the directory; the token carries none.
 */
export function principalOf(token: AccessToken, directory: Directory): Result<Principal, AccessTokenRefusalCode> {
  if (directory.isRevoked(token.id)) return refuse('token-revoked', 'The token has been revoked.');
  // From the subject outwards: each actor acts for the one before.
  let principal = resolve(token.subject, directory);
  for (const actor of token.actors.toReversed()) {
    if (!principal.ok) return principal;
    const onBehalfOf = principal.value;
    const acting = resolve(actor, directory);
    if (!acting.ok) return acting;
    if (acting.value.kind !== 'agent') return refuse('token-malformed', 'Only an agent acts for somebody else.');
    principal = ok({ ...acting.value, onBehalfOf });
  }
  return principal;
}

function resolve(ref: PrincipalRef, directory: Directory): Result<Principal, AccessTokenRefusalCode> {
  switch (ref.kind) {
    case 'person': {
      const person = directory.person(ref.id as PersonId); // looked up, not trusted
      if (person === undefined) return refuse('principal-unknown', 'The token names a person who is not known here.');
      if (person.status === 'suspended') return refuse('person-suspended', `${person.id} is suspended.`);
      return ok({ kind: 'person', id: person.id, roles: person.roles });
    }
    case 'agent': {
      const agent = directory.agent(ref.id as AgentId); // looked up, not trusted
      if (agent === undefined) return refuse('principal-unknown', 'The token names an agent that is not known here.');
      const standing = agentStanding(agent);
      if (!standing.ok) return standing;
      return ok({ kind: 'agent', id: agent.id, agent: agent.agent, teams: agent.teams });
    }
    default:
      return never(ref.kind);
  }
}
