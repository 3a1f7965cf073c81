import { describe, expect, it } from 'vitest';
import { ACTIVITY_GRACE_MS, BEHIND_AFTER_MS, heard, nodeState, SILENT_AFTER_MS } from './node-state.ts';

const at = 1_800_000_000_000;
const word = { headSequence: 10, hasLeft: false };

describe('a node that ships to the ledger', () => {
  it('is silent once it has said nothing for too long, and not before', () => {
    const node = heard(undefined, word, 10, at);
    expect(nodeState(node, at + SILENT_AFTER_MS)).toBe('current');
    expect(nodeState(node, at + SILENT_AFTER_MS + 1)).toBe('silent');
  });

  it('is an incident when its agents are seen to act while it is silent, or after it has left', () => {
    const later = at + SILENT_AFTER_MS + ACTIVITY_GRACE_MS + 2;
    for (const hasLeft of [false, true]) {
      const node = heard(undefined, { ...word, hasLeft }, 10, at);
      expect(nodeState({ ...node, activityMs: at + 1 }, later)).toBe(hasLeft ? 'left' : 'silent');
      expect(nodeState({ ...node, activityMs: at + ACTIVITY_GRACE_MS + 1 }, later)).toBe('silent-while-active');
    }
  });

  it('is no incident while it speaks, whoever sees its agents act', () => {
    const node = { ...heard(undefined, word, 10, at), activityMs: at + ACTIVITY_GRACE_MS * 2 };
    expect(nodeState(node, at + 1)).toBe('current');
  });

  it('is behind only when records that it told of stay away', () => {
    let node = heard(undefined, word, 9, at);
    expect(nodeState(node, at)).toBe('current');
    node = heard(node, word, 9, at + BEHIND_AFTER_MS + 1);
    expect(nodeState(node, at + BEHIND_AFTER_MS + 1)).toBe('behind');
    node = heard(node, word, 10, at + BEHIND_AFTER_MS + 2);
    expect(nodeState(node, at + BEHIND_AFTER_MS + 2)).toBe('current');
  });

  it('cannot take back what it told of: a journal that shrank stays behind', () => {
    const node = heard(heard(undefined, word, 5, at), { headSequence: 5, hasLeft: false }, 5, at + BEHIND_AFTER_MS + 1);
    expect(nodeState(node, at + BEHIND_AFTER_MS + 1)).toBe('behind');
  });

  it('is current again when it comes back from where it had left', () => {
    const node = heard(heard(undefined, { ...word, hasLeft: true }, 10, at), word, 10, at + 1);
    expect(nodeState(node, at + 1)).toBe('current');
  });
});
