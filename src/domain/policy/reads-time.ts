import type { JsonObject, JsonValue } from '#domain/json.ts';

/**
 * Whether a policy may read `context.time`, so that the same question may be answered differently a moment later. Looks at
 * Cedar's JSON form for every use of `context`: an attribute of it by another name than `time` does not read the time;
 * anything else, such as comparing or handing on the whole context, is taken to.
 */
export function readsTime(policies: Readonly<Record<string, JsonObject>>): boolean {
  return mentionsTime(policies);
}

function mentionsTime(node: JsonValue): boolean {
  if (Array.isArray(node)) return node.some(mentionsTime);
  if (typeof node !== 'object' || node === null) return false;
  return Object.entries(node).some(([key, value]) => {
    if (key === 'Var') return value === 'context';
    const attribute = key === '.' || key === 'has' ? attributeOfContext(value) : undefined;
    return attribute === undefined ? mentionsTime(value) : attribute.includes('time');
  });
}

/** What `context.x` and `context has x` name, as JSON text; undefined for everything else. */
function attributeOfContext(operand: JsonValue): string | undefined {
  if (typeof operand !== 'object' || operand === null || !('left' in operand)) return undefined;
  const left = operand['left'];
  const isContext = typeof left === 'object' && left !== null && 'Var' in left && left['Var'] === 'context';
  const { left: _, ...rest } = operand;
  return isContext ? JSON.stringify(rest) : undefined;
}
