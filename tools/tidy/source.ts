import { parseSync, type StaticExport } from 'oxc-parser';

/** One of our files, parsed once for all rules. */
export interface Source {
  /** Relative to the package's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** ESTree with TypeScript nodes; walked with `walk`. */
  readonly program: AstNode;
  readonly comments: readonly Comment[];
  readonly imports: readonly Import[];
  readonly exports: readonly StaticExport[];
}

export interface AstNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Comment {
  readonly text: string;
  /** UTF-16 offset. */
  readonly start: number;
  readonly end: number;
}

/** An import, a re-export or a dynamic import with a literal name. */
export interface Import {
  readonly specifier: string;
  readonly start: number;
  /** Names taken; `*` for a namespace; empty for a dynamic or a bare import. */
  readonly names: readonly string[];
}

export interface Finding {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
  /** What is wrong and what to do instead. */
  readonly message: string;
}

export interface Rule {
  readonly name: string;
  check(source: Source): readonly Finding[];
}

/** @throws {SyntaxError} for a file that does not parse. */
export function parseSource(path: string, text: string): Source {
  const { program, comments, module, errors } = parseSync(path, text, { preserveParens: false });
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`);
  return {
    path,
    text,
    // The parser's own union of node types is narrower than what a generic walk needs.
    program: program as unknown as AstNode,
    comments: comments.map(({ value, start, end }) => ({ text: value, start, end })),
    imports: [
      ...module.staticImports.map((one) => ({
        specifier: one.moduleRequest.value,
        start: one.start,
        names: one.entries.map(({ importName }) => importName.name ?? '*'),
      })),
      ...module.staticExports.flatMap((one) =>
        one.entries.flatMap((entry) =>
          entry.moduleRequest === null
            ? []
            : [
                {
                  specifier: entry.moduleRequest.value,
                  start: one.start,
                  names: [entry.importName.name ?? '*'],
                },
              ],
        ),
      ),
      ...module.dynamicImports.flatMap((one) => {
        const literal = /^(['"`])([^'"`$]*)\1$/.exec(text.slice(one.moduleRequest.start, one.moduleRequest.end));
        return literal?.[2] === undefined ? [] : [{ specifier: literal[2], start: one.start, names: [] }];
      }),
    ],
    exports: module.staticExports,
  };
}

/** Line number, from 1, of a UTF-16 offset. */
export function lineAt(source: Source, offset: number): number {
  let line = 1;
  for (let at = source.text.indexOf('\n'); at !== -1 && at < offset; at = source.text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** How far above a reason may stand: a comment on a call or a run of lines also speaks for what is inside. */
const REASON_LINES_ABOVE_MAX = 3;

/** Whether a comment stands on the node's lines or shortly above. */
export function hasReason(source: Source, node: { readonly start: number; readonly end: number }): boolean {
  const first = lineAt(source, node.start) - REASON_LINES_ABOVE_MAX;
  const last = lineAt(source, node.end);
  return source.comments.some(
    (comment) => lineAt(source, comment.end) >= first && lineAt(source, comment.start) <= last,
  );
}

/** Visits every node with its parent, outermost first; `visit` returns false to leave a node's children out. */
export function walk(
  node: AstNode,
  visit: (node: AstNode, parent: AstNode | undefined, field: string) => boolean | undefined,
): void {
  descend(node, undefined, '');

  function descend(at: AstNode, parent: AstNode | undefined, field: string): void {
    if (visit(at, parent, field) === false) return;
    for (const [name, value] of Object.entries(at)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) descend(child, at, name);
    }
  }
}

export function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

export function isTest(path: string): boolean {
  return /\.(test|contract|bench)\.tsx?$/.test(path) || path.startsWith('tests/') || path.startsWith('bench/');
}
