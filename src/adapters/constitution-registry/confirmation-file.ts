import { join } from 'node:path';
import { readIfThere, writeDurably } from '#adapters/durable-file.ts';

/** How often it is written at most, in milliseconds: an age is counted in hours. */
const WRITE_EVERY_MS = 60_000;
const FILE_BYTES_MAX = 64;

/** When the constitution service last confirmed to a node what is in force: Unix milliseconds, kept over restarts. */
export interface Confirmation {
  /** Undefined: never, or what was kept cannot be read, which is as good as never. */
  atMs(): number | undefined;
  now(): Promise<void>;
}

/** In `confirmed` of the state folder. A disk that cannot be written does not stop a node that is confirmed: it only remembers less. */
export async function openConfirmation(home: string, nowMs: () => number): Promise<Confirmation> {
  const path = join(home, 'confirmed');
  let atMs = await readTime(path);
  let writtenMs = atMs ?? 0;
  return {
    atMs: () => atMs,
    async now() {
      atMs = nowMs();
      // Also when the clock was put back.
      if (Math.abs(atMs - writtenMs) < WRITE_EVERY_MS) return;
      writtenMs = atMs;
      await writeDurably(path, `${atMs}\n`).catch(() => undefined);
    },
  };
}

async function readTime(path: string): Promise<number | undefined> {
  const text = await readIfThere(path, FILE_BYTES_MAX).catch(() => undefined);
  const time = text?.toString('utf8') ?? '';
  return /^\d{1,15}\n$/.test(time) ? Number(time) : undefined;
}
