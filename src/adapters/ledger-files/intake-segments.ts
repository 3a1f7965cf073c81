import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  encodeIntake,
  hasLaterBatch,
  INTAKE_PREFIX,
  type Intake,
  intakeFirst,
  intakePath,
  parseIntakeRun,
} from '#domain/ledger/intake.ts';
import { type IntakeLog, LedgerDamaged, LedgerUnavailable } from '#domain/ledger/store.ts';
import { syncDirectory, TEMPORARY_DIRECTORY } from './object-files.ts';

/** Of one file: three seconds at 10,000 entries a second. A longer batch, or what is found at a start, makes a larger one. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

interface Segment {
  readonly file: FileHandle;
  readonly path: string;
  readonly bytes: number;
}

/**
 * Batches in the files of one machine: one after another in a file that was filled before, so that a batch costs one write and one fdatasync that changes no metadata. A
 * file that grows, or a new one for each batch, makes the file system's own journal a part of every answer, with everything that others (tiles!) have put in it.
 *
 *   intake/0000000000000000   batch · batch · batch · …          full, until a checkpoint covers it; then it is used again
 *   intake/0000000000021504   batch · batch · ░░░░░░░░░░░░       in use: what follows the last batch is zeroes, or of its earlier use
 *   .writing/<id>             ░░░░░░░░░░░░░░░░░░░░░░░░░░         the next one, made ready when half of the one before is used
 *
 * Needs the lock on the directory (`createFileLease`): nothing here keeps two writers apart. The kernel gives it back only when every thread of its holder is gone, and `close`
 * waits for what is being written, so nothing is written late.
 */
export function createIntakeSegments(root: string, segmentBytes = SEGMENT_BYTES): IntakeLog {
  const directory = join(root, INTAKE_PREFIX);
  /** Full ones, oldest first, with the entry that each begins with. */
  let full: { readonly first: number; readonly segment: Segment }[] = [];
  let current: { readonly first: number; readonly segment: Segment; offset: number; next: number } | undefined;
  let spare: Promise<Segment> | undefined;
  let coveredTo = 0;
  let underWay: Promise<unknown> = Promise.resolve();

  /** One after another: what is written, renamed and closed never meets. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = underWay.then(async () => {
      try {
        return await act();
      } catch (cause) {
        if (cause instanceof LedgerDamaged) throw cause;
        throw new LedgerUnavailable(`the intake in ${root} cannot be read or written`, { cause });
      }
    });
    underWay = turn.catch(() => undefined);
    return turn;
  }

  /** A file without a name yet, all of it on stable storage: `content`, then zeroes. */
  async function makeSegment(bytes: number, content = Buffer.alloc(0)): Promise<Segment> {
    const path = join(root, TEMPORARY_DIRECTORY, randomUUID());
    const file = await open(path, 'wx+', FILE_MODE);
    const filled = Buffer.alloc(bytes);
    content.copy(filled);
    await file.writeFile(filled);
    await file.sync();
    return { file, path, bytes };
  }

  /** Gives a segment the name of its first entry, durably. One of that name that is there holds no batch that counts. */
  async function name(segment: Segment, first: number): Promise<Segment> {
    const path = join(root, intakePath(first));
    await rename(segment.path, path);
    await syncDirectory(directory);
    return { ...segment, path };
  }

  async function turn(first: number, bytes: number): Promise<void> {
    const taken = spare;
    spare = undefined;
    let next = await taken;
    if (next !== undefined && next.bytes < bytes) {
      await discard(next);
      next = undefined;
    }
    next ??= await makeSegment(Math.max(segmentBytes, bytes));
    const segment = await name(next, first);
    if (current !== undefined) full.push({ first: current.first, segment: current.segment });
    current = { first, segment, offset: 0, next: first };
  }

  async function closeAll(): Promise<void> {
    const segments = [...full.map(({ segment }) => segment), ...(current === undefined ? [] : [current.segment])];
    for (const { file } of segments) await file.close();
    // Nothing of it would be looked at again.
    if (current !== undefined && coveredTo >= current.next)
      for (const { path } of segments) await rm(path, { force: true });
    const unused = await spare?.catch(() => undefined);
    if (unused !== undefined) await discard(unused);
    full = [];
    current = undefined;
    spare = undefined;
  }

  return {
    fencedBy: 'lease',
    recover: (first) =>
      inTurn(async () => {
        await closeAll();
        for (const each of [root, directory, join(root, TEMPORARY_DIRECTORY)]) {
          await mkdir(each, { recursive: true, mode: DIRECTORY_MODE });
        }
        await syncDirectory(root);
        const { batches, names } = await readSegments(root, directory, first);
        coveredTo = first;
        // Written anew: a batch may be read here whose writer was told that it could not be made durable, and the copy that the system
        // then keeps in memory is no proof of what is on the disk.
        if (batches.length > 0) {
          const content = Buffer.concat(batches.map(encodeIntake));
          const segment = await name(await makeSegment(Math.max(segmentBytes, content.length), content), first);
          const next = first + batches.reduce((sum, { entries }) => sum + entries.length, 0);
          current = { first, segment, offset: content.length, next };
        }
        const others = names.filter((each) => batches.length === 0 || each !== first);
        for (const each of others) await rm(join(root, intakePath(each)));
        if (others.length > 0) await syncDirectory(directory);
        return batches;
      }),
    append: (batch) =>
      inTurn(async () => {
        const bytes = encodeIntake(batch);
        if (current === undefined || current.offset + bytes.length > current.segment.bytes) {
          await turn(batch.first, bytes.length);
        }
        const at = current;
        if (at === undefined) throw new Error('a segment is in use after a turn');
        await writeAt(at.segment.file, bytes, at.offset);
        await at.segment.file.datasync();
        at.offset += bytes.length;
        at.next = batch.first + batch.entries.length;
        if (at.offset * 2 > at.segment.bytes && spare === undefined) {
          spare = makeSegment(segmentBytes);
          spare.catch(() => undefined); // told by the turn that needs it
        }
      }),
    forget: (size) =>
      inTurn(async () => {
        coveredTo = size;
        const covered = full.filter((_, at) => (full[at + 1]?.first ?? current?.first ?? 0) <= size);
        full = full.slice(covered.length);
        for (const { segment } of covered) {
          if (spare === undefined && segment.bytes === segmentBytes) {
            // Not synced: after a crash it is a covered segment under its old name, or a nameless file, and both are cleared away.
            const path = join(root, TEMPORARY_DIRECTORY, randomUUID());
            await rename(segment.path, path);
            spare = Promise.resolve({ ...segment, path });
          } else await discard(segment);
        }
      }),
    close: () => inTurn(closeAll),
  };
}

