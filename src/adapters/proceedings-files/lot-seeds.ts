import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppealId } from '#domain/amendment/ids.ts';
import { LOT_BYTES, type LotSeeds } from '#domain/amendment/lot.ts';

const SEED = /^[0-9a-f]{64}$/;

/**
 * The node's halves of lots, between commitment and draw: one file each, mode 0600. They stay secret until the draw puts them into the
 * journal. One that is lost cannot be replaced, or the node could choose: its appeal is answered by everyone.
 */
export function createLotSeeds(directory: string): LotSeeds {
  return {
    async make(appeal) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const seed = randomBytes(LOT_BYTES).toString('hex');
      const file = await open(pathOf(directory, appeal), 'wx', 0o600);
      try {
        await file.writeFile(seed);
        await file.sync();
      } finally {
        await file.close();
      }
      return seed;
    },
    async read(appeal) {
      try {
        const seed = await readFile(pathOf(directory, appeal), 'utf8');
        return SEED.test(seed) ? seed : undefined;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

/** An appeal's id is a UUID that we gave; nothing else becomes a path. */
function pathOf(directory: string, appeal: AppealId): string {
  if (!/^[0-9a-f-]{36}$/.test(appeal)) throw new Error('this is not the id of an appeal');
  return join(directory, `${appeal}.seed`);
}
