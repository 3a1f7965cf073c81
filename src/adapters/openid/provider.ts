import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import * as client from 'openid-client';
import { boundedFetch } from '#adapters/openid/bounded-fetch.ts';
import { type Claims, emailOf, groupsOf, nameOf } from '#adapters/openid/claims.ts';
import { createDiscovery, type OpenidSettings, unavailable } from '#adapters/openid/discover.ts';
import { verifyLogoutToken } from '#adapters/openid/logout-token.ts';
import { createProviderKeys } from '#adapters/openid/provider-keys.ts';
import { verifySigned } from '#adapters/openid/verify-signed.ts';
import type { OpenidAttempt } from '#domain/identity/openid-attempt.ts';
import {
  type OpenidProof,
  type OpenidProvider,
  type OpenidRefusalCode,
  OpenidUnavailable,
} from '#domain/identity/openid-provider.ts';
import type { ReplayCache } from '#domain/identity/replay-cache.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** For the provider's key set, in milliseconds. */
const KEYS_TIMEOUT_MS = 5_000;
/** A sign-in that a person did not want, or that the provider does not let go on. Everything else that it may say is a fault of it or of ours. */
const DECLINED = [
  ...['access_denied', 'login_required', 'consent_required', 'interaction_required', 'account_selection_required'],
];

export interface OpenidProviderSettings extends OpenidSettings {
  readonly name: string;
  /** Registered at the provider, to the letter. */
  readonly redirectUri: string;
  /** Registered at the provider: where it sends a browser that has signed out. */
  readonly signedOutUri: string;
  /** Asked for besides `openid`. */
  readonly scopes: readonly string[];
  readonly wantsEmail: boolean;
  /** The claim whose values are groups. */
  readonly groupsClaim: string | undefined;
}

/**
 * An OpenID provider through `openid-client`: discovery, the authorization code flow with PKCE, `state`, `nonce` and `iss`. The library
 * takes an ID token from the token endpoint at its word, as TLS allows (Core, section 3.1.3.7, point 6); here its signature is verified,
 * too, by the same keys as logout tokens, which the library does not know.
 */
export function createOpenidProvider(
  settings: OpenidProviderSettings,
  deps: { readonly logouts: ReplayCache; readonly nowMs: () => number },
): OpenidProvider {
  const { issuer, clientId } = settings;
  const discovered = createDiscovery(settings, deps.nowMs);
  const keys = createProviderKeys({ fetchKeys: async () => fetchKeys(issuer, await discovered()), nowMs: deps.nowMs });

  return {
    issuer,
    name: settings.name,
    async authorizationUrl(attempt) {
      const url = client.buildAuthorizationUrl(await discovered(), {
        redirect_uri: settings.redirectUri,
        scope: ['openid', ...settings.scopes].join(' '),
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: 'S256',
      });
      return url.href;
    },
    async redeem(answer, attempt) {
      const configuration = await discovered();
      try {
        return await redeem(settings, { configuration, keys, answer, attempt, nowMs: deps.nowMs() });
      } catch (error) {
        return meaningOf(issuer, error);
      }
    },
    async signOutUrl(idToken) {
      const configuration = await discovered();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      const url = client.buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: settings.signedOutUri,
        ...(idToken === undefined ? {} : { id_token_hint: idToken }),
      });
      return url.href;
    },
    verifyLogout: (logoutToken) =>
      verifyLogoutToken(logoutToken, keys, { issuer, clientId, replays: deps.logouts, nowMs: deps.nowMs() }),
  };
}

