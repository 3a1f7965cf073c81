/**
 * The one way by which a value gets into generated code. Strings are written as JSON, with the two line separators that
 * JavaScript once took for line ends escaped too, so that a literal can also stand in a line comment.
 */
export function encodeLiteral(value: string | number | bigint | boolean): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
    case 'bigint':
      return `(${value}n)`;
    case 'number':
      if (!Number.isSafeInteger(value)) throw new RangeError('only safe integers are written as numbers');
      return value < 0 ? `(${value})` : `${value}`;
    case 'boolean':
      return value ? 'true' : 'false';
  }
}
