import { encodeLiteral } from '#domain/policy/engine/encode-literal.ts';
import type { Expression, Pattern } from '#domain/policy/engine/expression.ts';
import { EXTENSION_FUNCTIONS } from '#domain/policy/engine/extension/functions.ts';
import { compilePattern } from '#domain/policy/engine/like.ts';
import type { Value } from '#domain/policy/engine/value.ts';

/** What is known of a value before it is computed: enough to leave out checks that cannot fail. */
type StaticType = 'boolean' | 'string' | 'long' | 'entity' | 'unknown';

interface Code {
  readonly text: string;
  readonly type: StaticType;
}

/**
 * Translates expressions to JavaScript. The text refers to the operators by name, to `q` (the query) and to constants
 * `k0, k1, …`, which are handed over as values: apart from names of the language, only encoded literals get into it.
 */
export class Emitter {
  readonly #constants: unknown[] = [];
  readonly #accessors = new Map<string, string>();

  /** The constants that the text refers to, by number. */
  get constants(): readonly unknown[] {
    return this.#constants;
  }

  /** Definitions that the text refers to, one a line. */
  get definitions(): readonly string[] {
    return [...this.#accessors].map(([definition, name]) => `const ${name} = ${definition};`);
  }

  /** A function of `q`: whether all conditions hold. */
  test(conditions: readonly Expression[]): string {
    return `(q) => ${conditions.length === 0 ? 'true' : this.#all(conditions, ' && ')}`;
  }

  #emit(expression: Expression): Code {
    switch (expression.kind) {
      case 'constant':
        return this.#literal(expression.value);
      case 'variable':
        return { text: `q.${expression.name}`, type: expression.name === 'context' ? 'unknown' : 'entity' };
      case 'not':
        return boolean(`!${this.#condition(expression.of)}`);
      case 'negate':
        return { text: `negate(${this.#text(expression.of)})`, type: 'long' };
      case 'is-empty':
        return boolean(`isEmpty(${this.#text(expression.of)})`);
      case 'and':
        return boolean(`(${this.#all(expression.operands, ' && ')})`);
      case 'or':
        return boolean(`(${this.#all(expression.operands, ' || ')})`);
      case 'attribute':
        return { text: this.#attribute(expression.of, expression.name), type: 'unknown' };
      case 'has':
        return boolean(this.#has(expression.of, expression.name));
      case 'like':
        return boolean(this.#like(expression.of, expression.pattern));
      case 'is':
        return boolean(
          expression.of.kind === 'variable' && expression.of.name !== 'context'
            ? `(q.${expression.of.name}.type === ${encodeLiteral(expression.type)})`
            : `isType(${this.#text(expression.of)}, ${encodeLiteral(expression.type)})`,
        );
      case 'if': {
        const [yes, no] = [this.#emit(expression.yes), this.#emit(expression.no)];
        return {
          text: `(${this.#condition(expression.condition)} ? ${yes.text} : ${no.text})`,
          type: yes.type === no.type ? yes.type : 'unknown',
        };
      }
      case 'set':
        return unknown(`new SetValue([${this.#list(expression.elements)}])`);
      case 'record': {
        const names = this.#constant(expression.fields.map(([name]) => name));
        return unknown(`makeRecord(${names}, [${this.#list(expression.fields.map(([, value]) => value))}])`);
      }
      case 'call':
        return this.#call(expression.name, expression.args);
      case 'equal':
        return boolean(this.#equal(expression.left, expression.right));
      case 'in':
        return boolean(this.#in(expression.left, expression.right));
      case 'less':
        return boolean(this.#binary('less', expression));
      case 'less-or-equal':
        return boolean(this.#binary('lessOrEqual', expression));
      case 'add':
      case 'subtract':
      case 'multiply':
        return { text: this.#binary(expression.kind, expression), type: 'long' };
      case 'contains':
        return boolean(this.#binary('contains', expression));
      case 'contains-all':
        return boolean(this.#binary('containsAll', expression));
      case 'contains-any':
        return boolean(this.#binary('containsAny', expression));
      case 'has-tag':
        return boolean(`hasTag(q, ${this.#text(expression.left)}, ${this.#text(expression.right)})`);
      case 'get-tag':
        return unknown(`getTag(q, ${this.#text(expression.left)}, ${this.#text(expression.right)})`);
    }
  }

  #text(expression: Expression): string {
    return this.#emit(expression).text;
  }

  /** As something that must be a boolean. */
  #condition(expression: Expression): string {
    const { text, type } = this.#emit(expression);
    return type === 'boolean' ? text : `asBoolean(${text})`;
  }

  #all(expressions: readonly Expression[], separator: string): string {
    return expressions.map((expression) => this.#condition(expression)).join(separator);
  }

  #list(expressions: readonly Expression[]): string {
    return expressions.map((expression) => this.#text(expression)).join(', ');
  }

  #binary(operator: string, { left, right }: { readonly left: Expression; readonly right: Expression }): string {
    return `${operator}(${this.#text(left)}, ${this.#text(right)})`;
  }

  #literal(value: Value): Code {
    switch (typeof value) {
      case 'boolean':
        return boolean(encodeLiteral(value));
      case 'string':
        return { text: encodeLiteral(value), type: 'string' };
      case 'number':
      case 'bigint':
        return { text: encodeLiteral(value), type: 'long' };
      case 'object':
        return { text: this.#constant(value), type: value.kind === 'entity' ? 'entity' : 'unknown' };
    }
  }

  #constant(value: unknown): string {
    const known = this.#constants.indexOf(value);
    if (known !== -1) return `k${known}`;
    this.#constants.push(value);
    return `k${this.#constants.length - 1}`;
  }

  /** Scalars have one form each, so `===` decides once one side is known to be a scalar. */
  #equal(left: Expression, right: Expression): string {
    const [a, b] = [this.#emit(left), this.#emit(right)];
    const scalar = (type: StaticType) => type === 'boolean' || type === 'string' || type === 'long';
    return scalar(a.type) || scalar(b.type) ? `(${a.text} === ${b.text})` : `equals(${a.text}, ${b.text})`;
  }

  #in(left: Expression, right: Expression): string {
    // The variables of a request come from its store, so they need no look-up.
    const linked = left.kind === 'variable' && left.name !== 'context';
    const target = this.#emit(right);
    if (linked && target.type === 'entity') return `reaches(q, q.${left.name}, ${target.text})`;
    return `isIn(q, ${this.#text(left)}, ${target.text})`;
  }

  #attribute(of: Expression, name: string): string {
    return `${this.#accessor(name, 'get')}(q, ${this.#text(of)})`;
  }

  #has(of: Expression, name: string): string {
    return `${this.#accessor(name, 'has')}(q, ${this.#text(of)})`;
  }

  /** One function per attribute name, so that V8 learns the few shapes that have it: much faster than one for all names. */
  #accessor(name: string, operation: 'get' | 'has'): string {
    const property = `fieldsOf(q, v)?.[${encodeLiteral(name)}]`;
    const definition =
      operation === 'get'
        ? `(q, v) => ${property} ?? noAttribute(q, v, ${encodeLiteral(name)})`
        : `(q, v) => ${property} !== undefined`;
    const known = this.#accessors.get(definition) ?? `${operation}${this.#accessors.size}`;
    this.#accessors.set(definition, known);
    return known;
  }

  #like(of: Expression, pattern: Pattern): string {
    return `matches(${this.#text(of)}, ${this.#constant(compilePattern(pattern))})`;
  }

  #call(name: string, args: readonly Expression[]): Code {
    const fn = EXTENSION_FUNCTIONS.get(name);
    if (fn === undefined) throw new Error(`no extension function ${name}`);
    if (args.length === fn.arity) return unknown(`${this.#constant(fn.apply)}(${this.#list(args)})`);
    return unknown(`callExtension(${encodeLiteral(name)}, ${this.#constant(fn)}, [${this.#list(args)}])`);
  }
}

function boolean(text: string): Code {
  return { text, type: 'boolean' };
}

function unknown(text: string): Code {
  return { text, type: 'unknown' };
}
