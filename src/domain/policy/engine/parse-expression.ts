import {
  parseEntityEscape,
  parsePlainValue,
  RequestDataError,
  requireTypeName,
  wellFormed,
} from '#domain/policy/engine/data.ts';
import type { BinaryKind, Expression, Pattern } from '#domain/policy/engine/expression.ts';
import { callExtension, EXTENSION_FUNCTIONS } from '#domain/policy/engine/extension/functions.ts';
import { Fault } from '#domain/policy/engine/fault.ts';
import { compareCodePoints, isTypeName } from '#domain/policy/engine/names.ts';
import { isObject, type JsonLike, members, PolicyFormError, sole } from '#domain/policy/engine/policy-form.ts';
import { EntityValue, Fields, RecordValue, SetValue, type Value } from '#domain/policy/engine/value.ts';

/** Nested deeper than this a condition is refused: both back ends and their callers recurse over it. */
export const EXPRESSION_DEPTH_MAX = 500;

/**
 * Reads an expression of Cedar's JSON form into the core: `!=`, `>`, `>=`, `is … in` and `has a.b` become what Cedar
 * itself makes of them, nested `&&` and `||` become flat, and what is constant and cannot fail is computed.
 * @throws {PolicyFormError} for anything that the form does not have.
 */
export function parseExpression(json: JsonLike, depth = 0): Expression {
  if (depth > EXPRESSION_DEPTH_MAX)
    throw new PolicyFormError(`a condition is nested deeper than ${EXPRESSION_DEPTH_MAX}`);
  const [operator, operand] = sole(json, 'an expression');
  const parse = (inner: JsonLike) => parseExpression(inner, depth + 1);
  const binary = (kind: BinaryKind): Expression => {
    const { left, right } = members(operand, operator, ['left', 'right']);
    return { kind, left: parse(left), right: parse(right) };
  };
  switch (operator) {
    case 'Value':
      return parseLiteral(operand);
    case 'Var':
      return parseVariable(operand);
    case '!':
      return not(parse(members(operand, operator, ['arg']).arg));
    case 'neg':
      return { kind: 'negate', of: parse(members(operand, operator, ['arg']).arg) };
    case 'isEmpty':
      return { kind: 'is-empty', of: parse(members(operand, operator, ['arg']).arg) };
    case '&&':
      return flatten('and', operand, depth);
    case '||':
      return flatten('or', operand, depth);
    case '==':
      return binary('equal');
    case '!=':
      return not(binary('equal'));
    case '<':
      return binary('less');
    case '<=':
      return binary('less-or-equal');
    case '>':
      return not(binary('less-or-equal'));
    case '>=':
      return not(binary('less'));
    case '+':
      return binary('add');
    case '-':
      return binary('subtract');
    case '*':
      return binary('multiply');
    case 'in':
      return binary('in');
    case 'contains':
      return binary('contains');
    case 'containsAll':
      return binary('contains-all');
    case 'containsAny':
      return binary('contains-any');
    case 'hasTag':
      return binary('has-tag');
    case 'getTag':
      return binary('get-tag');
    case '.': {
      const { left, attr } = members(operand, operator, ['left', 'attr']);
      return { kind: 'attribute', of: parse(left), name: text(attr, 'an attribute') };
    }
    case 'has':
      return parseHas(operand, parse);
    case 'like': {
      const { left, pattern } = members(operand, operator, ['left', 'pattern']);
      return { kind: 'like', of: parse(left), pattern: parsePattern(pattern) };
    }
    case 'is':
      return parseIs(operand, parse);
    case 'if-then-else': {
      const parts = members(operand, operator, ['if', 'then', 'else']);
      return { kind: 'if', condition: parse(parts.if), yes: parse(parts.then), no: parse(parts.else) };
    }
    case 'Set':
      return parseSet(operand, parse);
    case 'Record':
      return parseRecord(operand, parse);
    default:
      return parseCall(operator, operand, parse);
  }
}

type Parse = (json: JsonLike) => Expression;

/** Chains of `&&` are read without recursion: a condition of a thousand clauses is long, not deep. */
function flatten(kind: 'and' | 'or', json: JsonLike, depth: number): Expression {
  const operator = kind === 'and' ? '&&' : '||';
  const operands: Expression[] = [];
  const pending: JsonLike[] = [{ [operator]: json }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [nextOperator, operand] = sole(next, 'an expression');
    if (nextOperator === operator) {
      const { left, right } = members(operand, operator, ['left', 'right']);
      pending.push(right, left);
    } else operands.push(parseExpression(next, depth + 1));
  }
  return { kind, operands };
}

function not(of: Expression): Expression {
  return { kind: 'not', of };
}

function parseVariable(json: JsonLike): Expression {
  if (json === 'principal' || json === 'action' || json === 'resource' || json === 'context')
    return { kind: 'variable', name: json };
  throw new PolicyFormError('an unknown variable');
}

/** A literal that is data: scalars, entities, sets, records; an extension value becomes the call that makes it. */
function parseLiteral(json: JsonLike): Expression {
  if (typeof json === 'number' && !Number.isSafeInteger(json))
    throw new PolicyFormError('an integer beyond 2^53 must be given as a bigint: as a number it has lost digits');
  if (Array.isArray(json)) return set(json.map(parseLiteral));
  try {
    if (isObject(json))
      return (
        parseEscape(json) ?? record(Object.entries(json).map(([name, value]) => [name, parseLiteral(value)] as const))
      );
    return { kind: 'constant', value: parsePlainValue(json) };
  } catch (error) {
    if (error instanceof RequestDataError) throw new PolicyFormError(error.message);
    throw error;
  }
}

