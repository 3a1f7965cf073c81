import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PasswordHasher } from '#domain/identity/password.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** OWASP's Password Storage Cheat Sheet, Argon2id: 19 MiB, two passes, one lane. A KiB is 1024 bytes. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const TAG_BYTES = 32;
const SALT_BYTES = 16;

/**
 * Hashes wait for each other: each takes one of the four threads on which Node also writes the journal, so that decisions always
 * have the others.
 */
const RUNNING_MAX = 1;
/** More would be answered after their callers have given up; a few seconds of work. */
const WAITING_MAX = 32;

/** The reference implementation's own text form, parameters included, so that they can be raised later. */
const KEPT = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43,86})$/;

/** Argon2id (RFC 9106) by Node's own OpenSSL, off the main thread. */
export function createArgon2Hasher(): PasswordHasher {
  let running = 0;
  const waiting: (() => void)[] = [];
  /** What nobody's password hashes to: who is unknown takes as long as who is known. */
  const decoy = text({
    salt: randomBytes(SALT_BYTES),
    tag: randomBytes(TAG_BYTES),
    memory: MEMORY_KIB,
    passes: PASSES,
    lanes: LANES,
  });

  async function inTurn<T>(run: () => Promise<T>): Promise<Result<T, 'sign-in-busy'>> {
    if (running >= RUNNING_MAX) {
      if (waiting.length >= WAITING_MAX) return refuse('sign-in-busy', 'Many people sign in just now: try again.');
      await new Promise<void>((resume) => waiting.push(resume));
    } else {
      running += 1;
    }
    try {
      return ok(await run());
    } finally {
      const next = waiting.shift();
      // The place goes on to whoever waits longest, without being free in between.
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    hash: (password) =>
      inTurn(async () => {
        const given = { salt: randomBytes(SALT_BYTES), memory: MEMORY_KIB, passes: PASSES, lanes: LANES };
        return text({ ...given, tag: await derive(password, { ...given, tagBytes: TAG_BYTES }) });
      }),
    verify: (password, kept) =>
      inTurn(async () => {
        const known = parse(kept ?? decoy);
        const tag = await derive(password, { ...known, tagBytes: known.tag.length });
        return timingSafeEqual(tag, known.tag) && kept !== undefined;
      }),
  };
}

interface Parameters {
  readonly salt: Buffer;
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

function derive(
  password: string,
  { salt, memory, passes, lanes, tagBytes }: Parameters & { readonly tagBytes: number },
): Promise<Buffer> {
  const parameters: Argon2Parameters = {
    message: Buffer.from(password, 'utf8'),
    nonce: salt,
    parallelism: lanes,
    tagLength: tagBytes,
    memory,
    passes,
  };
  return new Promise((resolve, reject) =>
    argon2('argon2id', parameters, (error, tag) => (error === null ? resolve(tag) : reject(error))),
  );
}

function text({ salt, tag, memory, passes, lanes }: Parameters & { readonly tag: Buffer }): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** @throws for what this adapter has not written: the file of credentials was changed by something else */
function parse(kept: string): Parameters & { readonly tag: Buffer } {
  const [, memory, passes, lanes, salt = '', tag = ''] = KEPT.exec(kept) ?? [];
  if (memory === undefined) throw new Error('a kept password is not of the form that this acgs writes');
  return {
    memory: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
