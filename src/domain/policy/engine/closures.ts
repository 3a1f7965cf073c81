import type { Expression } from '#domain/policy/engine/expression.ts';
import { callExtension, EXTENSION_FUNCTIONS } from '#domain/policy/engine/extension/functions.ts';
import { compilePattern } from '#domain/policy/engine/like.ts';
import type { Query } from '#domain/policy/engine/operations.ts';
import * as operations from '#domain/policy/engine/operations.ts';
import { equals, Fields, RecordValue, SetValue, type Value } from '#domain/policy/engine/value.ts';
import { never } from '#domain/result.ts';

/** Evaluates one expression for one request. @throws {Fault} */
export type Evaluate = (query: Query) => Value;

/** Evaluates the conditions of one policy. @throws {Fault} */
export type Test = (query: Query) => boolean;

/**
 * The back end that makes no code: a tree of closures. It runs where `new Function` is forbidden
 * (`--disallow-code-generation-from-strings`), and gives the same answers as the other.
 */
export function closeOverConditions(conditions: readonly Expression[]): Test {
  const tests = conditions.map(closeOverTest);
  return (query) => {
    for (const test of tests) if (!test(query)) return false;
    return true;
  };
}

function closeOverTest(expression: Expression): Test {
  const evaluate = closeOver(expression);
  return (query) => operations.asBoolean(evaluate(query));
}

export function closeOver(expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'variable': {
      const { name } = expression;
      return (query) => query[name];
    }
    case 'not': {
      const of = closeOverTest(expression.of);
      return (query) => !of(query);
    }
    case 'negate': {
      const of = closeOver(expression.of);
      return (query) => operations.negate(of(query));
    }
    case 'is-empty': {
      const of = closeOver(expression.of);
      return (query) => operations.isEmpty(of(query));
    }
    case 'and':
      return closeOverConditions(expression.operands);
    case 'or': {
      const tests = expression.operands.map(closeOverTest);
      return (query) => {
        for (const test of tests) if (test(query)) return true;
        return false;
      };
    }
    case 'attribute': {
      const { name } = expression;
      const of = closeOver(expression.of);
      return (query) => operations.getAttribute(query, of(query), name);
    }
    case 'has': {
      const { name } = expression;
      const of = closeOver(expression.of);
      return (query) => operations.hasAttribute(query, of(query), name);
    }
    case 'like': {
      const matcher = compilePattern(expression.pattern);
      const of = closeOver(expression.of);
      return (query) => operations.matches(of(query), matcher);
    }
    case 'is': {
      const { type } = expression;
      const of = closeOver(expression.of);
      return (query) => operations.isType(of(query), type);
    }
    case 'if': {
      const condition = closeOverTest(expression.condition);
      const [yes, no] = [closeOver(expression.yes), closeOver(expression.no)];
      return (query) => (condition(query) ? yes(query) : no(query));
    }
    case 'set': {
      const elements = expression.elements.map(closeOver);
      return (query) => new SetValue(elements.map((element) => element(query)));
    }
    case 'record': {
      const fields = expression.fields.map(([name, value]) => [name, closeOver(value)] as const);
      return (query) => {
        const values = new Fields();
        for (const [name, value] of fields) values[name] = value(query);
        return new RecordValue(values);
      };
    }
    case 'call': {
      const { name } = expression;
      const fn = EXTENSION_FUNCTIONS.get(name);
      const args = expression.args.map(closeOver);
      if (fn === undefined) throw new Error(`no extension function ${name}`);
      return (query) =>
        callExtension(
          name,
          fn,
          args.map((arg) => arg(query)),
        );
    }
    default:
      return closeOverBinary(expression);
  }
}

function closeOverBinary(expression: Extract<Expression, { readonly left: Expression }>): Evaluate {
  const left = closeOver(expression.left);
  const right = closeOver(expression.right);
  // JavaScript evaluates arguments from left to right, as Cedar does its operands.
  switch (expression.kind) {
    case 'equal':
      return (query) => equals(left(query), right(query));
    case 'less':
      return (query) => operations.less(left(query), right(query));
    case 'less-or-equal':
      return (query) => operations.lessOrEqual(left(query), right(query));
    case 'add':
      return (query) => operations.add(left(query), right(query));
    case 'subtract':
      return (query) => operations.subtract(left(query), right(query));
    case 'multiply':
      return (query) => operations.multiply(left(query), right(query));
    case 'in':
      return (query) => operations.isIn(query, left(query), right(query));
    case 'contains':
      return (query) => operations.contains(left(query), right(query));
    case 'contains-all':
      return (query) => operations.containsAll(left(query), right(query));
    case 'contains-any':
      return (query) => operations.containsAny(left(query), right(query));
    case 'has-tag':
      return (query) => operations.hasTag(query, left(query), right(query));
    case 'get-tag':
      return (query) => operations.getTag(query, left(query), right(query));
    default:
      return never(expression.kind);
  }
}
