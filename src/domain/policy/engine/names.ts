/** Words that Cedar reserves: no part of a type's name. */
const RESERVED = new Set(['true', 'false', 'if', 'then', 'else', 'in', 'is', 'like', 'has', '__cedar']);

const PATH = /^[_A-Za-z][_A-Za-z0-9]*(?:::[_A-Za-z][_A-Za-z0-9]*)*$/;

/** Names already found good: a request repeats few types many times. Bounded, since names come from callers. */
const known = new Set<string>();
const KNOWN_NAMES_MAX = 4096;

/** Whether it is an entity type's name in normal form: `Photo`, `Albums::Photo`. */
export function isTypeName(name: string): boolean {
  if (known.has(name)) return true;
  if (!PATH.test(name) || name.split('::').some((part) => RESERVED.has(part))) return false;
  if (known.size < KNOWN_NAMES_MAX) known.add(name);
  return true;
}

/** Orders strings by code points, as Rust does; JavaScript's own order differs beyond the basic plane. */
export function compareCodePoints(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
