import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, type Result, refuse } from '#domain/result.ts';

/**
 * Marks a receipt as spent, on stable storage when it resolves. Of any number of processes that try at once, one succeeds: the
 * file system makes a file of a name once (`O_EXCL`). A process that dies after this has spent the receipt, whether or not it
 * then did anything: what may have been done must not be done again. Marks are never removed; each is some 60 bytes.
 * @throws when the folder cannot be written: nothing is spent then, and nothing may be run
 */
export async function spendReceipt(
  folder: string,
  receiptId: string,
  nowMs: number,
): Promise<Result<void, 'receipt-spent'>> {
  if (!/^[0-9a-f-]{36}$/.test(receiptId)) throw new RangeError(`not the id of a receipt: ${JSON.stringify(receiptId)}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(join(folder, receiptId), 'wx', 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return refuse(
      'receipt-spent',
      'The receipt was used already. If the process that used it was killed before it ran the command, it is spent all the same: ask again.',
    );
  }
  try {
    await file.writeFile(`${JSON.stringify({ spentMs: nowMs, pid: process.pid })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  return ok(undefined);
}
