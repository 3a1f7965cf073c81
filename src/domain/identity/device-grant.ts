import type { PersonId } from '#domain/identity/principal.ts';
import { sha256Hex } from '#domain/json.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';

/** How long somebody has to find a browser and sign in, in milliseconds. */
export const DEVICE_GRANT_MS_MAX = 10 * 60_000;
/** How often a machine may ask, in milliseconds, and by how much it is slowed down when it asks more often (RFC 8628, section 3.5). */
export const DEVICE_POLL_MS = 5_000;
const SLOW_DOWN_MS = 5_000;
/** How far a machine's clock may run ahead of ours between two polls, in milliseconds. */
const POLL_TOLERANCE_MS = 500;
/** Machines that wait at once: from one address, behind which many may be, and altogether. */
export const DEVICE_GRANTS_PER_ADDRESS_MAX = 20;
export const DEVICE_GRANTS_MAX = 10_000;
/** Random bytes of a device code, and of a user code: eight letters of twenty, as section 6.1 proposes, are 34 bits. */
export const DEVICE_CODE_BYTES = 32;
export const USER_CODE_BYTES = 16;

/** Consonants: no word comes of them, and none looks like another or like a figure. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const USER_CODE_LETTERS = 8;

/** One `acgs login` that waits for somebody to confirm it in a browser. Times are Unix milliseconds. */
export interface DeviceGrant {
  /** SHA-256, hex, of the code that the machine keeps to itself. */
  readonly deviceSha256: string;
  /** `BCDF-GHJK`: what people compare. */
  readonly userCode: string;
  /** What the machine calls itself, and where it asks from: what people are shown. Neither is proven. */
  readonly machine: string;
  readonly address: string;
  readonly askedMs: number;
  readonly expiresMs: number;
  readonly answer:
    | { readonly kind: 'waiting' | 'refused' }
    | { readonly kind: 'approved'; readonly personId: PersonId };
  readonly intervalMs: number;
  readonly polledMs?: number;
}

/** RFC 8628, section 3.5, and RFC 6749, section 5.2: the names that clients of OAuth know. */
export type PollRefusalCode = 'authorization_pending' | 'slow_down' | 'expired_token' | 'access_denied';

export function userCode(random: Uint8Array): string {
  let value = 0n;
  for (const byte of random) value = (value << 8n) | BigInt(byte);
  let text = '';
  // 128 random bits over 20^8 codes: what the remainder prefers is far below anything that could be seen.
  for (let n = 0; n < USER_CODE_LETTERS; n += 1) {
    text += LETTERS[Number(value % 20n)] ?? '';
    value /= 20n;
  }
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}

/** As people type it: in any case, with or without the hyphen. */
export function parseUserCode(text: string): string {
  const letters = text.toUpperCase().replaceAll(/[^A-Z]/g, '');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

export function deviceCodeHash(code: string): string {
  return sha256Hex(code);
}

/** Machines that wait. */
export interface DeviceGrants {
  add(grant: DeviceGrant, nowMs: number): Result<undefined, 'device-grants-full'>;
  byUserCode(code: string, nowMs: number): DeviceGrant | undefined;
  /** The first answer counts. */
  answer(
    code: string,
    answer: DeviceGrant['answer'],
    nowMs: number,
  ): Result<DeviceGrant, 'device-code-unknown' | 'device-code-answered'>;
  /** Who has approved; a code is good once. `putBack`: for when what it was used for has failed. */
  poll(
    deviceCode: string,
    nowMs: number,
  ): Result<{ readonly personId: PersonId; readonly putBack: () => void }, PollRefusalCode>;
}

export function createDeviceGrants(): DeviceGrants {
  const grants = new Map<string, DeviceGrant>();
  const alive = (grant: DeviceGrant | undefined, nowMs: number) =>
    grant !== undefined && nowMs < grant.expiresMs ? grant : undefined;

  function byUserCode(code: string, nowMs: number): DeviceGrant | undefined {
    return alive(
      [...grants.values()].find((grant) => grant.userCode === code),
      nowMs,
    );
  }

  return {
    byUserCode,
    add(grant, nowMs) {
      for (const [key, one] of grants) if (one.expiresMs <= nowMs) grants.delete(key);
      const near = [...grants.values()].filter(({ address }) => address === grant.address).length;
      if (near >= DEVICE_GRANTS_PER_ADDRESS_MAX || grants.size >= DEVICE_GRANTS_MAX) {
        return refuse('device-grants-full', 'Too many machines wait to be let in: try again in some minutes.');
      }
      if (byUserCode(grant.userCode, nowMs) !== undefined) throw new Error('two random user codes are the same');
      grants.set(grant.deviceSha256, grant);
      return ok(undefined);
    },
    answer(code, answer, nowMs) {
      const grant = byUserCode(code, nowMs);
      if (grant === undefined) return refuse('device-code-unknown', 'The code is wrong, or too old.');
      if (grant.answer.kind !== 'waiting')
        return refuse('device-code-answered', 'This code has been answered already.');
      const answered = { ...grant, answer };
      grants.set(grant.deviceSha256, answered);
      return ok(answered);
    },
    poll(deviceCode, nowMs) {
      const key = deviceCodeHash(deviceCode);
      const grant = alive(grants.get(key), nowMs);
      if (grant === undefined) return refuse('expired_token', 'The code is wrong, used, or too old.');
      const isEarly = nowMs - (grant.polledMs ?? 0) < grant.intervalMs - POLL_TOLERANCE_MS;
      const intervalMs = isEarly ? grant.intervalMs + SLOW_DOWN_MS : grant.intervalMs;
      grants.set(key, { ...grant, intervalMs, polledMs: nowMs });
      if (isEarly) return refuse('slow_down', 'Ask less often.');
      const { answer } = grant;
      switch (answer.kind) {
        case 'waiting':
          return refuse('authorization_pending', 'Nobody has answered yet.');
        case 'refused':
          grants.delete(key);
          return refuse('access_denied', 'It was refused.');
        case 'approved':
          grants.delete(key);
          return ok({ personId: answer.personId, putBack: () => void grants.set(key, { ...grant, polledMs: nowMs }) });
        default:
          return never(answer);
      }
    },
  };
}
