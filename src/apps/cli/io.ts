/** What a command may touch of the process it runs in. Passed in, so that a command is tested without a terminal. */
export interface CliIo {
  /** Writes to standard output as is. */
  out(text: string): void;
  /** Writes to standard error as is. */
  err(text: string): void;
  /** Width of the terminal in columns; 80 when there is none. */
  readonly columns: number;
  /** Colour is wanted: a terminal, no NO_COLOR, no --json. */
  readonly colour: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readStdin(): Promise<string>;
}

/** Exit codes of every `acgs` command; part of the public interface. */
export const EXIT = {
  /** Done; for `decide`: allowed. */
  ok: 0,
  /** Done, and the answer is no: denied, a failed example, a difference, a broken chain. */
  refused: 1,
  /** The command line or an input file is wrong. */
  usage: 2,
  /** For `decide`: a person must approve. */
  ask: 3,
  /** Something needed could not be reached or written. */
  unavailable: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
