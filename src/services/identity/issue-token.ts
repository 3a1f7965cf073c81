import {
  ACTORS_MAX,
  type AccessToken,
  type AccessTokenVerifier,
  principalOf,
  type TokenBinding,
} from '#domain/identity/access-token.ts';
import type { Agent } from '#domain/identity/agent.ts';
import type { Directory } from '#domain/identity/directory.ts';
import type { PrincipalRef } from '#domain/identity/identity-event.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { IdentityRecord } from '#services/identity/record.ts';

export interface TokenRequest {
  /** Who asks, proven by its key. */
  readonly agent: Agent;
  /** What the token will be bound to; absent: a bearer token. */
  readonly boundTo?: TokenBinding;
  /** For whom (RFC 8693); absent: for itself. */
  readonly subjectToken?: string;
}

export type SignToken = (grant: {
  readonly subject: PrincipalRef;
  readonly actors: readonly PrincipalRef[];
  readonly clientId: string;
  readonly boundTo?: TokenBinding;
  readonly expiresMsMax?: number;
}) => Promise<{ readonly text: string; readonly token: AccessToken }>;

/** Issues a token to an agent that has proven who it is: for itself, or for whoever gave it a token of theirs. */
export function createIssueToken(deps: {
  readonly directory: Directory;
  readonly record: IdentityRecord;
  readonly accessTokens: AccessTokenVerifier;
  readonly sign: SignToken;
  readonly nowMs: () => number;
}) {
  return async function issueToken(
    request: TokenRequest,
  ): ReturnType<SignToken> extends Promise<infer T> ? Promise<Result<T>> : never {
    const self: PrincipalRef = { kind: 'agent', id: request.agent.id };
    const chain =
      request.subjectToken === undefined
        ? ok({ subject: self, actors: [] })
        : await behalfOf(request.subjectToken, self);
    if (!chain.ok) return chain;
    const issued = await deps.sign({
      ...chain.value,
      clientId: request.agent.id,
      ...(request.boundTo === undefined ? {} : { boundTo: request.boundTo }),
    });
    const { subject, actors, id, boundTo, expiresMs } = issued.token;
    await deps.record.note({
      kind: 'token-issued',
      timeMs: deps.nowMs(),
      agentId: request.agent.id,
      tokenId: id,
      bound: boundTo !== undefined,
      ...(actors.length === 0 ? {} : { onBehalfOf: subject }),
      expiresMs,
    });
    return ok(issued);
  };

  /** The subject's own token shows that it wants to be acted for; the new one lives no longer than that. */
  async function behalfOf(subjectToken: string, self: PrincipalRef) {
    const verified = await deps.accessTokens.verify({
      scheme: 'Bearer', // a bound token is handed on by nobody: it is refused here
      text: subjectToken,
      proof: undefined,
      method: 'POST',
      path: '',
    });
    if (!verified.ok) return verified;
    const { subject, actors, expiresMs } = verified.value;
    if (actors.length === ACTORS_MAX) return refuse('token-malformed', `At most ${ACTORS_MAX} agents act in a row.`);
    const standing = principalOf(verified.value, deps.directory);
    if (!standing.ok) return standing;
    return ok({ subject, actors: [self, ...actors], expiresMsMax: expiresMs });
  }
}

export type IssueToken = ReturnType<typeof createIssueToken>;
