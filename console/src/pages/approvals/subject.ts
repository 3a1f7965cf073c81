import type { Decision } from '../../api/values.ts';

/** What an action is about, in one line: the command, or what stands in its place. */
export function subjectOf({ action, actionKind }: Pick<Decision, 'action' | 'actionKind'>): string {
  for (const field of ['command', 'path', 'target', 'remote', 'environment', 'tool', 'name']) {
    const value = action[field];
    if (typeof value !== 'string') continue;
    const operation = action['operation'];
    const text = typeof operation === 'string' ? `${operation} ${value}` : value;
    return text.replaceAll(/\s+/g, ' ').slice(0, SUBJECT_LENGTH_MAX);
  }
  return actionKind;
}

/** Characters of a line that can be seen at all. */
const SUBJECT_LENGTH_MAX = 300;
