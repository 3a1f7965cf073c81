import { extensionFault } from '#domain/policy/engine/fault.ts';

/** An address or a range. The host bits of a range are kept: `10.0.0.1/24` and `10.0.0.0/24` are unequal, as in Cedar. */
export class IpAddressValue {
  readonly kind = 'ipaddr';
  readonly version: 4 | 6;
  /** 32 or 128 bits. */
  readonly address: bigint;
  readonly prefix: number;

  constructor(version: 4 | 6, address: bigint, prefix: number) {
    this.version = version;
    this.address = address;
    this.prefix = prefix;
  }
}

const BITS = { 4: 32, 6: 128 } as const;
/** Digits of the longest prefix. */
const PREFIX_LENGTH_MAX = { 4: 2, 6: 3 } as const;
/** Length of eight full groups and a prefix; in bytes. */
const TEXT_BYTES_MAX = 43;

/** @throws {Fault} for what is neither an address nor a range. */
export function parseIpAddress(text: string): IpAddressValue {
  if (new TextEncoder().encode(text).length > TEXT_BYTES_MAX)
    return refuse(`error parsing IP address from string \`${text}\`: string length is too large`);
  if (/:.*:/s.test(text) && /\..*\./s.test(text))
    return refuse(
      `error parsing IP address from string: We do not accept IPv4 embedded in IPv6 (e.g., ::ffff:127.0.0.1). Found: \`${text}\``,
    );
  const slash = text.indexOf('/');
  if (slash === -1) {
    const single = parseAddress(text) ?? refuse(`invalid IP address: ${text}`);
    return new IpAddressValue(single.version, single.address, BITS[single.version]);
  }
  const addressText = text.slice(0, slash);
  const { version, address } =
    parseAddress(addressText) ??
    refuse(`error parsing IP address from the string \`${addressText}\`: invalid IP address syntax`);
  return new IpAddressValue(version, address, parsePrefix(text.slice(slash + 1), version));
}

function parsePrefix(text: string, version: 4 | 6): number {
  const byteCount = new TextEncoder().encode(text).length;
  if (byteCount > PREFIX_LENGTH_MAX[version])
    return refuse(`error parsing prefix: string length ${byteCount} is too large`);
  if (/[^0-9]/.test(text)) return refuse(`error parsing prefix \`${text}\`: encountered non-digit`);
  if (text.startsWith('0') && text !== '0') return refuse(`error parsing prefix \`${text}\`: leading zero(s)`);
  if (text === '') return refuse('error parsing prefix from the string ``: cannot parse integer from empty string');
  const prefix = Number(text);
  if (prefix > 255)
    return refuse(`error parsing prefix from the string \`${text}\`: number too large to fit in target type`);
  if (prefix > BITS[version])
    return refuse(`error parsing prefix: ${prefix} is larger than the limit ${BITS[version]}`);
  return prefix;
}

function parseAddress(text: string): { readonly version: 4 | 6; readonly address: bigint } | undefined {
  const version = text.includes(':') ? 6 : 4;
  const address = version === 6 ? parseVersion6(text) : parseVersion4(text);
  return address === undefined ? undefined : { version, address };
}

function parseVersion4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let address = 0n;
  for (const octet of octets) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(octet) || Number(octet) > 255) return undefined;
    address = address * 256n + BigInt(octet);
  }
  return address;
}

function parseVersion6(text: string): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const before = parseGroups(head);
  const after = parseGroups(tail ?? '');
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  // `::` stands for at least one group; without it there are eight.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  let address = 0n;
  for (const group of [...before, ...Array<bigint>(missing).fill(0n), ...after]) address = address * 65_536n + group;
  return address;
}

function parseGroups(text: string): readonly bigint[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? groups.map((group) => BigInt(`0x${group}`))
    : undefined;
}

/** Loopback as a whole: 127.0.0.0/8 or ::1. */
export function isLoopback({ version, address, prefix }: IpAddressValue): boolean {
  return version === 4 ? address >> 24n === 127n && prefix >= 8 : address === 1n && prefix >= 128;
}

/** Multicast as a whole: 224.0.0.0/4 or ff00::/8. */
export function isMulticast({ version, address, prefix }: IpAddressValue): boolean {
  return version === 4 ? address >> 28n === 0xen && prefix >= 4 : address >> 120n === 0xffn && prefix >= 8;
}

/** Whether every address of `inner` is one of `outer`; never across versions. */
export function isInRange(inner: IpAddressValue, outer: IpAddressValue): boolean {
  if (inner.version !== outer.version || inner.prefix < outer.prefix) return false;
  const hostBits = BigInt(BITS[outer.version] - outer.prefix);
  return inner.address >> hostBits === outer.address >> hostBits;
}

function refuse(message: string): never {
  return extensionFault('ipaddr', message);
}
