import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '#adapters/durable-file.ts';
import { ACCESS_TOKEN_TTL_MS, CLOCK_SKEW_MS } from '#domain/identity/access-token.ts';
import { keyThumbprint } from '#domain/identity/agent-key.ts';
import { PUBLISHED_AHEAD_MS, type PublishedKey, type TokenKeys } from '#domain/identity/token-keys.ts';

/** Thrown when the folder holds something that is not a key of ours, or that others can read: no token is signed on a guess. */
export class TokenKeysDamaged extends Error {
  override readonly name = 'TokenKeysDamaged';
}

interface SigningKey {
  readonly sinceMs: number;
  readonly file: string;
  readonly privateKey: KeyObject;
  readonly published: PublishedKey;
}

const FILE = /^(\d{13,16})\.pem$/;
/** Bits of a file's mode that let anybody but its owner at it. */
const OTHERS = 0o077;
/** After a key was replaced: its last token may have been signed a moment before, and clocks differ. */
const OVERLAP_MS = ACCESS_TOKEN_TTL_MS + CLOCK_SKEW_MS;

/**
 * Signing keys in a folder: one PKCS #8 file each, mode 0600, named by the Unix milliseconds from which it signs; the next one may be
 * there already. One process at a time writes there (the holder of the journal's lock).
 */
export async function openKeyRing(folder: string, nowMs: () => number): Promise<TokenKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  /** By the time from which they sign; never empty once opened. */
  let keys = await readKeys(folder);
  if (keys.length === 0) keys = [await createKey(folder, nowMs())];

  /** Each is good until some time after the next one began. */
  function isGood(_key: SigningKey, index: number): boolean {
    const next = keys[index + 1];
    return next === undefined || nowMs() < next.sinceMs + OVERLAP_MS;
  }

  function newest(): SigningKey {
    const key = keys.at(-1);
    if (key === undefined) throw new Error('a ring of keys without a key');
    return key;
  }

  async function keepOnly(kept: readonly SigningKey[]): Promise<void> {
    const gone = keys.filter((key) => !kept.includes(key));
    keys = kept;
    await Promise.all(gone.map(({ file }) => rm(join(folder, file), { force: true })));
  }

  return {
    published: () => keys.filter(isGood).map(({ published }) => published),
    find: async (kid) => keys.filter(isGood).find(({ published }) => published.kid === kid)?.published,
    current() {
      // Where a clock was set back no key has begun; the first one is as good as it was.
      const key = keys.findLast(({ sinceMs }) => sinceMs <= nowMs()) ?? keys[0] ?? newest();
      return { kid: key.published.kid, sinceMs: key.sinceMs, privateKey: key.privateKey };
    },
    newestSinceMs: () => newest().sinceMs,
    async rotate({ forget }) {
      const waiting = newest();
      if (!forget && waiting.sinceMs > nowMs()) return { kid: waiting.published.kid, sinceMs: waiting.sinceMs };
      let sinceMs = forget ? nowMs() : nowMs() + PUBLISHED_AHEAD_MS;
      // No two keys share a file.
      while (keys.some((key) => key.sinceMs === sinceMs)) sinceMs += 1;
      const key = await createKey(folder, sinceMs);
      keys = [...keys, key];
      await keepOnly(forget ? [key] : keys.filter(isGood));
      return { kid: key.published.kid, sinceMs };
    },
    tidy: () => keepOnly(keys.filter(isGood)),
  };
}

async function readKeys(folder: string): Promise<readonly SigningKey[]> {
  const files = (await readdir(folder)).filter((file) => FILE.test(file));
  const keys = await Promise.all(
    files.map(async (file) => {
      const path = join(folder, file);
      if (((await stat(path)).mode & OTHERS) !== 0) {
        throw new TokenKeysDamaged(`${path} can be read by others: remove it, and tokens that it signed are refused`);
      }
      return keyOf(file, await readFile(path, 'utf8'), path);
    }),
  );
  return keys.sort((a, b) => a.sinceMs - b.sinceMs);
}

async function createKey(folder: string, sinceMs: number): Promise<SigningKey> {
  const file = `${sinceMs}.pem`;
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  await writeDurably(join(folder, file), pem);
  return keyOf(file, pem, file);
}

function keyOf(file: string, pem: string, path: string): SigningKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (cause) {
    throw new TokenKeysDamaged(`${path} is not a private key`, { cause });
  }
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (privateKey.asymmetricKeyType !== 'ed25519' || x === undefined) {
    throw new TokenKeysDamaged(`${path} is not an Ed25519 key`);
  }
  const sinceMs = Number(FILE.exec(file)?.[1]);
  const published = { kty: 'OKP', crv: 'Ed25519', x, kid: keyThumbprint(x), use: 'sig', alg: 'EdDSA' } as const;
  return { sinceMs, file, privateKey, published };
}