/**
 * The batches from entry `first` on. A segment counts up to where the next one begins; the last one up to where its run of batches ends.
 * @throws {LedgerDamaged}
 */
async function readSegments(root: string, directory: string, first: number) {
  const names = (await readdir(directory))
    .flatMap((file) => intakeFirst(`${INTAKE_PREFIX}${file}`) ?? [])
    .toSorted((a, b) => a - b);
  const batches: Intake[] = [];
  let next = first;
  for (const [at, start] of names.entries()) {
    const end = names[at + 1];
    if (end !== undefined && end <= first) continue;
    if (start > next)
      throw new LedgerDamaged(`${intakePath(start)}: entries ${next} to ${start - 1} are missing before it`);
    const bytes = await readFile(join(root, intakePath(start)));
    const run = parseIntakeRun(bytes, start);
    const isWhole = end === undefined ? !hasLaterBatch(bytes, run) : run.next >= end;
    if (!isWhole)
      throw new LedgerDamaged(`${intakePath(start)}: the batch of entry ${run.next}, at byte ${run.end}, is damaged`);
    for (const batch of run.batches) {
      if (batch.first >= (end ?? Number.POSITIVE_INFINITY) || batch.first + batch.entries.length <= first) continue;
      if (batch.first !== next)
        throw new LedgerDamaged(`${intakePath(start)}: the batch of entry ${batch.first} does not begin at ${next}`);
      batches.push(batch);
      next += batch.entries.length;
    }
  }
  return { batches, names };
}

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

async function discard({ file, path }: Segment): Promise<void> {
  await file.close();
  await rm(path, { force: true });
}
