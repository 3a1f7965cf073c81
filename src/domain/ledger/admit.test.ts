import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyHash, type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import { admit, type ShippedRecord } from './admit.ts';

const NODE = 'node-1';

/** A sound journal of `count` records; `text` tells journals apart. */
function journal(count: number, text = 'a'): readonly ShippedRecord[] {
  const records: ShippedRecord[] = [];
  let { hash } = genesisPosition(NODE);
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const previousHash = hash;
    hash = bodyHash(Buffer.concat([previousHash, Buffer.from(`${text}${sequence}`)]));
    records.push({ sequence, previousHash, hash });
  }
  return records;
}

const records = journal(20);
const upTo = (sequence: number): ChainPosition => {
  const record = records[sequence - 1];
  return record === undefined ? genesisPosition(NODE) : { sequence, hash: record.hash };
};
const edited = (record: ShippedRecord | undefined): ShippedRecord => {
  if (record === undefined) throw new Error('no such record');
  return { ...record, hash: bodyHash(Buffer.concat([record.previousHash, Buffer.from('edited')])) };
};

describe('records that a node ships', () => {
  it('are refused with a gap before them, and the expected one is told', () => {
    expect(admit(NODE, upTo(5), records.slice(6, 9))).toMatchObject({
      kind: 'refused',
      code: 'records-missing',
      sequence: 7,
      what: expect.stringContaining('after 5'),
    });
  });

  it('are refused with a gap, a repetition or a swap among them', () => {
    const [first, second, third] = records as [ShippedRecord, ShippedRecord, ShippedRecord];
    for (const shuffled of [
      [first, third],
      [first, first],
      [first, third, second],
      [second, first],
    ]) {
      expect(admit(NODE, upTo(0), shuffled)).toMatchObject({ kind: 'refused' });
    }
    expect(admit(NODE, upTo(0), [first, third])).toMatchObject({ code: 'sequence-wrong', sequence: 3 });
    expect(admit(NODE, upTo(0), [first, first])).toMatchObject({ code: 'sequence-wrong', sequence: 1 });
  });

  it('are refused when one of them was edited, at the next record at the latest', () => {
    const shipped = [...records.slice(0, 3), edited(records[3]), ...records.slice(4, 6)];
    expect(admit(NODE, upTo(0), shipped)).toMatchObject({ code: 'chain-broken', sequence: 5 });
  });

  it('are refused when they continue another journal than the one that the ledger knows', () => {
    expect(admit(NODE, upTo(5), journal(10, 'b').slice(5))).toMatchObject({ code: 'chain-broken', sequence: 6 });
    expect(admit('node-2', genesisPosition('node-2'), records)).toMatchObject({ code: 'chain-broken', sequence: 1 });
  });

  it('are refused when what they repeat is not what the ledger has', () => {
    expect(admit(NODE, upTo(5), journal(10, 'b').slice(3))).toMatchObject({ code: 'record-different', sequence: 5 });
    expect(admit(NODE, upTo(5), [edited(records[4])])).toMatchObject({ code: 'record-different', sequence: 5 });
  });

  it('are nothing new when all of them were there before', () => {
    expect(admit(NODE, upTo(9), records.slice(2, 6))).toEqual({ kind: 'repeated', last: records[5] });
    expect(admit(NODE, upTo(9), records.slice(2, 9))).toEqual({ kind: 'repeated', last: records[8] });
  });

  it('are taken once, however they are cut and repeated on the way', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(19), fc.integer({ min: 1, max: 20 })), { maxLength: 30 }), (cuts) => {
        let position = genesisPosition(NODE);
        const taken: number[] = [];
        for (const [start, count] of [...cuts, [0, 20] as const]) {
          const shipped = records.slice(start, start + count);
          const admission = admit(NODE, position, shipped);
          if (start > position.sequence) expect(admission.kind).toBe('refused');
          if (admission.kind !== 'fresh') continue;
          taken.push(...admission.entries.map(({ sequence }) => sequence));
          position = admission.position;
        }
        expect(taken).toEqual(records.map(({ sequence }) => sequence));
        expect(position).toEqual(upTo(20));
      }),
    );
  });

  it('are at least one', () => {
    expect(() => admit(NODE, upTo(0), [])).toThrow(RangeError);
  });
});
