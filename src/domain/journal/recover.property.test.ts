import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recover } from './recover.ts';
import { asBytes, sampleLog, withFile } from './sample-log.ts';
import { segmentFileName } from './segment.ts';

const payload = fc.oneof(
  fc.json(),
  fc.string({ minLength: 300, maxLength: 2500 }).map((text) => JSON.stringify(text)),
);
const batch = fc.array(payload, { minLength: 1, maxLength: 4 });
const segment = fc.array(batch, { minLength: 1, maxLength: 4 });
const logs = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => sampleLog(segments));

describe('recovery', () => {
  it('of a log cut anywhere in the last segment keeps every whole record, in order, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.nat(), fc.nat({ max: 5_000 }), async (log, cut, zeros) => {
        const file = segmentFileName(log.segments.size);
        const sealed = log.places.filter((place) => place.file !== file).length;
        const length = cut % ((log.segments.get(file)?.length ?? 0) + 1);
        const whole = sealed + log.places.filter((place) => place.file === file && place.end <= length).length;
        // What was prepared for the records to come lies behind a whole head only.
        const prepared = Buffer.alloc(length < 128 ? 0 : zeros);
        const recovery = await recover(
          asBytes(
            withFile(log, file, (bytes) => Buffer.concat([bytes.subarray(0, length), prepared])),
            sealed,
          ),
        );
        expect(recovery).toMatchObject(
          whole === 0 && length < 128 ? { kind: 'empty' } : { kind: 'recovered', position: log.positions[whole] },
        );
      }),
    );
  });

  it('of a log cut before what was acknowledged is refused', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.nat(), async (log, cut) => {
        const file = segmentFileName(log.segments.size);
        const length = cut % (log.segments.get(file)?.length ?? 1);
        const recovery = await recover(
          asBytes(
            withFile(log, file, (bytes) => bytes.subarray(0, length)),
            log.places.length,
          ),
        );
        expect(recovery.kind).toBe('damaged');
      }),
    );
  });

  it('finds any single changed byte of an acknowledged log', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (log, which, at, mask) => {
        const file = segmentFileName(1 + (which % log.segments.size));
        const changed = withFile(log, file, (bytes) => {
          bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ mask, at % bytes.length);
          return bytes;
        });
        const recovery = await recover(asBytes(changed, log.places.length));
        expect(recovery).toMatchObject({ kind: 'damaged', damage: { file } });
      }),
      { numRuns: 500 },
    );
  });

  it('with a mark from before the last batch never loses a record of an earlier batch to a changed byte', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.nat(), fc.integer({ min: 1, max: 255 }), async (log, at, mask) => {
        const lastBatch = log.places.at(-1)?.batch ?? 0;
        const earlier = log.places.filter(({ batch }) => batch < lastBatch).length;
        const file = segmentFileName(log.segments.size);
        const changed = withFile(log, file, (bytes) => {
          bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ mask, at % bytes.length);
          return bytes;
        });
        const recovery = await recover(asBytes(changed, 0));
        if (recovery.kind === 'recovered') expect(recovery.position.sequence).toBeGreaterThanOrEqual(earlier);
      }),
      { numRuns: 500 },
    );
  });

  it('of sectors that reached the disk in any order keeps the batches before, and a prefix of the last one', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.infiniteStream(fc.boolean()), async (log, written) => {
        const last = log.places.at(-1);
        if (last === undefined) return;
        const start = log.places.find(({ batch }) => batch === last.batch)?.start ?? 0;
        const before = log.places.filter(({ batch }) => batch < last.batch).length;
        const lost = withFile(log, last.file, (bytes) => {
          // The sector that the batch shares with the one before it was on the disk: the disk keeps its old half or its new one.
          for (let at = start; at < bytes.length; at = (Math.floor(at / 512) + 1) * 512) {
            const end = Math.min(bytes.length, (Math.floor(at / 512) + 1) * 512);
            if (!written.next().value) bytes.fill(0, at, end);
          }
          return bytes;
        });
        const recovery = await recover(asBytes(lost, before));
        expect(recovery.kind).toBe('recovered');
        if (recovery.kind !== 'recovered') return;
        expect(recovery.position.sequence).toBeGreaterThanOrEqual(before);
        expect(recovery.position).toEqual(log.positions[recovery.position.sequence]);
      }),
      { numRuns: 500 },
    );
  });
});
