import type { ShellNode } from '#domain/action/shell/script.ts';
import type { Flow, Value } from '#domain/action/shell/values.ts';

/** Values that one variable may have at one point, by different ways through the script. More are one unknown value. */
export const ALTERNATIVE_COUNT_MAX = 8;

/** Elements of an array that are kept apart. */
const ARRAY_INDEX_MAX = 255;

/** A function, and where its spans belong. */
export interface ShellFunction {
  readonly body: ShellNode;
  readonly placement: Placement;
  called: boolean;
}

/** How spans of a text that is being read map to the action's own command. */
export type Placement =
  | { readonly kind: 'offset'; readonly by: number }
  | { readonly kind: 'fixed'; readonly span: { readonly start: number; readonly end: number } };

/**
 * What a shell knows at one point of a script. Mutable, like the shell that it stands for: a subshell works on a `copy`.
 * After a branch that may not have run, values and directories of both ways are kept.
 */
export class Scope {
  readonly variables: Map<string, readonly Value[]>;
  readonly arrays: Map<string, readonly Value[]>;
  readonly functions: Map<string, ShellFunction>;
  readonly aliases: Map<string, string>;
  /** Files written by this very command, by absolute path: what is in them if that is evident. */
  readonly files: Map<string, Flow>;
  /** Programs copied or linked to another name by this very command: absolute path to base name. */
  readonly copies: Map<string, string>;
  /** The directories that the shell may be in; the likeliest first. Not absolute when not known: as written. */
  directories: readonly string[];
  positional: readonly Value[];
  /** Above 0 in a branch that may not run: an assignment then adds a value and removes none. */
  conditional = 0;

  constructor(from: Scope | { readonly cwd: string }) {
    const scope = from instanceof Scope ? from : undefined;
    this.variables = new Map(scope?.variables);
    this.arrays = new Map(scope?.arrays);
    this.functions = new Map(scope?.functions);
    this.aliases = new Map(scope?.aliases);
    // Files outlive a subshell.
    this.files = scope?.files ?? new Map();
    this.copies = scope?.copies ?? new Map();
    this.directories = from instanceof Scope ? from.directories : [from.cwd];
    this.positional = scope?.positional ?? [];
  }

  copy(): Scope {
    return new Scope(this);
  }

  get cwd(): string {
    return this.directories[0] ?? '/';
  }

  assign(name: string, values: readonly Value[]): void {
    const before = this.conditional > 0 ? (this.variables.get(name) ?? []) : [];
    this.arrays.delete(name);
    this.variables.set(name, distinct([...before, ...values], name));
  }

  assignArray(name: string, elements: readonly Value[]): void {
    const before = this.conditional > 0 ? (this.arrays.get(name) ?? []) : [];
    const all = [...before, ...elements];
    this.arrays.set(name, all);
    const [first] = all;
    if (first !== undefined) this.variables.set(name, [first]);
  }

  /** `a[2]=x`. An index that is not a small number leaves the array unknown. */
  assignElement(name: string, index: number, value: Value): void {
    const before = this.arrays.get(name) ?? [];
    const unknown: Value = { text: `$${name}`, unknown: 'variable', source: value.source };
    if (!Number.isInteger(index) || index < 0 || index > ARRAY_INDEX_MAX) {
      this.arrays.set(name, [unknown]);
      return;
    }
    const empty: Value = { text: '', source: 'literal' };
    const length = Math.max(before.length, index + 1);
    this.arrays.set(
      name,
      Array.from({ length }, (_, at) => (at === index ? value : (before[at] ?? empty))),
    );
  }

  /** Both ways: what held `before`, and what holds now. */
  joinDirectories(before: readonly string[]): void {
    this.directories = [...new Set([...this.directories, ...before])].slice(0, ALTERNATIVE_COUNT_MAX);
  }
}

function distinct(values: readonly Value[], name: string): readonly Value[] {
  if (values.length < 2) return values;
  const unique = new Map(values.map((value) => [`${value.unknown ?? ''}\0${value.text}`, value]));
  const all = [...unique.values()];
  if (all.length <= ALTERNATIVE_COUNT_MAX) return all;
  const rest: Value = { text: `$${name}`, unknown: 'variable', source: 'output' };
  return [...all.slice(0, ALTERNATIVE_COUNT_MAX - 1), rest];
}
