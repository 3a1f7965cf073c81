import type { JsonObject } from '#domain/json.ts';

/** What an action is about, in the record's form: the command, path, URL or tool. */
export function subjectOf(action: JsonObject): string {
  const { kind } = action;
  for (const field of ['command', 'path', 'target', 'remote', 'environment', 'tool', 'name']) {
    const value = action[field];
    if (typeof value !== 'string') continue;
    const operation = action['operation'];
    const server = action['server'];
    if (typeof operation === 'string') return `${operation} ${value}`;
    return typeof server === 'string' ? `${server} ${value}` : value;
  }
  const { accesses, packages } = action;
  if (Array.isArray(packages)) return `install ${packages.join(' ')}`;
  if (Array.isArray(accesses)) return accesses.map((access) => subjectOf(access)).join('\n');
  return typeof kind === 'string' ? kind : 'an action';
}
