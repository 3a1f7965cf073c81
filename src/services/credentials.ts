import type { FastifyRequest } from 'fastify';
import {
  type AccessTokenRefusalCode,
  type AccessTokenVerifier,
  type PresentedToken,
  principalOf,
} from '#domain/identity/access-token.ts';
import { agentStanding } from '#domain/identity/agent-lifecycle.ts';
import type { ClientCertificates } from '#domain/identity/client-certificate.ts';
import type { Directory } from '#domain/identity/directory.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { RequestMarks, ShownSignIn, SignInRecogniser, SignInRefusalCode } from '#domain/identity/sign-in.ts';
import { authenticate, type TokenIndex, type TokenRefusalCode } from '#domain/identity/token.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';

export interface CredentialDeps {
  readonly tokens: {
    readonly current: () => TokenIndex;
    /** Reads the tokens again if they have changed. */
    readonly load: () => Promise<TokenIndex>;
  };
  /** Absent: signed tokens are unknown here, and whoever has a token is who it says. */
  readonly identity?: {
    readonly accessTokens: AccessTokenVerifier;
    readonly directory: Directory;
    readonly signIns: SignInRecogniser;
    /** The directory is told by another process, and too long ago. */
    readonly isStale: () => boolean;
    /** Absent where this process does not listen with TLS, or asks nobody for certificates. */
    readonly certificates?: ClientCertificates | undefined;
  };
  readonly nowMs: () => number;
}

export type CredentialRefusalCode = TokenRefusalCode | AccessTokenRefusalCode | SignInRefusalCode | 'csrf-refused';

export interface Caller {
  readonly principal: Principal;
  /** Where a cookie has shown who it is. */
  readonly signIn?: ShownSignIn;
  /** Who it is at a later moment, for an answer that goes on for long. */
  readonly byNow: () => Result<Principal, CredentialRefusalCode>;
}

/** How often unknown tokens may make the node look at the token file again, in milliseconds. */
const RELOAD_INTERVAL_MS = 1_000;

/** Three parts with full stops between them: what a signed token is and an opaque one is not. */
const SIGNED = /^(Bearer|DPoP) ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)$/;

/**
 * Who calls, by what the request shows: a signed access token, with the proof of its key where it is bound to one (RFC 9449), an
 * opaque token of the token file, or, where there is no such header, the cookie of a sign-in. Whom the directory knows is judged by
 * it at every call: a status set there counts at once.
 */
export function createWhoCalls(deps: CredentialDeps) {
  let reloadedMs = 0;

  return async function whoCalls(request: FastifyRequest): Promise<Result<Caller, CredentialRefusalCode>> {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      const shown = deps.identity?.signIns.recognise(marksOf(request));
      if (shown !== undefined) return shown;
    }
    const { identity } = deps;
    const signed = identity === undefined ? null : SIGNED.exec(authorization ?? '');
    return identity === undefined || signed === null
      ? byOpaqueToken(authorization)
      : bySignedToken(request, signed, identity);
  };

  async function bySignedToken(
    request: FastifyRequest,
    signed: RegExpExecArray,
    { accessTokens, certificates, directory, isStale }: NonNullable<CredentialDeps['identity']>,
  ): Promise<Result<Caller, CredentialRefusalCode>> {
    if (isStale()) return stale();
    const verified = await accessTokens.verify(presented(request, signed, certificates));
    if (!verified.ok) return verified;
    const token = verified.value;
    return callerAs(principalOf(token, directory), () => {
      if (isStale()) return stale();
      if (token.expiresMs <= deps.nowMs()) return refuse('token-expired', 'The token has expired.');
      return principalOf(token, directory);
    });
  }

  async function byOpaqueToken(header: string | undefined): Promise<Result<Caller, CredentialRefusalCode>> {
    const found = judged(await knownToken(header));
    return callerAs(found, () => judged(authenticate(header, deps.tokens.current(), deps.nowMs())));
  }

  function judged(found: Result<Principal, TokenRefusalCode>): Result<Principal, CredentialRefusalCode> {
    if (!found.ok || deps.identity === undefined) return found;
    const { isStale, directory } = deps.identity;
    return isStale() && isToldElsewhere(found.value, directory) ? stale() : inStanding(found.value, directory);
  }

  async function knownToken(header: string | undefined): Promise<Result<Principal, TokenRefusalCode>> {
    const nowMs = deps.nowMs();
    const found = authenticate(header, deps.tokens.current(), nowMs);
    if (found.ok || found.refusal.code !== 'token-unknown' || nowMs - reloadedMs < RELOAD_INTERVAL_MS) return found;
    // It may have been issued by another process a moment ago (`acgs hook install`).
    reloadedMs = nowMs;
    return authenticate(header, await deps.tokens.load(), nowMs);
  }
}

function callerAs(found: ReturnType<Caller['byNow']>, byNow: Caller['byNow']): Result<Caller, CredentialRefusalCode> {
  return found.ok ? ok({ principal: found.value, byNow }) : found;
}

/** What a request says of where it comes from. */
export function marksOf({ method, headers }: FastifyRequest): RequestMarks {
  const one = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined);
  return {
    method,
    cookie: headers.cookie,
    origin: headers.origin,
    fetchSite: one(headers['sec-fetch-site']),
    csrf: one(headers['acgs-csrf']),
  };
}

function presented(
  request: FastifyRequest,
  [, scheme, text]: RegExpExecArray,
  certificates: ClientCertificates | undefined,
): PresentedToken {
  const proof = request.headers['dpop'];
  return {
    scheme: scheme === 'DPoP' ? 'DPoP' : 'Bearer',
    text: text ?? '',
    // Node joins repeated headers of this name with a comma, which is no proof then (RFC 9449, section 4.3).
    proof: typeof proof === 'string' ? proof : undefined,
    certificate: certificates?.of(request.raw.socket),
    method: request.method,
    path: request.url.split('?', 1)[0] ?? '',
  };
}

/**
 * Every agent may have been suspended meanwhile, and so may people whom the directory knows. Whom only the token file of this machine
 * knows is let in: somebody has to be able to see what is wrong here.
 */
function isToldElsewhere({ kind, id }: Principal, directory: Directory): boolean {
  return kind === 'agent' || directory.person(id) !== undefined;
}

function stale() {
  return refuse(
    'directory-stale',
    'This node has not heard from the identity service for too long: it cannot tell who may still call.',
  );
}

/** An opaque token says who somebody was when it was issued; what the directory says now goes before. */
export function inStanding(principal: Principal, directory: Directory): Result<Principal, CredentialRefusalCode> {
  switch (principal.kind) {
    case 'person': {
      const person = directory.person(principal.id);
      if (person === undefined) return ok(principal);
      if (person.status === 'suspended') return refuse('person-suspended', `${person.id} is suspended.`);
      return ok({ kind: 'person', id: person.id, roles: person.roles });
    }
    case 'agent': {
      const agent = directory.agent(principal.id);
      // One that is invited still works under its first token until it has enrolled.
      if (agent === undefined || agent.state.status === 'pending') return ok(principal);
      const standing = agentStanding(agent);
      return standing.ok ? ok({ ...principal, agent: agent.agent, teams: agent.teams }) : standing;
    }
    default:
      return never(principal);
  }
}
