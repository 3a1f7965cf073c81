import type { Language } from '#domain/action/code/language.ts';
import type { Effect, Span } from '#domain/action/effect.ts';
import type { ResolvedPath } from '#domain/action/paths.ts';
import type { Scope } from '#domain/action/shell/scope.ts';
import type { DataSource, Field, Flow, Value } from '#domain/action/shell/values.ts';

/**
 * One run of one program, as its model sees it: what it is called with, and what the model may say about it.
 * Everything a model says becomes an effect of the action, placed at the command's span.
 */
export interface Call {
  /** Base name, in the case of the catalogue. */
  readonly program: string;
  readonly arguments: readonly Field[];
  /** `A=1` before the name. */
  readonly environment: ReadonlyMap<string, Value>;
  /** What stands on standard input; undefined when nothing was put there. */
  readonly input: Flow | undefined;
  readonly span: Span;
  readonly scope: Scope;
  readonly home: string;

  emit(effect: Effect): void;
  dynamic(cause: Extract<Effect, { kind: 'dynamic' }>['cause'], detail: string): void;
  path(text: string): ResolvedPath;
  /** `contents` (default true): the bytes are read, not only names. The program's output is then as bad as the file. */
  read(field: Field | string, options?: { readonly recursive?: boolean; readonly contents?: boolean }): void;
  write(
    field: Field | string,
    options?: { readonly recursive?: boolean; readonly truncates?: boolean; readonly flow?: Flow },
  ): void;
  /** Also a `destroy` of `files` where what is deleted recursively or by force cannot be seen. */
  remove(field: Field | string, options?: { readonly recursive?: boolean; readonly forced?: boolean }): void;
  /** A URL, `host`, `host:port`, `user@host:path`. Gives the host, or undefined where it cannot be known. */
  connect(destination: string, defaults?: { readonly scheme?: string; readonly port?: number }): string | undefined;
  send(host: string | undefined, source: DataSource): void;
  /** How bad what a file holds is, by where it lies. */
  sourceOf(field: Field): DataSource;
  /** What a file written by this same command holds. */
  fileFlow(field: Field): Flow | undefined;

  /** A program is now also to be had under another path. */
  copied(from: Field, to: Field): void;
  /** `NAME=value`, as `export` takes it: the shell then holds it. */
  assign(field: Field): void;
  /** Runs a command made of these words, in this shell; says what it prints. */
  run(words: readonly Field[], options?: RunOptions): Flow;
  /** Runs text as shell code; what is not known of it is `dynamic`. */
  shell(code: Flow, options?: RunOptions): Flow;
  /** Looks for what code of another language evidently does; what is not evident is `dynamic`. */
  inline(language: Language, code: Flow): void;
}

export interface RunOptions {
  readonly input?: Flow | undefined;
  readonly scope?: Scope;
  /** Names and values that the command sees in addition. */
  readonly environment?: ReadonlyMap<string, Value>;
  /** Not to be found among functions and aliases (`command`, `exec`, `env`). */
  readonly plain?: boolean;
}

/** What a program's model does with a call. What it gives back is what the program prints, when that is evident. */
export type RunProgram = (call: Call) => Flow | undefined;
