/** What policies know of a host: entity `Host`, in the `Domain`s that its name lies in. */
export interface HostFacts {
  /** Lower case, without a trailing dot; an IPv4 address in dotted decimal whatever way it was written. */
  readonly name: string;
  /** This machine. */
  readonly loopback: boolean;
  /** Not of the public internet: private and link-local addresses, `.local`, `.internal`, names without a dot. */
  readonly private: boolean;
  /** A cloud's instance metadata service, which hands out credentials. */
  readonly metadata: boolean;
  /** `api.github.com` lies in `api.github.com`, `github.com` and `com`. Empty for addresses. */
  readonly domains: readonly string[];
}

/** Instance metadata services: AWS, GCP, Azure and others share the link-local one; ECS, AWS over IPv6, Alibaba, Google by name. */
const METADATA_HOSTS = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '[fd00:ec2::254]',
  '100.100.100.200',
  'metadata.google.internal',
  'metadata',
]);

export function hostFacts(host: string): HostFacts {
  const name = normalised(host);
  const address = ipv4(name);
  const numeric = address !== undefined || name.startsWith('[');
  const loopback =
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    address?.[0] === 127 ||
    name === '0.0.0.0';
  const unqualified = !numeric && !name.includes('.');
  const local = /\.(local|internal|lan|home\.arpa|test)$/.test(name);
  return {
    name,
    loopback,
    private: loopback || unqualified || local || isPrivateAddress(name, address),
    metadata: METADATA_HOSTS.has(name),
    domains: numeric ? [] : suffixes(name),
  };
}

/** By the WHATWG URL rules, as clients do: `0x7f.1` and `2130706433` are both 127.0.0.1. What is no host stays as written. */
function normalised(host: string): string {
  const plain = host.toLowerCase().replace(/\.$/, '');
  const bracketed = plain.includes(':') && !plain.startsWith('[') ? `[${plain}]` : plain;
  const url = URL.parse(`http://${bracketed}/`);
  return url === null || url.pathname !== '/' || url.username !== '' || url.hostname === ''
    ? plain
    : mapped(url.hostname);
}

/** `[::ffff:7f00:1]` is an IPv4 address in IPv6's clothes. */
function mapped(hostname: string): string {
  const match = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname);
  if (match === null) return hostname;
  const high = Number.parseInt(match[1] ?? '', 16);
  const low = Number.parseInt(match[2] ?? '', 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function ipv4(name: string): readonly number[] | undefined {
  return /^\d+\.\d+\.\d+\.\d+$/.test(name) ? name.split('.').map(Number) : undefined;
}

/** RFC 1918, RFC 3927, RFC 6598; RFC 4193 and link-local for IPv6. */
function isPrivateAddress(name: string, address: readonly number[] | undefined): boolean {
  if (address === undefined) return /^\[(f[cd]|fe[89ab])/.test(name);
  const [first = 0, second = 0] = address;
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >= 64 && second < 128)
  );
}

function suffixes(name: string): readonly string[] {
  const labels = name.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}
