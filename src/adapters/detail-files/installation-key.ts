import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ok, type Result, refuse } from '#domain/result.ts';
import { readIfThere, replaceFile } from './durable-files.ts';
import { KEY_BYTES } from './sealed.ts';

/** Bits of a file's mode that let anybody but its owner at it. */
const OTHERS = 0o077;

export type InstallationKeyCode = 'detail-key-exposed' | 'detail-key-malformed';

/** The key that wraps all data keys: 32 random bytes in base64, made on first use, refused when others can read it. */
export async function openInstallationKey(path: string): Promise<Result<Uint8Array, InstallationKeyCode>> {
  const text = await readIfThere(path);
  if (text === undefined) {
    const key = randomBytes(KEY_BYTES);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFile(path, `${key.toString('base64')}\n`);
    return ok(key);
  }
  if (((await stat(path)).mode & OTHERS) !== 0) {
    return refuse(
      'detail-key-exposed',
      `${path} can be read by others: "chmod 600" it, and think of the key as known.`,
    );
  }
  const key = Buffer.from(text.trim(), 'base64');
  return key.length === KEY_BYTES
    ? ok(key)
    : refuse('detail-key-malformed', `${path} does not hold ${KEY_BYTES} bytes in base64.`);
}
