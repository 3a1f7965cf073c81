import { resolve } from 'node:path';
import type { CliIo } from '#apps/cli/io.ts';

/** Where this installation keeps its state: `ACGS_HOME`, or `.acgs` in the working directory. */
export function stateFolder(io: CliIo): string {
  return resolve(io.cwd, io.env.ACGS_HOME ?? '.acgs');
}
