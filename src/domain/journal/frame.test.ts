import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeMark, encodeMark, MARK_BYTES } from './acknowledged.ts';
import { genesisPosition } from './chain.ts';
import { decodeFrame, decodeHead, encodeFrame, PAYLOAD_BYTES_MAX, sealFrame } from './frame.ts';
import { readUint64, writeUint64 } from './integers.ts';
import { decodeSegmentHead, encodeSegmentHead, SEGMENT_HEAD_BYTES, segmentFileName, segmentNumber } from './segment.ts';

const genesis = genesisPosition('node-1');

describe('a frame', () => {
  it('refuses an empty payload and one beyond the limit', () => {
    expect(() => encodeFrame(genesis, '')).toThrow(RangeError);
    expect(() => encodeFrame(genesis, 'x'.repeat(PAYLOAD_BYTES_MAX + 1))).toThrow(RangeError);
  });

  it('is damaged when its head claims a length beyond the limit, even with a right checksum', () => {
    const { bytes } = encodeFrame(genesis, '{}');
    bytes.writeUInt32BE(PAYLOAD_BYTES_MAX + 1, 4);
    sealFrame(bytes, 0);
    expect(decodeFrame(bytes, 0)).toMatchObject({ kind: 'damaged', part: 'length' });
  });

  it('is short at every length before its end, never whole', () => {
    const { bytes } = encodeFrame(genesis, '{"kind":"é"}');
    for (let length = 1; length < bytes.length; length += 1) {
      expect(decodeFrame(bytes.subarray(0, length), 0).kind, `${length} bytes`).toBe('short');
    }
    expect(decodeFrame(bytes, 0).kind).toBe('frame');
  });

  it('does not decode once any single bit is flipped', () => {
    const { bytes } = encodeFrame(genesis, '{"kind":"decision"}');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(decodeFrame(flipped, 0).kind, `bit ${bit}`).not.toBe('frame');
    }
  });

  it('hashes the previous hash and the payload as stored, and says what was durable', () => {
    const { bytes, position } = encodeFrame(genesis, '{"a":1}');
    sealFrame(bytes, 7);
    const expected = createHash('sha256').update(genesis.hash).update('{"a":1}').digest('hex');
    expect(position).toEqual({ sequence: 1, hash: Buffer.from(expected, 'hex') });
    expect(decodeHead(bytes, 0)).toMatchObject({ sequence: 1, durable: 7, payloadBytes: 7 });
    const decoded = decodeFrame(bytes, 0);
    expect(decoded.kind === 'frame' && decoded.frame.hash.toString('hex')).toBe(expected);
    expect(decoded.kind === 'frame' && decoded.frame.payload.toString()).toBe('{"a":1}');
  });

  it('keeps integers up to 2^53 - 1', () => {
    const bytes = Buffer.alloc(8);
    for (const value of [0, 1, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      writeUint64(bytes, value, 0);
      expect(readUint64(bytes, 0)).toBe(value);
      expect(bytes.readBigUInt64BE(0)).toBe(BigInt(value));
    }
  });
});

describe('a segment head', () => {
  const head = { number: 3, node: 'node-1', after: { sequence: 41, hash: genesis.hash } };

  it.each(['', 'a/b', ' a', 'ä', 'x'.repeat(65)])('refuses the node id %j', (node) => {
    expect(() => encodeSegmentHead({ ...head, node })).toThrow(RangeError);
  });

  it('is damaged once any single byte is changed', () => {
    const bytes = encodeSegmentHead(head);
    for (let at = 0; at < SEGMENT_HEAD_BYTES; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x10, at);
      expect(decodeSegmentHead(changed).kind, `byte ${at}`).toBe('damaged');
    }
    expect(decodeSegmentHead(bytes.subarray(0, 127)).kind).toBe('short');
  });

  it('comes back as it was', () => {
    expect(decodeSegmentHead(encodeSegmentHead(head))).toEqual({ kind: 'head', head });
    expect(decodeSegmentHead(encodeSegmentHead({ ...head, node: 'x'.repeat(64) }))).toMatchObject({ kind: 'head' });
  });

  it('has a file name that sorts by its number', () => {
    expect(segmentFileName(12)).toBe('0000000012.segment');
    expect(segmentNumber('0000000012.segment')).toBe(12);
    expect(segmentNumber('12.segment')).toBeUndefined();
    expect(segmentNumber('0000000012.segment.bak')).toBeUndefined();
  });
});

describe('the acknowledged mark', () => {
  it('is not read once any single byte is changed', () => {
    const bytes = encodeMark({ sequence: 5, hash: genesis.hash });
    for (let at = 0; at < MARK_BYTES; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(decodeMark(changed), `byte ${at}`).toBeUndefined();
    }
    expect(decodeMark(bytes.subarray(1))).toBeUndefined();
    expect(decodeMark(bytes)).toEqual({ sequence: 5, hash: genesis.hash });
  });
});
