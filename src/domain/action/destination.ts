import type { Effect } from '#domain/action/effect.ts';

/** A host that is contacted. */
export interface Destination {
  /** Lower case, without port; an IPv6 address without brackets; `*` when it cannot be known before the run. */
  readonly host: string;
  readonly port?: number;
  readonly scheme?: string;
}

/** Addresses at which clouds hand out the credentials of a machine or task. */
const METADATA_HOSTS: ReadonlySet<string> = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::254',
  'fd00:ec2::23',
  '100.100.100.200',
  'metadata.google.internal',
  'metadata',
  'instance-data',
]);

/** Host names are at most 253 characters (RFC 1035); a longer text is no host. */
const HOST_LENGTH_MAX = 253;

/** Reads `scheme://user@host:port/path`, `user@host:path` (scp), `host:port`, `host/path` and `host`. Undefined when there is no host in it. */
export function parseDestination(text: string): Destination | undefined {
  const url = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s]*)/i.exec(text);
  if (url !== null) {
    const scheme = (url[1] ?? '').toLowerCase();
    if (scheme === 'file') return undefined;
    return fromAuthority(url[2] ?? '', scheme);
  }
  if (/^[./~-]/.test(text) || text === '') return undefined;
  const scp = /^(?:[^@/:\s]+@)?(\[[0-9a-f:.%]+\]|[^:/\s@]+):(?!\d+(?:\/|$))/i.exec(text);
  if (scp?.[1] !== undefined) return fromAuthority(scp[1], undefined);
  return fromAuthority(text.split(/[/?#]/, 1)[0] ?? '', undefined);
}

function fromAuthority(authority: string, scheme: string | undefined): Destination | undefined {
  const withScheme = scheme === undefined ? {} : { scheme };
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  if (place === '' || place.length > HOST_LENGTH_MAX) return undefined;
  if (/[$`*{}]/.test(place)) return { host: '*', ...withScheme };
  const match = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(place);
  if (match === null) return /^[0-9a-f:]+$/i.test(place) ? { host: place.toLowerCase(), ...withScheme } : undefined;
  const host = canonicalHost((match[1] ?? match[2] ?? '').toLowerCase());
  return { host, ...withScheme, ...(match[3] === undefined ? {} : { port: Number(match[3]) }) };
}

/** `2852039166` and `0xa9fea9fe` are `169.254.169.254` to every program that resolves names as the URL standard does. */
function canonicalHost(host: string): string {
  const bare = host.endsWith('.') ? host.slice(0, -1) : host;
  if (!/^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$/.test(bare)) return bare;
  const url = `http://${bare}/`;
  return URL.canParse(url) ? new URL(url).hostname : bare;
}

export function connectEffects(destination: Destination): readonly Effect[] {
  const connect: Effect = { kind: 'connect', ...destination };
  if (!METADATA_HOSTS.has(destination.host)) return [connect];
  return [connect, { kind: 'credential', store: 'metadata-service', detail: destination.host }];
}
