import { describe, expect, it } from 'vitest';
import { nodeText, troubleText } from './words.ts';

describe('the ledger in plain words', () => {
  it('calls a contradiction an alarm and an outage none', () => {
    const told = { atMs: 1, sinceMs: 1, count: 1, what: 'x' };
    const alarms = (['journal-contradicts', 'witness-contradicts', 'quorum-missed', 'not-written'] as const).map(
      (kind) => troubleText({ ...told, kind }).isAlarm,
    );
    expect(alarms).toEqual([true, true, false, false]);
  });

  it('names the node and the record of a gap', () => {
    const { title } = troubleText({
      kind: 'journal-contradicts',
      about: 'node-7',
      sequence: 1234,
      atMs: 1,
      sinceMs: 1,
      count: 1,
      what: 'x',
    });
    expect(title).toBe('The journal of node-7 contradicts the ledger at record 1,234');
  });

  it('tells a silent node from one whose agents are seen to act', () => {
    const node = { node: 'n', sequence: 1, hash: '', missing: 0, toldBy: [], heardMs: 1 };
    expect(nodeText({ ...node, state: 'silent' }).tone).toBe('waiting');
    const alarm = nodeText({ ...node, toldBy: ['codex', 'ci'], state: 'silent-while-active' });
    expect(alarm.tone).toBe('bad');
    expect(alarm.means).toContain('codex, ci told that its agents act');
  });
});
