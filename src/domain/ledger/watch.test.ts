import { describe, expect, it } from 'vitest';
import { addTrouble, type Trouble } from './watch.ts';

const gap = { kind: 'journal-contradicts', about: 'node-1', sequence: 7, what: 'record 7 is missing' } as const;

describe('what went wrong with a ledger', () => {
  it('is one line for an outage that goes on, with when it began', () => {
    let troubles: readonly Trouble[] = [];
    for (const nowMs of [10, 20, 30]) troubles = addTrouble(troubles, { kind: 'not-written', what: 'no disk' }, nowMs);
    expect(troubles).toEqual([{ kind: 'not-written', what: 'no disk', sinceMs: 10, atMs: 30, count: 3 }]);
  });

  it('is another line for another node, and for another record of the same node', () => {
    let troubles = addTrouble([], gap, 1);
    troubles = addTrouble(troubles, { ...gap, about: 'node-2' }, 2);
    troubles = addTrouble(troubles, { ...gap, about: 'node-2', sequence: 8 }, 3);
    expect(troubles.map(({ about, sequence }) => [about, sequence])).toEqual([
      ['node-1', 7],
      ['node-2', 7],
      ['node-2', 8],
    ]);
  });

  it('keeps the newest, and not without bound', () => {
    let troubles: readonly Trouble[] = [];
    for (let sequence = 1; sequence <= 1_000; sequence += 1)
      troubles = addTrouble(troubles, { ...gap, sequence }, sequence);
    expect(troubles).toHaveLength(200);
    expect(troubles.at(-1)?.sequence).toBe(1_000);
  });
});
