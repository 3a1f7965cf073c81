import type { Span } from '#domain/action/effect.ts';
import type { Result } from '#domain/result.ts';

/**
 * A shell script as ACGS reads it: small, eager, readonly. Every command that the text contains is reachable from here,
 * those in substitutions, arithmetic, array indexes and heredocs included. Spans are UTF-16 offsets into the text that was
 * parsed, except below a script with `ownText` (an escaped backtick substitution), whose spans index its decoded text.
 */
export interface ShellScript {
  readonly statements: readonly ShellStatement[];
  /** What the grammar does not accept. The statements that could be read are there all the same. */
  readonly errors: readonly ShellSyntaxError[];
  readonly ownText: boolean;
}

export interface ShellSyntaxError {
  readonly message: string;
  /** UTF-16 offset. */
  readonly position: number;
}

export interface ShellStatement {
  readonly node: ShellNode;
  readonly background: boolean;
  readonly span: Span;
}

export type ShellNode =
  | ShellCommand
  /** `a | b | c`: each one's output is the next one's input. */
  | { readonly kind: 'pipeline'; readonly nodes: readonly ShellNode[] }
  /** `a && b || c`: `operators[i]` stands before `nodes[i + 1]`. */
  | { readonly kind: 'and-or'; readonly nodes: readonly ShellNode[]; readonly operators: readonly ('&&' | '||')[] }
  | { readonly kind: 'group'; readonly body: readonly ShellStatement[]; readonly subshell: boolean }
  | {
      readonly kind: 'if';
      readonly branches: readonly {
        readonly condition: readonly ShellStatement[];
        readonly body: readonly ShellStatement[];
      }[];
      readonly otherwise: readonly ShellStatement[];
    }
  /** `while`, `until` and C-style `for`; the last one's expressions are words for the commands that they hide. */
  | {
      readonly kind: 'loop';
      readonly words: readonly ShellWord[];
      readonly condition: readonly ShellStatement[];
      readonly body: readonly ShellStatement[];
    }
  /** `for` and `select`; without `words` it runs over the positional parameters. */
  | {
      readonly kind: 'each';
      readonly variable: string;
      readonly words: readonly ShellWord[] | undefined;
      readonly body: readonly ShellStatement[];
    }
  | {
      readonly kind: 'case';
      readonly words: readonly ShellWord[];
      readonly bodies: readonly (readonly ShellStatement[])[];
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: ShellNode; readonly span: Span }
  | { readonly kind: 'coproc'; readonly body: ShellNode; readonly span: Span }
  /** `[[ … ]]` and `(( … ))`: nothing but the commands that their words hide. */
  | { readonly kind: 'test'; readonly words: readonly ShellWord[] }
  | { readonly kind: 'redirected'; readonly node: ShellNode; readonly redirects: readonly ShellRedirect[] };

export interface ShellCommand {
  readonly kind: 'command';
  readonly span: Span;
  /** `A=1` before the name; without a name they are the command. */
  readonly assignments: readonly ShellAssignment[];
  /** Name and arguments; `A=1` after the name (`export A=1`) is a word with `assignment`. */
  readonly words: readonly ShellWord[];
  readonly redirects: readonly ShellRedirect[];
}

export interface ShellAssignment {
  readonly name: string;
  readonly append: boolean;
  /** `a=(…)`. */
  readonly array: boolean;
  /** One word, unless it is an array. */
  readonly values: readonly ShellWord[];
  readonly index: ShellWord | undefined;
  readonly span: Span;
}

export interface ShellWord {
  /** As written. */
  readonly text: string;
  readonly span: Span;
  readonly parts: readonly ShellPart[];
  readonly assignment?: ShellAssignment;
}

export type ShellPart =
  /** `at`: offset of its first character when the source holds exactly `text` there (no escapes). */
  | { readonly kind: 'literal'; readonly text: string; readonly quoted: boolean; readonly at: number | undefined }
  /** Pattern characters that are not quoted: `*`, `?`, `[a-z]`, `@(a|b)`; `nested` are the commands that such a pattern hides. */
  | { readonly kind: 'glob'; readonly text: string; readonly nested: readonly ShellPart[] }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly text: string;
      readonly quoted: boolean;
      /** Of an array element: `0`, `@`, `*`, as written. */
      readonly index: string | undefined;
      readonly operation: ShellOperation;
      /** Words inside (operands, index, pattern), for the commands that they hide. */
      readonly words: readonly ShellWord[];
    }
  | {
      readonly kind: 'command';
      /** `value`: `$(…)` and backticks; `input`: `<(…)`; `output`: `>(…)`. */
      readonly as: 'value' | 'input' | 'output';
      readonly text: string;
      readonly span: Span;
      readonly quoted: boolean;
      readonly script: ShellScript;
    }
  | { readonly kind: 'arithmetic'; readonly text: string; readonly words: readonly ShellWord[] }
  | { readonly kind: 'braces'; readonly alternatives: readonly (readonly ShellPart[])[] };

/** What `${…}` does with the variable. `other`: the result cannot be known from the text. */
export type ShellOperation =
  | { readonly kind: 'value' }
  | { readonly kind: 'default'; readonly word: ShellWord }
  | { readonly kind: 'alternative'; readonly word: ShellWord }
  | { readonly kind: 'slice'; readonly offset: string; readonly length: string | undefined }
  | { readonly kind: 'replace'; readonly all: boolean; readonly pattern: ShellWord; readonly replacement: ShellWord }
  | { readonly kind: 'case'; readonly to: 'upper' | 'lower' }
  | { readonly kind: 'indirect' }
  | { readonly kind: 'other' };

export type ShellRedirect =
  | {
      readonly kind: 'file';
      readonly operator: 'read' | 'write' | 'append' | 'read-write';
      readonly descriptor: number | undefined;
      readonly target: ShellWord;
    }
  /** `2>&1`, `>&-`: no file. */
  | { readonly kind: 'duplicate'; readonly target: ShellWord }
  /** Heredoc or here-string: text on standard input. */
  | { readonly kind: 'text'; readonly word: ShellWord; readonly newline: boolean };

/** Length of a command text in UTF-16 units that is parsed at all. Far above what people write, far below what slows a node. */
export const COMMAND_LENGTH_MAX = 256 * 1024;

/** How deep constructs may nest in the text. Below the parser's own bound (256), where it stops reading. */
export const NESTING_DEPTH_MAX = 100;

/** Nodes of one text; 256 KiB of `a;a;…` has 131,072 statements. */
export const NODE_COUNT_MAX = 200_000;

/**
 * The parser's port. `limit`: too long, too deep or too many nodes; nothing is returned. `syntax`: not one command could be read.
 * Text with errors of which a part could be read is `ok` with `errors`.
 */
export type ParseShell = (command: string) => Result<ShellScript, 'syntax' | 'limit'>;
