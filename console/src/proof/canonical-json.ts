/** JSON as it comes out of `JSON.parse`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The one form of a JSON value (RFC 8785): names sorted by UTF-16 code units, numbers and texts as ECMAScript writes them. */
export function canonicalJson(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
