import type { AgentId } from '#domain/identity/principal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** The certificate that a caller has shown on its connection, whose key it holds: TLS has seen to that. */
export interface ClientCertificate {
  /** SHA-256 of its DER form, base64url: `x5t#S256` (RFC 8705, section 3.1). */
  readonly thumbprint: string;
  /** Its URI subject alternative names; undefined: they cannot be read with one meaning. */
  readonly uris: readonly string[] | undefined;
  /** It may sign other certificates. */
  readonly isAuthority: boolean;
  /** Unix milliseconds. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Why its chain is not trusted; undefined: it leads to an authority of ours. */
  readonly distrust: string | undefined;
}

export type CertificateRefusalCode = 'certificate-invalid';

/** Characters of a SPIFFE id (SPIFFE-ID, section 2.3). */
const SPIFFE_CHARACTERS_MAX = 2048;
/** SPIFFE-ID, section 2: a trust domain in lower case, then segments; no port, no query, nothing encoded. */
const SPIFFE = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/[A-Za-z0-9._-]+)+)$/;

/**
 * The agent that a certificate is for: an X509-SVID (SPIFFE) with exactly one URI, `spiffe://<trust domain>/agent/<id>`. Common names
 * and DNS names say nothing. Looked at again at each use: a connection may outlive its certificate.
 */
export function agentOfCertificate(
  certificate: ClientCertificate,
  given: { readonly trustDomain: string; readonly nowMs: number },
): Result<AgentId, CertificateRefusalCode> {
  const { uris, distrust } = certificate;
  if (distrust !== undefined) return invalid(`It is not of an authority that is trusted here (${distrust}).`);
  if (given.nowMs < certificate.fromMs || given.nowMs >= certificate.untilMs) return invalid('It is not in its time.');
  // X509-SVID, section 5.2: what may sign others is no leaf, and names nobody who calls.
  if (certificate.isAuthority) return invalid('It is an authority, and no agent.');
  // X509-SVID, section 2: exactly one.
  const [uri] = uris ?? [];
  if (uris?.length !== 1 || uri === undefined) return invalid('It must have exactly one URI among its names.');
  const [, domain, path = ''] = uri.length <= SPIFFE_CHARACTERS_MAX ? (SPIFFE.exec(uri) ?? []) : [];
  if (domain === undefined) return invalid('Its URI is no SPIFFE id.');
  if (domain !== given.trustDomain) return invalid('It is of another trust domain.');
  const [, kind, id, ...more] = path.split('/');
  if (kind !== 'agent' || id === undefined || more.length > 0 || id === '.' || id === '..') {
    return invalid('Its SPIFFE id is not /agent/<id>.');
  }
  return ok(id as AgentId); // minted here, and looked up in the directory before it counts
}

function invalid(why: string) {
  return refuse('certificate-invalid', `The client certificate is not accepted. ${why}`);
}

/** How a service asks for the certificate of a connection, and whose ids it takes. */
export interface ClientCertificates {
  /** The authority of SPIFFE ids that name agents of this directory. */
  readonly trustDomain: string;
  /** `socket`: of the request. Undefined: none was shown. */
  of(socket: object): ClientCertificate | undefined;
}
