/** How browsers reach this installation, and what follows from it for cookies, for passkeys, and for what counts as a page of ours. */
export interface OwnAddress {
  /** Only where nobody between can read along: HTTPS, or this machine itself. Elsewhere nobody signs in with a browser. */
  readonly isPrivate: boolean;
  readonly isHttps: boolean;
  /** Scheme, host and port as browsers write them in `Origin` (RFC 6454, section 6.2). */
  readonly origins: readonly string[];
  /** WebAuthn's relying party id: a domain. Undefined where there is none, as with an IP address. */
  readonly relyingPartyId: string | undefined;
}

/** As in a URL: this machine itself. */
export const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** @param publicUrl as configured: `https://acgs.example`, `http://127.0.0.1:8010` */
export function ownAddress(publicUrl: string): OwnAddress {
  const url = new URL(publicUrl);
  const isHttps = url.protocol === 'https:';
  const isLoopback = LOOPBACK.includes(url.hostname);
  // This machine has three names. Whoever listens on the port at one of them is this server, so a page from there is ours.
  const names = isLoopback && !isHttps ? LOOPBACK : [url.hostname];
  return {
    isPrivate: isHttps || isLoopback,
    isHttps,
    origins: names.map((name) => new URL(`${url.protocol}//${name}:${url.port}`).origin),
    relyingPartyId: isLoopback ? 'localhost' : domainOf(url.hostname),
  };
}

/** An IP address is no domain (WebAuthn Level 3, section 5.1.3, step 8). */
function domainOf(hostname: string): string | undefined {
  return hostname.startsWith('[') || /^[\d.]+$/.test(hostname) ? undefined : hostname;
}
