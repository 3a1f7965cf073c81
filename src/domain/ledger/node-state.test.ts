import { describe, expect, it } from 'vitest';
import {
  ACTIVITY_GRACE_MS,
  BEHIND_AFTER_MS,
  heard,
  type NodeHeard,
  nodeState as nodeStateAt,
  SILENT_AFTER_MS,
  TOLD_MS_MAX,
  tell,
  toldBy,
} from './node-state.ts';

const at = 1_800_000_000_000;
const nodeState = (node: NodeHeard, nowMs: number, positionSequence = 10, listeningSinceMs = at) =>
  nodeStateAt(node, { positionSequence, listeningSinceMs, nowMs });
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

  it('is given its time again by a ledger that was away, and is then missed all the same', () => {
    const node = heard(undefined, word, 10, at);
    const restartMs = at + 86_400_000;
    expect(nodeState(node, restartMs + SILENT_AFTER_MS, 10, restartMs)).toBe('current');
    expect(nodeState(node, restartMs + SILENT_AFTER_MS + 1, 10, restartMs)).toBe('silent');
    const left = heard(node, { ...word, hasLeft: true }, 10, at);
    expect(nodeState(left, restartMs + SILENT_AFTER_MS + 1, 10, restartMs)).toBe('left');
  });
});

describe('a record that somebody else tells of', () => {
  const view = (positionSequence: number, nowMs: number) => ({ positionSequence, nowMs });
  const told = (node: NodeHeard, sequence: number, positionSequence: number, nowMs: number): NodeHeard => ({
    ...node,
    told: tell(node.told, sequence, 'somebody', view(positionSequence, nowMs)),
  });

  it('is nothing when the ledger has it', () => {
    expect(tell(undefined, 10, 'x', view(10, at))).toBeUndefined();
    expect(tell(undefined, 0, 'x', view(0, at))).toBeUndefined();
  });

  it('is an incident when it stays away and the node is silent, or has left', () => {
    for (const hasLeft of [false, true]) {
      const node = told(heard(undefined, { ...word, hasLeft }, 10, at), 11, 10, at + 1);
      const lateMs = at + SILENT_AFTER_MS + 1;
      expect(nodeState(node, lateMs)).toBe('silent-while-active');
      // Once it is there, the node is only silent, or has left.
      expect(nodeState(node, lateMs, 11)).toBe(hasLeft ? 'left' : 'silent');
    }
  });

  it('shows that a node which speaks hides records', () => {
    const node = told(heard(undefined, word, 10, at), 12, 10, at);
    expect(nodeState(node, at + BEHIND_AFTER_MS)).toBe('current');
    expect(nodeState(node, at + BEHIND_AFTER_MS + 1)).toBe('behind');
    expect(nodeState(node, at + BEHIND_AFTER_MS + 1, 12)).toBe('current');
  });

  it('is no trouble while what was told before arrives, however busy the node is', () => {
    let node = heard(undefined, { ...word, headSequence: 0 }, 0, at);
    for (let second = 1; second < 120; second += 1) {
      const nowMs = at + second * 1_000;
      // The ledger is ten records behind what is told, always.
      const position = second * 100 - 10;
      node = heard(told(node, second * 100, position, nowMs), { ...word, headSequence: position }, position, nowMs);
      expect(nodeState(node, nowMs, position)).toBe('current');
    }
  });

  it('is not believed for ever: who told of too much is forgotten, and a smaller word does not take a larger back', () => {
    const node = told(heard(undefined, word, 10, at), 9_000_000, 10, at);
    const lower = told(node, 11, 10, at + 1_000);
    expect(lower.told).toEqual({ sequence: 9_000_000, sinceMs: at, lastMs: at + 1_000, by: ['somebody'] });
    expect(nodeState(node, at + TOLD_MS_MAX)).toBe('silent-while-active');
    expect(nodeState(node, at + TOLD_MS_MAX + 1)).toBe('silent');
  });

  it('names who told of it, while that makes the state, and the first of many', () => {
    const at11 = (node: NodeHeard, by: string): NodeHeard => ({ ...node, told: tell(node.told, 11, by, view(10, at)) });
    let node = at11(at11(heard(undefined, word, 10, at), 'liar'), 'executor');
    const seen = (nowMs: number, positionSequence = 10) =>
      toldBy(node, { nowMs, positionSequence, listeningSinceMs: 0 });
    expect(seen(at)).toEqual([]); // not missing for long enough
    expect(seen(at + BEHIND_AFTER_MS + 1)).toEqual(['liar', 'executor']);
    expect(seen(at + BEHIND_AFTER_MS + 1, 11)).toEqual([]);
    for (let other = 0; other < 20; other += 1) node = at11(node, `other-${other}`);
    expect(seen(at + BEHIND_AFTER_MS + 1)).toHaveLength(8);
    expect(seen(at + BEHIND_AFTER_MS + 1)[0]).toBe('liar');
    const active = { ...heard(undefined, word, 10, at), activityMs: at + ACTIVITY_GRACE_MS + 1, activityBy: 'ci' };
    node = active;
    expect(seen(at + SILENT_AFTER_MS)).toEqual([]); // it speaks
    expect(seen(at + SILENT_AFTER_MS + 1)).toEqual(['ci']);
  });
});
