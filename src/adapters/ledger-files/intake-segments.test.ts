import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { intakeContract, someBatch } from '#adapters/ledger-intake.contract.ts';
import { encodeIntake, type Intake } from '#domain/ledger/intake.ts';
import { LedgerDamaged, LedgerUnavailable } from '#domain/ledger/store.ts';
import { createIntakeSegments } from './intake-segments.ts';

/** Room for four batches of ten entries. */
const SEGMENT_BYTES = 1024;

const scratch: string[] = [];
function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'acgs-intake-'));
  scratch.push(path);
  return path;
}
afterEach(() => {
  for (const path of scratch.splice(0)) rmSync(path, { recursive: true, force: true });
});

const segments = (root: string): string[] => readdirSync(join(root, 'intake')).toSorted();
const fileOf = (root: string, first: number): string => join(root, 'intake', String(first).padStart(16, '0'));

/** An intake with batches of ten entries, of which some segments are full. */
async function filled(root: string, batches: number): Promise<readonly Intake[]> {
  const intake = createIntakeSegments(root, SEGMENT_BYTES);
  await intake.recover(0);
  const made = Array.from({ length: batches }, (_, at) => someBatch(at * 10, 10));
  for (const batch of made) await intake.append(batch);
  return made;
}

describe('an intake of segments', () => {
  for (const [name, bytes] of [
    ['that hold everything', 64 * 1024],
    ['that hold one small batch each', 10],
  ] as const) {
    describe(name, () => {
      const places = new Map<number, string>();
      intakeContract(async (place) => {
        const root = places.get(place) ?? directory();
        places.set(place, root);
        return createIntakeSegments(root, bytes);
      });
    });
  }

  it('goes over many segments, uses them again once they are covered, and leaves no file behind', async () => {
    const root = directory();
    const intake = createIntakeSegments(root, SEGMENT_BYTES);
    await intake.recover(0);
    let most = 0;
    for (let first = 0; first < 1_000; first += 10) {
      await intake.append(someBatch(first, 10));
      if (first % 50 === 0) await intake.forget(first);
      most = Math.max(most, segments(root).length);
    }
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThan(6);
    // 950 is covered. What is left begins with older batches, of which nothing is told.
    expect(await createIntakeSegments(root, SEGMENT_BYTES).recover(950)).toEqual(
      [950, 960, 970, 980, 990].map((first) => someBatch(first, 10)),
    );
    const last = createIntakeSegments(root, SEGMENT_BYTES);
    await last.recover(950);
    await last.forget(1_000);
    await last.close();
    expect(segments(root)).toEqual([]);
    expect(readdirSync(join(root, '.writing')).length).toBeLessThan(3); // of those that were left without a word; the lease clears it
  });

  it('takes a torn last batch for one that was never answered, wherever it is torn', async () => {
    const whole = directory();
    const batches = await filled(whole, 2);
    const bytes = readFileSync(fileOf(whole, 0));
    const start = encodeIntake(someBatch(0, 10)).length;
    const end = start + encodeIntake(someBatch(10, 10)).length;
    for (let torn = start; torn < end; torn += 7) {
      const root = directory();
      const intake = createIntakeSegments(root, SEGMENT_BYTES);
      await intake.recover(0);
      const damaged = Buffer.from(bytes);
      damaged.fill(0, torn);
      writeFileSync(fileOf(root, 0), damaged);
      expect(await intake.recover(0), `torn at ${torn}`).toEqual(batches.slice(0, 1));
      // And goes on with another batch in its place.
      await intake.append(someBatch(10, 3));
      expect(await createIntakeSegments(root, SEGMENT_BYTES).recover(0)).toEqual([batches[0], someBatch(10, 3)]);
    }
  });

  it('refuses what was answered and is damaged: in the middle of a segment, at the end of one that was full, or a whole segment', async () => {
    const flip = (root: string, first: number, at: number): void => {
      const bytes = readFileSync(fileOf(root, first));
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(fileOf(root, first), bytes);
    };
    const middle = directory();
    await filled(middle, 2);
    flip(middle, 0, 120);
    const full = directory();
    await filled(full, 6);
    flip(full, 0, readFileSync(fileOf(full, 0)).lastIndexOf('"entry":3'));
    const missing = directory();
    await filled(missing, 12);
    expect(segments(missing).length).toBe(3);
    rmSync(join(missing, 'intake', segments(missing)[1] ?? ''));
    for (const root of [middle, full, missing]) {
      const before = segments(root).map((name) => readFileSync(join(root, 'intake', name)));
      await expect(createIntakeSegments(root, SEGMENT_BYTES).recover(0)).rejects.toBeInstanceOf(LedgerDamaged);
      // Nothing is repaired.
      expect(segments(root).map((name) => readFileSync(join(root, 'intake', name)))).toEqual(before);
    }
  });

  it('comes to the same when it was killed between writing anew and clearing away', async () => {
    const root = directory();
    const batches = await filled(root, 7);
    const old = segments(root).map((name) => ({ name, bytes: readFileSync(join(root, 'intake', name)) }));
    await createIntakeSegments(root, SEGMENT_BYTES).recover(0);
    expect(segments(root)).toHaveLength(1);
    // All of the old ones but the first, whose name the new one has.
    for (const { name, bytes } of old.slice(1)) writeFileSync(join(root, 'intake', name), bytes);
    expect(await createIntakeSegments(root, SEGMENT_BYTES).recover(0)).toEqual(batches);
  });

  it('reads what was one object a batch', async () => {
    const root = directory();
    await createIntakeSegments(root).recover(0);
    for (const first of [0, 10, 20]) writeFileSync(fileOf(root, first), encodeIntake(someBatch(first, 10)));
    expect(await createIntakeSegments(root).recover(10)).toEqual([someBatch(10, 10), someBatch(20, 10)]);
  });

  it('keeps its files to their owner, and says that a disk failed, with the cause', async () => {
    const root = directory();
    await filled(root, 1);
    expect(statSync(join(root, 'intake')).mode & 0o077).toBe(0);
    expect(statSync(fileOf(root, 0)).mode & 0o077).toBe(0);
    const broken = directory();
    writeFileSync(join(broken, 'intake'), 'a file where a directory should be');
    await expect(createIntakeSegments(broken).recover(0)).rejects.toMatchObject({
      name: LedgerUnavailable.name,
      cause: { code: expect.stringMatching(/^(EEXIST|ENOTDIR)$/) },
    });
  });
});
