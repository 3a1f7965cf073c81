import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeMark } from './acknowledged.ts';
import { genesisPosition } from './chain.ts';
import { damageRefusal } from './damage.ts';
import { encodeFrame } from './frame.ts';
import { recover } from './recover.ts';
import { asBytes, type SampleLog, sampleLog, withFile } from './sample-log.ts';
import { encodeSegmentHead, segmentFileName } from './segment.ts';

const FIRST = segmentFileName(1);
const SECOND = segmentFileName(2);
const THIRD = segmentFileName(3);

/** Three segments; the last holds records 5 (batch of one), then 6, 7 and 8 in one batch. Payloads span sectors. */
const long = (name: string): string => JSON.stringify({ name, text: 'x'.repeat(1500) });
const log = sampleLog([[['"1"', '"2"'], ['"3"']], [['"4"']], [[long('5')], [long('6'), long('7'), long('8')]]]);

function place(sequence: number): SampleLog['places'][number] {
  const found = log.places[sequence - 1];
  if (found === undefined) throw new Error(`no record ${sequence}`);
  return found;
}

const flip = (at: number) => (bytes: Buffer) => {
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x20, at);
  return bytes;
};
const cutAt = (end: number) => (bytes: Buffer) => bytes.subarray(0, end);
/** The sectors that lie wholly between the two offsets were never written. */
const hole = (start: number, end: number) => (bytes: Buffer) =>
  bytes.fill(0, Math.ceil(start / 512) * 512, Math.floor(end / 512) * 512);