/** As in data: an escape is all that its object has, and well formed. */
function parseEscape(json: { readonly [key: string]: JsonLike }): Expression | undefined {
  if (Object.keys(json).length !== 1) return undefined;
  if (json.__extn !== undefined) return parseEscapedCall(json.__extn);
  if (typeof json.__expr === 'string') throw new PolicyFormError('the `__expr` escape is not supported');
  const entity = parseEntityEscape(
    json.__entity,
    (type, id) => new EntityValue(requireTypeName(type), wellFormed(id), false),
  );
  return entity === undefined ? undefined : { kind: 'constant', value: entity };
}

function parseEscapedCall(json: JsonLike): Expression | undefined {
  if (!isObject(json)) return undefined;
  const { fn, arg, args } = json;
  if (typeof fn !== 'string') return undefined;
  if (arg !== undefined) return call(fn, [parseLiteral(arg)]);
  return Array.isArray(args) ? call(fn, args.map(parseLiteral)) : undefined;
}

function parseHas(json: JsonLike, parse: Parse): Expression {
  const { left, attr } = members(json, 'has', ['left', 'attr']);
  const of = parse(left);
  if (!Array.isArray(attr)) return { kind: 'has', of, name: text(attr, 'an attribute') };
  const path = attr.map((name) => text(name, 'an attribute'));
  if (path.length === 0) throw new PolicyFormError('`has` without an attribute');
  const operands: Expression[] = [];
  let holder = of;
  for (const name of path) {
    operands.push({ kind: 'has', of: holder, name });
    holder = { kind: 'attribute', of: holder, name };
  }
  const [only] = operands;
  return operands.length === 1 && only !== undefined ? only : { kind: 'and', operands };
}

function parseIs(json: JsonLike, parse: Parse): Expression {
  const { left, entity_type } = members(json, 'is', ['left', 'entity_type'], ['in']);
  const type = text(entity_type, 'a type');
  if (!isTypeName(type)) throw new PolicyFormError('a type whose name is malformed');
  const of = parse(left);
  const is: Expression = { kind: 'is', of, type };
  const within = isObject(json) ? json.in : undefined;
  if (within === undefined) return is;
  return { kind: 'and', operands: [is, { kind: 'in', left: of, right: parse(within) }] };
}

function parsePattern(json: JsonLike): Pattern {
  if (!Array.isArray(json)) throw new PolicyFormError('a pattern that is not a list');
  const pieces = [''];
  for (const element of json) {
    if (element === 'Wildcard') pieces.push('');
    else {
      const [tag, literal] = sole(element, 'a pattern element');
      if (tag !== 'Literal') throw new PolicyFormError('an unknown pattern element');
      pieces.push((pieces.pop() ?? '') + text(literal, 'a pattern'));
    }
  }
  // `a**b` is `a*b`.
  return pieces.filter((piece, index) => piece !== '' || index === 0 || index === pieces.length - 1);
}

function parseSet(json: JsonLike, parse: Parse): Expression {
  if (!Array.isArray(json)) throw new PolicyFormError('a set that is not a list');
  return set(json.map(parse));
}

function set(elements: readonly Expression[]): Expression {
  const values = constants(elements);
  return values === undefined ? { kind: 'set', elements } : { kind: 'constant', value: new SetValue(values) };
}

function parseRecord(json: JsonLike, parse: Parse): Expression {
  if (!isObject(json)) throw new PolicyFormError('a record that is not an object');
  return record(Object.entries(json).map(([name, value]) => [name, parse(value)] as const));
}

function record(unordered: readonly (readonly [string, Expression])[]): Expression {
  const fields = unordered.toSorted(([a], [b]) => compareCodePoints(a, b));
  const values = constants(fields.map(([, value]) => value));
  if (values === undefined) return { kind: 'record', fields };
  const constant = new Fields();
  for (const [index, [name]] of fields.entries()) constant[name] = values[index];
  return { kind: 'constant', value: new RecordValue(constant) };
}

function parseCall(name: string, json: JsonLike, parse: Parse): Expression {
  if (!Array.isArray(json)) throw new PolicyFormError(`an unknown operator: ${name}`);
  return call(name, json.map(parse));
}

/** A constructor of a good literal is computed here, once; one that fails stays a call, and fails at each evaluation. */
function call(name: string, args: readonly Expression[]): Expression {
  const fn = EXTENSION_FUNCTIONS.get(name);
  if (fn === undefined) throw new PolicyFormError(`an unknown operator or function: ${name}`);
  const values = constants(args);
  if (values !== undefined)
    try {
      return { kind: 'constant', value: callExtension(name, fn, values) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  return { kind: 'call', name, args };
}

function constants(expressions: readonly Expression[]): readonly Value[] | undefined {
  const values: Value[] = [];
  for (const expression of expressions) {
    if (expression.kind !== 'constant') return undefined;
    values.push(expression.value);
  }
  return values;
}

function text(json: JsonLike, what: string): string {
  if (typeof json === 'string') return json;
  throw new PolicyFormError(`${what} that is not a string`);
}
