import { describe, expect, it } from 'vitest';
import type { Action } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import { canonicalJson } from '#domain/json.ts';

const base = { cwd: '/w', workspaceRoots: ['/w'] } as const;
const digest = (action: Action) => actionDigest(canonicalAction(action));

const TEXT = 'a text that records must not keep';
const withText: readonly Action[] = [
  { ...base, kind: 'file', operation: 'write', path: 'a', content: TEXT },
  { ...base, kind: 'file', operation: 'edit', path: 'a', content: '', anchor: TEXT },
  { ...base, kind: 'files', accesses: [{ operation: 'write', path: 'a', content: TEXT }] },
  { ...base, kind: 'files', accesses: [{ operation: 'move', path: 'a', to: 'b', content: '', anchor: TEXT }] },
  { ...base, kind: 'prompt', text: TEXT },
  { ...base, kind: 'subagent', name: 'a', prompt: TEXT },
];

describe('canonicalAction', () => {
  it.each(withText.map((action) => [action.kind, action] as const))('keeps no text of a %s action', (_kind, action) => {
    expect(canonicalJson(canonicalAction(action))).not.toContain(TEXT);
  });

  it.each(withText.map((action) => [action.kind, action] as const))(
    'binds the text of a %s action',
    (_kind, action) => {
      const other: Action = JSON.parse(JSON.stringify(action).replace(TEXT, 'another text'));
      expect(digest(other)).not.toBe(digest(action));
    },
  );

  it('tells edits apart that write the same text in other places', () => {
    const edit = { ...base, kind: 'file', operation: 'edit', path: 'a', content: '' } as const;
    expect(digest({ ...edit, anchor: 'x' })).not.toBe(digest({ ...edit, anchor: 'y' }));
  });

  it('tells an absent content from an empty one, and one command from the same without its sandbox', () => {
    const read = { ...base, kind: 'file', operation: 'read', path: 'a' } as const;
    expect(digest({ ...read, content: '' })).not.toBe(digest(read));
    const shell = { ...base, kind: 'shell', command: 'make', background: false } as const;
    expect(digest({ ...shell, unsandboxed: true })).not.toBe(digest(shell));
  });

  it('depends on the folder and not on the order of fields', () => {
    const shell: Action = { ...base, kind: 'shell', command: 'make', background: false };
    expect(digest({ ...shell, cwd: '/x' })).not.toBe(digest(shell));
    expect(digest({ background: false, command: 'make', kind: 'shell', ...base })).toBe(digest(shell));
  });
});
