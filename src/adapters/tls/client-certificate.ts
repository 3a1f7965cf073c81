import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '#domain/identity/client-certificate.ts';

/** One name as OpenSSL and Node print it; what could be taken for more than one is a JSON string (Node, CVE-2021-44532). */
const NAME = /^([A-Za-z0-9 ]+):(?:"((?:[^"\\]|\\.)*)"|([^",]*))(?:, |$)/;

/** What a connection says of its caller's certificate; undefined when it has shown none. */
export function readClientCertificate(socket: TLSSocket): ClientCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const { raw, subjectAltName, ca, validFromDate, validToDate } = certificate;
  return {
    thumbprint: createHash('sha256').update(raw).digest('base64url'),
    uris: uriNames(subjectAltName ?? ''),
    isAuthority: ca,
    fromMs: validFromDate.getTime(),
    untilMs: validToDate.getTime(),
    distrust: socket.authorized ? undefined : String(socket.authorizationError),
  };
}

/** The URIs among the names; undefined when the list has no single reading. */
export function uriNames(names: string): readonly string[] | undefined {
  const uris: string[] = [];
  let rest = names;
  while (rest !== '') {
    const match = NAME.exec(rest);
    if (match === null) return undefined;
    const [whole, type, quoted, plain] = match;
    // A SPIFFE id has no character that needs quoting: one that is quoted is a URI all the same, and no id.
    if (type === 'URI') uris.push(quoted ?? plain ?? '');
    rest = rest.slice(whole.length);
  }
  return uris;
}