describe('damage is refused, and named by file, offset and sequence', () => {
  const cases: { name: string; log: SampleLog; mark?: number | Buffer | undefined; damage: object }[] = [
    {
      name: 'a byte changed in a sealed segment',
      log: withFile(log, FIRST, flip(place(2).start + 64)),
      damage: { code: 'record-damaged', file: FIRST, offset: place(2).start, sequence: 2 },
    },
    {
      name: 'the last record of a sealed segment cut short',
      log: withFile(log, FIRST, cutAt(place(3).end - 1)),
      damage: { code: 'record-damaged', file: FIRST, offset: place(3).start, sequence: 3 },
    },
    {
      name: 'the last record of a sealed segment cut off',
      log: withFile(log, FIRST, cutAt(place(3).start)),
      damage: { code: 'records-missing', file: SECOND, offset: 0, sequence: 3 },
    },
    {
      name: 'a segment missing in the middle',
      log: withFile(log, SECOND, () => undefined),
      damage: { code: 'segment-missing', file: THIRD, offset: 0, sequence: 4 },
    },
    {
      name: 'the first segment missing',
      log: withFile(log, FIRST, () => undefined),
      damage: { code: 'segment-missing', file: SECOND, offset: 0, sequence: 1 },
    },
    {
      name: 'the last segment missing',
      log: withFile(log, THIRD, () => undefined),
      damage: { code: 'records-missing', file: SECOND, sequence: 5 },
    },
    {
      name: 'every segment missing',
      log: { ...log, segments: new Map() },
      damage: { code: 'segment-missing', file: 'acknowledged' },
    },
    {
      name: 'acknowledged records cut off at a record boundary',
      log: withFile(log, THIRD, cutAt(place(7).start)),
      damage: { code: 'records-missing', file: THIRD, offset: place(7).start, sequence: 7 },
    },
    {
      name: 'an acknowledged record cut short',
      log: withFile(log, THIRD, cutAt(place(8).end - 1)),
      damage: { code: 'record-damaged', file: THIRD, offset: place(8).start, sequence: 8 },
    },
    {
      name: 'an acknowledged record with a hole',
      log: withFile(log, THIRD, hole(place(8).start, place(8).end)),
      damage: { code: 'record-damaged', file: THIRD, sequence: 8 },
    },
    {
      name: 'a byte changed in the last record, never acknowledged: it was written whole',
      log: withFile(log, THIRD, flip(place(8).end - 1)),
      mark: 5,
      damage: { code: 'record-damaged', file: THIRD, offset: place(8).start, sequence: 8 },
    },
    {
      name: 'the length changed in the last record, never acknowledged: not taken for a short one',
      log: withFile(log, THIRD, flip(place(8).start + 4)),
      mark: 5,
      damage: { code: 'record-damaged', file: THIRD, offset: place(8).start, sequence: 8 },
    },
    {
      name: 'a hole in a record that a later batch proves durable, although the mark is old',
      log: withFile(log, THIRD, hole(place(5).start, place(5).end)),
      mark: 4,
      damage: { code: 'record-damaged', file: THIRD, offset: place(5).start, sequence: 5 },
    },
    {
      name: 'the head of a sealed segment damaged',
      log: withFile(log, SECOND, flip(20)),
      damage: { code: 'segment-head-damaged', file: SECOND, offset: 0, sequence: 4 },
    },
    {
      name: 'the head of the last segment changed: not taken for an unfinished one',
      log: withFile(log, THIRD, flip(20)),
      mark: 4,
      damage: { code: 'segment-head-damaged', file: THIRD, offset: 0, sequence: 5 },
    },
    {
      name: 'the head of the last segment cut short, but records in it were acknowledged',
      log: withFile(log, THIRD, cutAt(100)),
      damage: { code: 'segment-head-damaged', file: THIRD, offset: 0, sequence: 5 },
    },
    {
      name: 'a format of the future',
      log: withFile(log, THIRD, (bytes) => {
        bytes.writeUInt32BE(2, 8);
        bytes.writeUInt32BE(crc32(bytes.subarray(0, 124)), 124);
        return bytes;
      }),
      damage: { code: 'format-unknown', file: THIRD },
    },
    {
      name: 'a segment of another node',
      log: withFile(log, SECOND, () => encodeSegmentHead({ number: 2, node: 'node-2', after: position(3) })),
      damage: { code: 'node-different', file: SECOND, sequence: 4 },
    },
    {
      name: 'a segment that begins too early',
      log: withFile(log, SECOND, () => encodeSegmentHead({ number: 2, node: 'node-1', after: position(2) })),
      damage: { code: 'sequence-wrong', file: SECOND, sequence: 4 },
    },
    {
      name: 'a segment that builds on another log',
      log: withFile(log, SECOND, () =>
        encodeSegmentHead({ number: 2, node: 'node-1', after: { sequence: 3, hash: position(1).hash } }),
      ),
      damage: { code: 'chain-broken', file: SECOND, sequence: 4 },
    },
    {
      name: 'an intact record with a wrong sequence',
      log: withFile(log, FIRST, () => replaced(encodeFrame({ ...position(1), sequence: 4 }, '"2"').bytes, 1)),
      damage: { code: 'sequence-wrong', file: FIRST, offset: place(2).start, sequence: 2 },
    },
    {
      name: 'an intact record that does not build on the one before it',
      log: withFile(log, FIRST, () => replaced(encodeFrame({ ...position(2), sequence: 1 }, '"2"').bytes, 1)),
      damage: { code: 'chain-broken', file: FIRST, offset: place(2).start, sequence: 2 },
    },
    {
      name: 'a log rewritten from the acknowledged record on, with every checksum and hash right',
      log: sampleLog([[['"1"', '"2"', '"not 3"']]]),
      mark: encodeMark(position(3)),
      damage: { code: 'chain-broken', file: FIRST, sequence: 3 },
    },
    { name: 'no mark beside segments', log, mark: undefined, damage: { code: 'mark-damaged', file: 'acknowledged' } },
    { name: 'a mark that is not one', log, mark: Buffer.alloc(64, 1), damage: { code: 'mark-damaged' } },
  ];

  it.each(cases)('$name', async ({ log: bytes, damage, ...rest }) => {
    const recovery = await recover(asBytes(bytes, 'mark' in rest ? rest.mark : 8));
    expect(recovery).toMatchObject({ kind: 'damaged', damage });
  });

  it('what a visitor calls malformed', async () => {
    const recovery = await recover(asBytes(log, 8), (_file, frame) =>
      frame.sequence === 4 ? 'not an entry' : undefined,
    );
    expect(recovery).toMatchObject({ kind: 'damaged', damage: { code: 'entry-malformed', file: SECOND, sequence: 4 } });
  });

  it('and told with the place and what to do', () => {
    const damage = {
      code: 'record-damaged',
      file: FIRST,
      offset: 128,
      sequence: 1,
      what: 'bytes have changed',
    } as const;
    expect(damageRefusal(damage)).toMatchObject({
      code: 'record-damaged',
      message: `the journal is damaged: ${FIRST}, byte 128, record 1: bytes have changed`,
      detail: expect.stringContaining('Move the whole journal directory aside'),
    });
  });
});

