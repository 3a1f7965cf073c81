import type * as unbash from 'unbash';
import type { ShellOperation, ShellPart, ShellWord } from '#domain/action/shell/script.ts';
import { never } from '#domain/result.ts';
import { expandBraces } from './braces.ts';
import { counted, deeper, type Visit, visitNested, visitWord } from './visit.ts';

/** A word without quotes, expansions and patterns; escapes may be in it. */
export function visitPlainWord(word: unbash.Word): ShellPart {
  const exact = word.text === word.value;
  return { kind: 'literal', text: word.value, quoted: word.text.startsWith('\\'), at: exact ? word.pos : undefined };
}

/** `quoted`: inside double quotes or a heredoc, where nothing is split or matched. */
export function visitParts(parts: readonly unbash.WordPart[], quoted: boolean, outer: Visit): readonly ShellPart[] {
  const visit = deeper(outer);
  return parts.flatMap((part) => visitPart(part, quoted, visit));
}

function visitPart(part: unbash.WordPart, quoted: boolean, visit: Visit): readonly ShellPart[] {
  counted(visit);
  switch (part.type) {
    case 'Literal': {
      const escaped = part.text.startsWith('\\');
      const at = part.text === part.value ? part.pos : undefined;
      return [{ kind: 'literal', text: part.value, quoted: quoted || escaped, at }];
    }
    case 'SingleQuoted':
      return [{ kind: 'literal', text: part.value, quoted: true, at: contentAt(part.value, part.pos + 1, visit) }];
    case 'AnsiCQuoted':
      return [{ kind: 'literal', text: part.value, quoted: true, at: contentAt(part.value, part.pos + 2, visit) }];
    case 'DoubleQuoted':
    case 'LocaleString':
      // An empty pair of quotes is a word of its own, so it must leave a part.
      return part.parts.length === 0
        ? [{ kind: 'literal', text: '', quoted: true, at: undefined }]
        : visitParts(part.parts, true, visit);
    case 'Glob':
      return [
        {
          kind: 'glob',
          text: part.value,
          nested: part.parts === undefined ? [] : visitParts(part.parts, quoted, visit),
        },
      ];
    case 'ExtendedGlob':
      return [
        {
          kind: 'glob',
          text: part.text,
          nested: part.parts === undefined ? [] : visitParts(part.parts, quoted, visit),
        },
      ];
    case 'SimpleExpansion':
      return [
        {
          kind: 'variable',
          name: part.text.slice(1),
          text: part.text,
          quoted,
          index: undefined,
          operation: { kind: 'value' },
          words: [],
        },
      ];
    case 'ParameterExpansion':
      return [visitParameter(part, quoted, visit)];
    case 'CommandExpansion':
      return substitution(part, 'value', quoted, visit);
    case 'ProcessSubstitution':
      return substitution(part, part.operator === '<' ? 'input' : 'output', quoted, visit);
    case 'ArithmeticExpansion':
      return [{ kind: 'arithmetic', text: part.text, words: visitArithmetic(part.expression, visit) }];
    case 'BraceExpansion': {
      const inner: readonly ShellPart[] =
        part.parts === undefined
          ? [{ kind: 'literal', text: part.text.slice(1, -1), quoted: false, at: undefined }]
          : visitParts(part.parts, quoted, visit);
      return [expandBraces(inner)];
    }
    default:
      return never(part);
  }
}

function substitution(
  part: unbash.CommandExpansionPart | unbash.ProcessSubstitutionPart | unbash.ArithmeticCommandExpansion,
  as: 'value' | 'input' | 'output',
  quoted: boolean,
  visit: Visit,
): readonly ShellPart[] {
  const script = visitNested(part, visit);
  const span = { start: part.pos, end: part.end };
  return script === undefined ? [] : [{ kind: 'command', as, text: part.text, span, quoted, script }];
}

/** Where a quoted text's characters stand in the source, when they stand there as they are. */
function contentAt(value: string, at: number, visit: Visit): number | undefined {
  return visit.source.startsWith(value, at) ? at : undefined;
}

function visitParameter(part: unbash.ParameterExpansionPart, quoted: boolean, visit: Visit): ShellPart {
  const words: ShellWord[] = [];
  if (part.index !== undefined) words.push(visitWord(part.index, visit));
  const operation = visitOperation(part, words, visit);
  return { kind: 'variable', name: part.parameter, text: part.text, quoted, index: part.index?.text, operation, words };
}

/** Also adds every operand to `words`: whatever the operation, the commands inside are run. */
function visitOperation(part: unbash.ParameterExpansionPart, words: ShellWord[], visit: Visit): ShellOperation {
  const { operation } = part;
  const operand = (word: unbash.Word): ShellWord => {
    const visited = visitWord(word, visit);
    words.push(visited);
    return visited;
  };
  if (part.prefix === '#') return { kind: 'other' };
  if (operation === undefined) return { kind: part.prefix === '!' ? 'indirect' : 'value' };
  switch (operation.type) {
    case 'Default': {
      const word = operand(operation.operand);
      if (part.prefix === '!') return { kind: 'other' };
      return { kind: operation.operator.endsWith('+') ? 'alternative' : 'default', word };
    }
    case 'Slice': {
      const offset = operand(operation.offset).text.trim();
      const length = operation.length === undefined ? undefined : operand(operation.length).text.trim();
      return { kind: 'slice', offset, length };
    }
    case 'Replace': {
      const pattern = operand(operation.pattern);
      const replacement = operand(operation.replacement);
      return { kind: 'replace', all: operation.operator === '//', pattern, replacement };
    }
    case 'CaseModification':
      if (operation.operand !== undefined) operand(operation.operand);
      if (operation.operator === '^^') return { kind: 'case', to: 'upper' };
      return operation.operator === ',,' ? { kind: 'case', to: 'lower' } : { kind: 'other' };
    case 'Remove':
    case 'Transform':
      operand(operation.operand);
      return { kind: 'other' };
    case 'Names':
    case 'Unknown':
      return { kind: 'other' };
    default:
      return never(operation);
  }
}

/** The words of an arithmetic expression that hide something: commands, and expansions with commands in them. */
export function visitArithmetic(
  expression: unbash.ArithmeticExpression | undefined,
  outer: Visit,
): readonly ShellWord[] {
  if (expression === undefined) return [];
  counted(outer);
  const visit = deeper(outer);
  const span = { start: expression.pos, end: expression.end };
  switch (expression.type) {
    case 'ArithmeticBinary':
      return [...visitArithmetic(expression.left, visit), ...visitArithmetic(expression.right, visit)];
    case 'ArithmeticUnary':
      return visitArithmetic(expression.operand, visit);
    case 'ArithmeticTernary':
      return [expression.test, expression.consequent, expression.alternate].flatMap((part) =>
        visitArithmetic(part, visit),
      );
    case 'ArithmeticGroup':
      return visitArithmetic(expression.expression, visit);
    case 'ArithmeticWord':
      return expression.parts === undefined
        ? []
        : [{ text: expression.value, span, parts: visitParts(expression.parts, true, visit) }];
    case 'ArithmeticCommandExpansion':
      return [{ text: expression.text, span, parts: substitution(expression, 'value', true, visit) }];
    default:
      return never(expression);
  }
}
