import { isIP } from 'node:net';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Proxies before one installation. */
const PROXIES_MAX = 32;

/** Addresses, or ranges of them (RFC 4632), apart by commas: `127.0.0.1, 10.0.0.0/8`. */
export function readTrustedProxies(text: string | undefined): Result<readonly string[], 'setting-invalid'> {
  const proxies = text === undefined ? [] : text.split(',').map((part) => part.trim());
  const wrong = proxies.find((proxy) => !isAddressOrRange(proxy));
  if (wrong !== undefined || proxies.length > PROXIES_MAX) {
    return refuse(
      'setting-invalid',
      `ACGS_TRUSTED_PROXIES has at most ${PROXIES_MAX} addresses or ranges, apart by commas: 127.0.0.1, 10.0.0.0/8.`,
    );
  }
  return ok(proxies);
}

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  // Everybody is not a proxy: with /0 any caller would say of itself where it is.
  return bits === undefined || (/^[1-9][0-9]{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
