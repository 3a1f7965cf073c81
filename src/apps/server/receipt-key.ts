import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openKeyFile } from '#adapters/key-file/key-file.ts';
import { ok, type Result } from '#domain/result.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

/**
 * The key that signs this installation's receipts and evidence, made on the first start: `keys/receipt.pem`, and beside it
 * `keys/receipt.pub`, which is what verifiers get.
 */
export async function openReceiptKey(home: string): Promise<Result<Signer>> {
  const signer = await openKeyFile(join(home, 'keys', 'receipt.pem'));
  if (!signer.ok) return signer;
  await writeFile(join(home, 'keys', 'receipt.pub'), `${signer.value.publicKey.text}\n`, { mode: 0o644 });
  return ok(signer.value);
}
