import type * as unbash from 'unbash';
import {
  NESTING_DEPTH_MAX,
  NODE_COUNT_MAX,
  type ShellAssignment,
  type ShellNode,
  type ShellRedirect,
  type ShellScript,
  type ShellStatement,
  type ShellWord,
} from '#domain/action/shell/script.ts';
import { never } from '#domain/result.ts';
import { visitArithmetic, visitParts, visitPlainWord } from './visit-word.ts';

/** Thrown below `visitScript` only, and caught in `parse.ts`: a tree deeper or larger than ACGS reads. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';
}

/** One walk over one text. `source` is what positions index: the text, or an escaped backtick script's own decoded text. */
export interface Visit {
  readonly source: string;
  readonly depth: number;
  readonly count: { nodes: number; nestedLength: number };
  readonly errors: unbash.ParseError[];
}

/** unbash's tree, whose nested scripts are getters that parse on first access, as an eager tree of our own. Throws `LimitReached`. */
export function visitScript(script: unbash.ParsedScript, source: string): ShellScript {
  return visitOwn(script, { source, depth: 0, count: { nodes: 0, nestedLength: 0 }, errors: [] });
}

/** UTF-16 units of substitutions that are read in all; a nested one counts once a level, as it is read once a level. */
const NESTED_LENGTH_MAX = 1024 * 1024;

/**
 * The script of a substitution, which unbash reads when it is first asked for it; undefined when there is none.
 * Its errors are its own. Throws `LimitReached` before more is read than is allowed.
 */
export function visitNested(
  part: { readonly pos: number; readonly end: number; readonly script: unbash.ParsedScript | undefined },
  outer: Visit,
): ShellScript | undefined {
  outer.count.nestedLength += part.end - part.pos;
  if (outer.count.nestedLength > NESTED_LENGTH_MAX) throw new LimitReached('substitutions nest over too much text');
  const { script } = part;
  return script === undefined ? undefined : visitOwn(script, outer);
}

function visitOwn(script: unbash.ParsedScript, outer: Visit): ShellScript {
  const visit: Visit = { ...deeper(outer), source: script.source ?? outer.source, errors: [...(script.errors ?? [])] };
  const statements = script.commands.map((statement) => visitStatement(statement, visit));
  const errors = visit.errors.map(({ message, pos }) => ({ message, position: pos }));
  return { statements, errors, ownText: script.source !== undefined };
}

export function deeper(visit: Visit): Visit {
  if (visit.depth >= NESTING_DEPTH_MAX) throw new LimitReached(`nesting deeper than ${NESTING_DEPTH_MAX}`);
  return { ...visit, depth: visit.depth + 1 };
}

export function counted(visit: Visit): void {
  if (++visit.count.nodes > NODE_COUNT_MAX) throw new LimitReached(`more than ${NODE_COUNT_MAX} nodes`);
}

function visitStatement(statement: unbash.Statement, visit: Visit): ShellStatement {
  return {
    node: visitNode(statement.command, visit),
    background: statement.background === true,
    span: { start: statement.pos, end: statement.end },
  };
}

function visitList(list: unbash.CompoundList | undefined, visit: Visit): readonly ShellStatement[] {
  return list === undefined ? [] : list.commands.map((statement) => visitStatement(statement, visit));
}

function visitNode(node: unbash.PipelineNode | unbash.AndOr | unbash.CompoundList, outer: Visit): ShellNode {
  counted(outer);
  if (node.type === 'Command') return visitCommand(node, outer);
  const visit = deeper(outer);
  switch (node.type) {
    case 'Pipeline':
      return { kind: 'pipeline', nodes: node.commands.map((command) => visitNode(command, visit)) };
    case 'AndOr':
      return {
        kind: 'and-or',
        nodes: node.commands.map((command) => visitNode(command, visit)),
        operators: node.operators,
      };
    case 'CompoundList':
      return { kind: 'group', body: visitList(node, visit), subshell: false };
    case 'Subshell':
    case 'BraceGroup':
      return { kind: 'group', body: visitList(node.body, visit), subshell: node.type === 'Subshell' };
    case 'If':
      return {
        kind: 'if',
        branches: [node, ...node.elif].map((branch) => ({
          condition: visitList(branch.clause, visit),
          body: visitList(branch.then, visit),
        })),
        otherwise: visitList(node.else, visit),
      };
    case 'While':
      return {
        kind: 'loop',
        words: [],
        condition: visitList(node.clause, visit),
        body: visitList(node.body, visit),
      };
    case 'ArithmeticFor':
      return {
        kind: 'loop',
        words: [node.initialize, node.test, node.update].flatMap((part) => visitArithmetic(part, visit)),
        condition: [],
        body: visitList(node.body, visit),
      };
    case 'For':
    case 'Select':
      return {
        kind: 'each',
        variable: node.name.value,
        words: node.wordlist?.map((word) => visitWord(word, visit)),
        body: visitList(node.body, visit),
      };
    case 'Case':
      return {
        kind: 'case',
        words: [node.word, ...node.items.flatMap((item) => item.pattern)].map((word) => visitWord(word, visit)),
        bodies: node.items.map((item) => visitList(item.body, visit)),
      };
    case 'Function':
      return {
        kind: 'function',
        name: node.name.value,
        body: visitNode(node.body, visit),
        span: { start: node.pos, end: node.end },
      };
    case 'Coproc':
      return { kind: 'coproc', body: visitNode(node.body, visit), span: { start: node.pos, end: node.end } };
    case 'TestCommand':
      return { kind: 'test', words: visitTest(node.expression, visit) };
    case 'ArithmeticCommand':
      return { kind: 'test', words: visitArithmetic(node.expression, visit) };
    case 'Redirected':
      return {
        kind: 'redirected',
        node: visitNode(node.command, visit),
        redirects: node.redirects.flatMap((redirect) => visitRedirect(redirect, visit)),
      };
    default:
      return never(node);
  }
}

