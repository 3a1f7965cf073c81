import { generateKeyPairSync } from 'node:crypto';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode, writeDurably } from '#adapters/durable-file.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { parseSigner, type Signer } from '#domain/signature/ed25519.ts';

export type KeyFileRefusalCode = 'private-key-malformed' | 'private-key-exposed' | 'private-key-missing';

/** Bits of a file's mode that let anybody but its owner at it. */
const OTHERS = 0o077;

/**
 * An Ed25519 private key in a file of its own: PKCS #8 in PEM, mode 0600. One that others could read is refused, not used.
 * @throws when the file system fails otherwise than by a missing file.
 */
export async function readKeyFile(path: string): Promise<Result<Signer, KeyFileRefusalCode>> {
  let pem: string;
  try {
    const { mode } = await stat(path);
    if ((mode & OTHERS) !== 0) {
      return refuse(
        'private-key-exposed',
        `${path} can be read by others: "chmod 600" it, and think of the key as known.`,
      );
    }
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return refuse('private-key-missing', `There is no key file ${path}.`);
    throw error;
  }
  const signer = parseSigner(pem);
  return signer.ok ? signer : refuse(signer.refusal.code, `${path}: ${signer.refusal.message}`);
}

/** Makes a new key and its file. An existing file is never replaced: it may be the only copy of a key (rejects with EEXIST). */
export async function createKeyFile(path: string): Promise<Signer> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const signer = parseSigner(pem);
  if (!signer.ok) throw new Error('a key that was just made does not parse');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const reserved = await open(path, 'wx', 0o600);
  await reserved.close();
  await writeDurably(path, pem);
  return signer.value;
}

/** The key in a file, made on first use. An empty file was reserved by a process that died before it had a key. */
export async function openKeyFile(path: string): Promise<Result<Signer, KeyFileRefusalCode>> {
  const read = await readKeyFile(path);
  if (read.ok || read.refusal.code !== 'private-key-missing') return read;
  return ok(await createKeyFile(path));
}
