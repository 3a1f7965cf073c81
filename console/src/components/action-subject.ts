/** Characters of a line that can be seen at all; a command may be 256 KiB. */
const SUBJECT_LENGTH_MAX = 300;

/** What an action is about, in one line: the command, path, URL or tool of its recorded form (as `acgs log` says it). */
export function subjectOf(action: Readonly<Record<string, unknown>>): string {
  return textOf(action).replaceAll(/\s+/g, ' ').slice(0, SUBJECT_LENGTH_MAX);
}

function textOf(action: Readonly<Record<string, unknown>>): string {
  for (const field of ['command', 'path', 'target', 'remote', 'environment', 'tool', 'name']) {
    const value = action[field];
    if (typeof value !== 'string') continue;
    const { operation, server } = action;
    if (typeof operation === 'string') return `${operation} ${value}`;
    return typeof server === 'string' ? `${server} ${value}` : value;
  }
  const { packages, kind } = action;
  if (Array.isArray(packages)) return `install ${packages.join(' ')}`;
  return typeof kind === 'string' ? kind : 'an action';
}
