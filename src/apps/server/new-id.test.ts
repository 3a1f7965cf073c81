import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createNewId } from '#apps/server/new-id.ts';

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('new ids', () => {
  it('sort in the order in which they were made, within a millisecond, past its counter, and when the clock goes back', () => {
    let nowMs = 1_800_000_000_000;
    const newId = createNewId({ nowMs: () => nowMs, randomUuid: randomUUID });
    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      for (let count = 0; count < 5_000; count += 1) ids.push(newId());
      nowMs += turn === 0 ? 1 : -1_000;
    }
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !V7.test(id))).toEqual([]);
  });

  it('say when they were made, and differ where the clock does not', () => {
    const deps = { nowMs: () => 0x0123456789ab, randomUuid: randomUUID };
    const [one, other] = [createNewId(deps)(), createNewId(deps)()];
    expect(one.replaceAll('-', '').slice(0, 12)).toBe('0123456789ab');
    expect(one).not.toBe(other);
  });
});
