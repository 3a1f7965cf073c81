import type { CliIo } from '#apps/cli/io.ts';

export interface RecordedIo extends CliIo {
  /** What was written so far. */
  readonly written: () => { readonly out: string; readonly err: string };
}

/** A `CliIo` without a process: what a command writes is kept to be looked at. Used by tests. */
export function createRecordedIo(given: Partial<CliIo> & { readonly stdin?: string } = {}): RecordedIo {
  let out = '';
  let err = '';
  return {
    columns: 80,
    colour: false,
    cwd: '/',
    env: {},
    readStdin: async () => given.stdin ?? '',
    ...given,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    written: () => ({ out, err }),
  };
}
