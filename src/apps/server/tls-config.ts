import { isAbsolute, join } from 'node:path';
import Type, { type Static } from 'typebox';
import { ok, type Result, refuse } from '#domain/result.ts';

/** The settings of TLS, among those of the server. */
export const TLS_SETTINGS = {
  ACGS_TLS_CERT_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'PEM file with the certificate chain to listen with TLS (1.3). Read again when it changes. Needs `ACGS_TLS_KEY_FILE`. Default: plain text, for this machine.',
    }),
  ),
  ACGS_TLS_KEY_FILE: Type.Optional(
    Type.String({ minLength: 1, description: 'PEM file with the private key of `ACGS_TLS_CERT_FILE`.' }),
  ),
  ACGS_TLS_CLIENT_CA_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'PEM file with the authorities of agents’ certificates: callers are asked for one, and tokens can be bound to it (RFC 8705). Needs `ACGS_SPIFFE_TRUST_DOMAIN`.',
    }),
  ),
  ACGS_SPIFFE_TRUST_DOMAIN: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9._-]{1,255}$',
      description: 'The trust domain of agents’ certificates: `spiffe://<trust domain>/agent/<id>`.',
    }),
  ),
};

export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string | undefined;
  /** Whose certificates are asked for; undefined: nobody's. */
  readonly clients: { readonly trustDomain: string } | undefined;
}

const Settings = Type.Object(TLS_SETTINGS);

/** All four, the first two, or none. */
export function readTls(
  settings: Static<typeof Settings>,
  cwd: string,
): Result<TlsConfig | undefined, 'setting-invalid'> {
  const {
    ACGS_TLS_CERT_FILE: certFile,
    ACGS_TLS_KEY_FILE: keyFile,
    ACGS_TLS_CLIENT_CA_FILE: clientCaFile,
    ACGS_SPIFFE_TRUST_DOMAIN: trustDomain,
  } = settings;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    return refuse('setting-invalid', 'ACGS_TLS_CERT_FILE and ACGS_TLS_KEY_FILE are set together.');
  }
  if ((clientCaFile === undefined) !== (trustDomain === undefined)) {
    return refuse('setting-invalid', 'ACGS_TLS_CLIENT_CA_FILE and ACGS_SPIFFE_TRUST_DOMAIN are set together.');
  }
  if (certFile === undefined || keyFile === undefined) {
    return clientCaFile === undefined
      ? ok(undefined)
      : refuse('setting-invalid', 'ACGS_TLS_CLIENT_CA_FILE needs ACGS_TLS_CERT_FILE: certificates are shown over TLS.');
  }
  const absolute = (path: string) => (isAbsolute(path) ? path : join(cwd, path));
  return ok({
    certFile: absolute(certFile),
    keyFile: absolute(keyFile),
    clientCaFile: clientCaFile === undefined ? undefined : absolute(clientCaFile),
    clients: trustDomain === undefined ? undefined : { trustDomain },
  });
}