describe('a torn tail of the last segment is cut off, and nothing else', () => {
  const cases: { name: string; log: SampleLog; kept: number; soundBytes: number }[] = [
    {
      name: 'the last record cut short',
      log: withFile(log, THIRD, cutAt(place(8).end - 1)),
      kept: 7,
      soundBytes: place(8).start,
    },
    {
      name: 'one byte of a record',
      log: withFile(log, THIRD, cutAt(place(8).start + 1)),
      kept: 7,
      soundBytes: place(8).start,
    },
    {
      name: 'a sector of the last record never written',
      log: withFile(log, THIRD, hole(place(8).start, place(8).end)),
      kept: 7,
      soundBytes: place(8).start,
    },
    {
      name: 'a sector in the middle of the last batch never written, the records behind it whole',
      log: withFile(log, THIRD, hole(place(6).start, place(6).end)),
      kept: 5,
      soundBytes: place(6).start,
    },
    {
      name: 'the last record cut short, with the zeros behind it that were prepared',
      log: withFile(log, THIRD, (bytes) => bytes.fill(0, place(8).end - 1)),
      kept: 7,
      soundBytes: place(8).start,
    },
    {
      name: 'zeros behind the last record',
      log: withFile(log, THIRD, (bytes) => Buffer.concat([bytes, Buffer.alloc(4096)])),
      kept: 8,
      soundBytes: place(8).end,
    },
  ];

  it.each(cases)('$name', async ({ log: torn, kept, soundBytes }) => {
    const recovery = await recover(asBytes(torn, 5));
    expect(recovery).toMatchObject({ kind: 'recovered', node: 'node-1', position: position(kept), unborn: undefined });
    if (recovery.kind !== 'recovered') return;
    const written = (torn.segments.get(THIRD) ?? Buffer.alloc(0)).findLastIndex((byte) => byte !== 0) + 1;
    expect(recovery.segments.at(-1)?.soundBytes).toBe(soundBytes);
    expect(recovery.tornBytes).toBe(written - soundBytes);
  });

  it.each([
    ['no byte', Buffer.alloc(0)],
    ['half a head', encodeSegmentHead({ number: 4, node: 'node-1', after: position(8) }).subarray(0, 64)],
    ['a head of zeros', Buffer.alloc(128)],
  ])('a segment whose creation left %s', async (_name, bytes) => {
    const unborn = { ...log, segments: new Map([...log.segments, [segmentFileName(4), bytes]]) };
    expect(await recover(asBytes(unborn, 8))).toMatchObject({
      kind: 'recovered',
      position: position(8),
      unborn: segmentFileName(4),
      tornBytes: 0,
    });
  });
});

describe('a sound journal', () => {
  it('comes back whole, with where each segment begins and ends', async () => {
    const seen: number[] = [];
    const recovery = await recover(asBytes(log, 8), (_file, frame) => void seen.push(frame.sequence));
    expect(recovery).toMatchObject({ kind: 'recovered', position: position(8), tornBytes: 0 });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(
      recovery.kind === 'recovered' && recovery.segments.map(({ after, end }) => [after.sequence, end.sequence]),
    ).toEqual([
      [0, 3],
      [3, 4],
      [4, 8],
    ]);
  });

  it('is empty before the first segment is made', async () => {
    const none = { ...log, segments: new Map<string, Buffer>() };
    for (const mark of [undefined, encodeMark(genesisPosition('node-1')), Buffer.alloc(3)]) {
      expect(await recover(asBytes(none, mark))).toEqual({ kind: 'empty', unborn: undefined });
    }
    const unborn = { ...log, segments: new Map([[FIRST, Buffer.alloc(10)]]) };
    expect(await recover(asBytes(unborn, 0))).toEqual({ kind: 'empty', unborn: FIRST });
  });
});

function position(sequence: number) {
  const found = log.positions[sequence];
  if (found === undefined) throw new Error(`no position ${sequence}`);
  return found;
}

/** The first segment with the record after `keep` records replaced. */
function replaced(frame: Buffer, keep: number): Buffer {
  const bytes = log.segments.get(FIRST) ?? Buffer.alloc(0);
  return Buffer.concat([bytes.subarray(0, place(keep).end), frame]);
}
