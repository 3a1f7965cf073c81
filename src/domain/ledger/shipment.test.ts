import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import { encodeFrame } from '#domain/journal/frame.ts';
import { SHIPPED_RECORDS_MAX } from './admit.ts';
import { parseShipment } from './shipment.ts';

function frames(count: number): readonly Buffer[] {
  let position: ChainPosition = genesisPosition('n1');
  return Array.from({ length: count }, (_, at) => {
    const frame = encodeFrame(position, `{"record":${at}}`);
    position = frame.position;
    return frame.bytes;
  });
}

describe('a shipment', () => {
  const whole = Buffer.concat(frames(3));

  it('is refused with one bit changed or one byte missing anywhere', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
        // What was durable when a frame was written is no part of the record, but of the head's checksum.
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(parseShipment(changed)).toMatchObject({ ok: false, refusal: { code: 'frames-malformed' } });
        const isBetweenFrames = at % (whole.length / 3) === 0;
        expect(parseShipment(whole.subarray(0, at)).ok).toBe(isBetweenFrames);
      }),
      { numRuns: 300 },
    );
  });

  it('has no more records than a batch', () => {
    expect(parseShipment(Buffer.concat(frames(SHIPPED_RECORDS_MAX))).ok).toBe(true);
    expect(parseShipment(Buffer.concat(frames(SHIPPED_RECORDS_MAX + 1))).ok).toBe(false);
  });

  it('gives each record its place and the hashes of its bytes', () => {
    const parsed = parseShipment(whole);
    const [first, second] = parsed.ok ? parsed.value : [];
    expect(first).toMatchObject({ sequence: 1, previousHash: genesisPosition('n1').hash });
    expect(second).toMatchObject({ sequence: 2, previousHash: first?.hash });
    expect(parseShipment(Buffer.alloc(0))).toEqual({ ok: true, value: [] });
  });
});
