import { expect, it } from 'vitest';
import { subjectOf } from './action-subject.ts';

it.each([
  [{}, 'an action'],
  [{ kind: 'agent' }, 'agent'],
  [{ kind: 'shell', command: 'cat <<E\n  x\nE' }, 'cat <<E x E'],
  [{ kind: 'shell', command: 'x'.repeat(301) }, 'x'.repeat(300)],
  [{ kind: 'file', operation: 'write', path: '/a' }, 'write /a'],
  [{ kind: 'mcp', server: 'tracker', tool: 'add_issue' }, 'tracker add_issue'],
  [{ kind: 'install', packages: ['left-pad', 'ms'] }, 'install left-pad ms'],
])('says what %j is about, in one line', (action, text) => {
  expect(subjectOf(action)).toBe(text);
});
