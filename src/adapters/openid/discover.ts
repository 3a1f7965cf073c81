import * as client from 'openid-client';
import { boundedFetch, isPrivateUrl } from '#adapters/openid/bounded-fetch.ts';
import { SIGNING_ALGORITHMS } from '#adapters/openid/verify-signed.ts';
import { OPENID_CLOCK_SKEW_MS, OpenidUnavailable } from '#domain/identity/openid-provider.ts';

/** How long metadata is gone by before it is asked for again, in milliseconds. */
const METADATA_AGE_MS_MAX = 60 * 60_000;
/** After a failure nobody is made to wait for another one: the provider is asked again after this, doubled with each, in milliseconds. */
const BACK_OFF_MS_MIN = 1_000;
const BACK_OFF_MS_MAX = 60_000;
/** For one request to the provider, in seconds: a person is waiting. */
const TIMEOUT_S = 5;

export interface OpenidSettings {
  /** As the provider writes it, to the letter: https, or http on loopback. */
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string | undefined;
}

/**
 * The provider's metadata (OpenID Connect Discovery 1.0), when it is needed: the server starts without the provider, and what has
 * failed once is tried again. Metadata that is old and cannot be asked for anew is gone by further: it says where things are, not
 * what is believed.
 */
export function createDiscovery(settings: OpenidSettings, nowMs: () => number): () => Promise<client.Configuration> {
  let found: { readonly configuration: client.Configuration; readonly atMs: number } | undefined;
  let underWay: Promise<client.Configuration> | undefined;
  let failed: { readonly error: OpenidUnavailable; readonly atMs: number; readonly waitMs: number } | undefined;

  async function tryOnce(): Promise<client.Configuration> {
    try {
      const configuration = await discover(settings);
      found = { configuration, atMs: nowMs() };
      failed = undefined;
      return configuration;
    } catch (cause) {
      const error = unavailable(settings.issuer, cause);
      const waitMs = failed === undefined ? BACK_OFF_MS_MIN : Math.min(failed.waitMs * 2, BACK_OFF_MS_MAX);
      failed = { error, atMs: nowMs(), waitMs };
      if (found !== undefined) return found.configuration;
      throw error;
    }
  }

  return async function discovered() {
    if (found !== undefined && nowMs() - found.atMs < METADATA_AGE_MS_MAX) return found.configuration;
    if (failed !== undefined && nowMs() - failed.atMs < failed.waitMs) {
      if (found !== undefined) return found.configuration;
      throw failed.error;
    }
    underWay ??= tryOnce().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

async function discover({ issuer, clientId, clientSecret }: OpenidSettings): Promise<client.Configuration> {
  const url = new URL(issuer);
  const isHttp = url.protocol === 'http:';
  const configuration = await client.discovery(
    url,
    clientId,
    {
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
      [client.clockTolerance]: OPENID_CLOCK_SKEW_MS / 1000,
    },
    clientSecret === undefined ? client.None() : withSecret(clientSecret),
    {
      timeout: TIMEOUT_S,
      [client.customFetch]: boundedFetch,
      ...(isHttp && isPrivateUrl(url) ? { execute: [client.allowInsecureRequests] } : {}),
    },
  );
  const metadata = configuration.serverMetadata();
  // Discovery, section 4.3: identical. The library lets "…/" pass for "…", and one issuer of Microsoft's for all of its tenants.
  if (metadata.issuer !== issuer) {
    throw new Error(`the provider calls itself "${metadata.issuer}", and ACGS_OPENID_ISSUER must be just that`);
  }
  for (const endpoint of [metadata.authorization_endpoint, metadata.end_session_endpoint]) {
    // Browsers are sent there; where this server itself goes is looked at when it goes.
    if (endpoint !== undefined && !(URL.canParse(endpoint) && isPrivateUrl(new URL(endpoint)))) {
      throw new Error('the provider names an endpoint that is not HTTPS');
    }
  }
  const algorithms = metadata.id_token_signing_alg_values_supported ?? ['RS256'];
  if (!algorithms.some((algorithm) => SIGNING_ALGORITHMS.includes(algorithm))) {
    throw new Error('the provider signs with no algorithm that is accepted here');
  }
  return configuration;
}

/** By HTTP Basic, which every provider takes that does not say otherwise (OpenID Connect Discovery 1.0, section 3). */
function withSecret(secret: string): client.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (server, ...given) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authenticate = methods.includes('client_secret_basic') ? basic : post;
    return authenticate(server, ...given);
  };
}

/** In words and without what was sent: errors of the library carry whole answers, and those carry tokens. */
export function unavailable(issuer: string, error: unknown): OpenidUnavailable {
  if (error instanceof OpenidUnavailable) return error;
  const { message } = error instanceof Error ? error : new Error(String(error));
  const inner = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return new OpenidUnavailable(`the OpenID provider ${issuer} cannot be used: ${message}${inner}`);
}