function visitCommand(command: unbash.Command, visit: Visit): ShellNode {
  const assignments: ShellAssignment[] = [];
  const words: ShellWord[] = [];
  const redirects: ShellRedirect[] = [];
  for (const item of command.prefix) {
    if (item.type === 'Assignment') assignments.push(visitAssignment(item, visit));
    else redirects.push(...visitRedirect(item, visit));
  }
  if (command.name !== undefined) words.push(visitWord(command.name, visit));
  for (const item of command.suffix) {
    if (item.type === 'Word') words.push(visitWord(item, visit));
    else if (item.type === 'Assignment') words.push(visitAssignmentWord(item, visit));
    else redirects.push(...visitRedirect(item, visit));
  }
  return { kind: 'command', span: { start: command.pos, end: command.end }, assignments, words, redirects };
}

function visitAssignment(assignment: unbash.Assignment, visit: Visit): ShellAssignment {
  const { value } = assignment;
  const words = value.type === 'Word' ? [value] : value.elements;
  return {
    name: assignment.name,
    append: assignment.append === true,
    array: value.type === 'ArrayValue',
    values: words.map((word) => visitWord(word, visit)),
    index: assignment.index === undefined ? undefined : visitWord(assignment.index, visit),
    span: { start: assignment.pos, end: assignment.end },
  };
}

/** `export A=1`, and also `dd of=/dev/sda`: read as an assignment or as an argument, by what the program is. */
function visitAssignmentWord(item: unbash.Assignment, visit: Visit): ShellWord {
  const assignment = visitAssignment(item, visit);
  const span = { start: item.pos, end: item.end };
  const head = { kind: 'literal', quoted: false, at: item.pos } as const;
  const { value } = item;
  // `a[1]=x` and `a=(…)` are never arguments of a program that reads `name=value`.
  if (value.type !== 'Word' || item.index !== undefined) {
    const parts = assignment.values.flatMap((word) => word.parts);
    return { text: item.text, span, parts: [{ ...head, text: item.text }, ...parts], assignment };
  }
  const operator = item.append === true ? '+=' : '=';
  const parts = visitWord(value, visit).parts;
  return { text: item.text, span, parts: [{ ...head, text: `${item.name}${operator}` }, ...parts], assignment };
}

function visitRedirect(redirect: unbash.Redirection, visit: Visit): readonly ShellRedirect[] {
  switch (redirect.type) {
    case 'HereDoc': {
      const { body } = redirect;
      const span = { start: body.pos, end: body.end };
      const at = visit.source.startsWith(body.text, body.pos) ? body.pos : undefined;
      const parts =
        body.parts === undefined
          ? [{ kind: 'literal', text: body.text, quoted: true, at } as const]
          : visitParts(body.parts, true, visit);
      return [{ kind: 'text', word: { text: body.text, span, parts }, newline: false }];
    }
    case 'HereString':
      return redirect.target === undefined
        ? []
        : [{ kind: 'text', word: visitWord(redirect.target, visit), newline: true }];
    case 'Redirect':
      return visitFileRedirect(redirect, visit);
    default:
      return never(redirect);
  }
}

function visitFileRedirect(redirect: unbash.Redirect, visit: Visit): readonly ShellRedirect[] {
  if (redirect.target === undefined) return [];
  const target = visitWord(redirect.target, visit);
  const descriptor = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined;
  switch (redirect.operator) {
    case '<&':
      return [{ kind: 'duplicate', target }];
    case '>&':
      // `>&2` and `>&-` duplicate; `>& file` writes it.
      return /^(?:\d+-?|-|\$\w+)$/.test(target.text)
        ? [{ kind: 'duplicate', target }]
        : [{ kind: 'file', operator: 'write', descriptor, target }];
    case '<':
      return [{ kind: 'file', operator: 'read', descriptor, target }];
    case '<>':
      return [{ kind: 'file', operator: 'read-write', descriptor, target }];
    case '>>':
    case '&>>':
      return [{ kind: 'file', operator: 'append', descriptor, target }];
    case '>':
    case '>|':
    case '&>':
      return [{ kind: 'file', operator: 'write', descriptor, target }];
    default:
      return never(redirect.operator);
  }
}

function visitTest(expression: unbash.TestExpression, outer: Visit): readonly ShellWord[] {
  const visit = deeper(outer);
  switch (expression.type) {
    case 'TestUnary':
      return [visitWord(expression.operand, visit)];
    case 'TestBinary':
      return [visitWord(expression.left, visit), visitWord(expression.right, visit)];
    case 'TestLogical':
      return expression.operands.flatMap((operand) => visitTest(operand, visit));
    case 'TestNot':
      return visitTest(expression.operand, visit);
    case 'TestGroup':
      return visitTest(expression.expression, visit);
    default:
      return never(expression);
  }
}

export function visitWord(word: unbash.Word, visit: Visit): ShellWord {
  counted(visit);
  const span = { start: word.pos, end: word.end };
  const { parts } = word;
  return {
    text: word.text,
    span,
    parts: parts === undefined ? [visitPlainWord(word)] : visitParts(parts, false, visit),
  };
}