async function redeem(
  settings: OpenidProviderSettings,
  given: {
    readonly configuration: client.Configuration;
    readonly keys: JWTVerifyGetKey;
    readonly answer: URLSearchParams;
    readonly attempt: OpenidAttempt;
    readonly nowMs: number;
  },
): Promise<Result<OpenidProof, OpenidRefusalCode>> {
  const { configuration, attempt, nowMs } = given;
  const { issuer, clientId } = settings;
  const currentUrl = new URL(settings.redirectUri);
  currentUrl.search = given.answer.toString();
  const tokens = await client.authorizationCodeGrant(configuration, currentUrl, {
    expectedState: attempt.state,
    expectedNonce: attempt.nonce,
    pkceCodeVerifier: attempt.codeVerifier,
    idTokenExpected: true,
  });
  const idToken = tokens.id_token ?? '';
  const verified = await verifySigned(idToken, given.keys, {
    issuer,
    clientId,
    types: ['jwt'],
    claims: ['sub', 'nonce'],
    nowMs,
  });
  if (!verified.ok) return invalid(verified.refusal.detail);
  const claims = verified.value;
  const { sub: subject } = claims;
  if (subject === undefined) return invalid('no subject');
  const more: Claims = isComplete(claims, settings)
    ? {}
    : await client.fetchUserInfo(configuration, tokens.access_token, subject);
  const { groupsClaim } = settings;
  const verifiedEmail = emailOf(claims) ?? emailOf(more);
  const name = nameOf(claims) ?? nameOf(more);
  const { sid } = claims;
  return ok({
    account: { issuer, subject },
    groups: groupsClaim === undefined ? [] : groupsOf(claims[groupsClaim] ?? more[groupsClaim]),
    ...(typeof sid === 'string' ? { sessionId: sid } : {}),
    ...(verifiedEmail === undefined ? {} : { verifiedEmail }),
    ...(name === undefined ? {} : { name }),
    idToken,
  });
}

/** Whether the ID token says all that is wanted: some providers say it at their userinfo endpoint only. */
function isComplete(claims: JWTPayload & Claims, { wantsEmail, groupsClaim }: OpenidProviderSettings): boolean {
  const hasEmail = !wantsEmail || claims['email'] !== undefined;
  return hasEmail && (groupsClaim === undefined || claims[groupsClaim] !== undefined);
}

async function fetchKeys(issuer: string, configuration: client.Configuration): Promise<unknown> {
  const { jwks_uri: url } = configuration.serverMetadata();
  if (url === undefined) throw new OpenidUnavailable(`the OpenID provider ${issuer} publishes no keys`);
  try {
    const response = await boundedFetch(url, {
      method: 'GET',
      headers: { accept: 'application/json' },
      body: undefined,
      redirect: 'manual',
      signal: AbortSignal.timeout(KEYS_TIMEOUT_MS),
    });
    if (response.status !== 200) throw new Error(`its keys are answered with ${response.status}`);
    return await response.json();
  } catch (error) {
    throw unavailable(issuer, error);
  }
}

/** What a failure means: no from the provider, an answer that is not to be believed, or no answer, which is thrown. */
function meaningOf(issuer: string, error: unknown): ReturnType<typeof invalid> | ReturnType<typeof declined> {
  if (error instanceof client.AuthorizationResponseError) {
    if (DECLINED.includes(error.error)) return declined(error.error);
    throw new OpenidUnavailable(`the OpenID provider ${issuer} answers ${word(error.error)}`);
  }
  if (error instanceof client.ResponseBodyError) {
    // A code that was made up, used before, or of another client.
    if (error.error === 'invalid_grant') return invalid(error.error);
    throw new OpenidUnavailable(`the OpenID provider ${issuer} answers ${error.status} ${word(error.error)}`);
  }
  if (error instanceof client.ClientError && error.code !== undefined && DISBELIEVED.includes(error.code)) {
    return invalid(error.code);
  }
  throw unavailable(issuer, error);
}

/** The library's codes for an answer that arrived and is wrong. */
const DISBELIEVED = [
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_PARSE_ERROR',
  'OAUTH_UNSUPPORTED_OPERATION',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
];

/** A code of OAuth (RFC 6749, section 5.2) as it may stand in a log; anything else that was sent in its place may not. */
function word(text: string): string {
  return /^[a-z_]{1,64}$/.test(text) ? text : 'an error without a name';
}

function declined(why: string) {
  return refuse('openid-declined', 'Your provider did not sign you in.', why);
}

function invalid(why: string | undefined) {
  return refuse('openid-answer-invalid', 'What your provider answered is not to be believed: begin again.', why);
}
