import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDirectory } from '#adapters/directory-lock.ts';
import { type Checkpoint, parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import { type WitnessState, WitnessStateUnavailable } from '#domain/ledger/witness.ts';
import { ok, type Result } from '#domain/result.ts';

/** Enough to prove a fork many times over; a log that goes on lying must not fill the disk. */
const EVIDENCE_FILES_MAX = 100;

/**
 * The state of a witness in a directory: for each log one file, named by the SHA-256 of its origin, which holds the last
 * cosigned checkpoint as the log signed it. A file is replaced as a whole: written beside, synced, renamed, and the directory
 * synced, so that after `kill -9` or a loss of power it is the old one or the new one. It is read again for every request:
 * what is on the disk is the only truth, also after a write that failed half way.
 */
export async function openWitnessState(directory: string): Promise<Result<WitnessState, 'directory-locked'>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const locked = await lockDirectory(directory);
  if (!locked.ok) return locked;
  return ok({
    async latest(origin) {
      const path = join(directory, `${nameOf(origin)}.checkpoint`);
      return unavailableUnless(`${path} cannot be read`, () => readCheckpoint(path, origin));
    },
    async keep(submitted) {
      const name = `${nameOf(submitted.checkpoint.origin)}.checkpoint`;
      await unavailableUnless(`${name} cannot be written`, () =>
        replaceFile(directory, name, noteText(submitted.note)),
      );
    },
    async keepEvidence(submitted) {
      const origin = nameOf(submitted.checkpoint.origin);
      await unavailableUnless(`evidence against ${submitted.checkpoint.origin} cannot be written`, async () => {
        const kept = (await readdir(directory)).filter((name) => name.startsWith(`${origin}.fork-`));
        const name = `${origin}.fork-${String(kept.length + 1).padStart(3, '0')}`;
        if (kept.length < EVIDENCE_FILES_MAX) await replaceFile(directory, name, noteText(submitted.note));
      });
    },
    close: () => locked.value.release(),
  });
}

async function readCheckpoint(path: string, origin: string): Promise<Checkpoint | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = parseCheckpoint(text);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  if (parsed.value.checkpoint.origin !== origin) throw new Error(`it is of ${parsed.value.checkpoint.origin}`);
  return parsed.value.checkpoint;
}

async function replaceFile(directory: string, name: string, text: string): Promise<void> {
  const written = join(directory, `${name}.new`);
  const file = await open(written, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(written, join(directory, name));
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** An origin is any text; a file name is not. */
function nameOf(origin: string): string {
  return createHash('sha256').update(origin).digest('hex');
}

async function unavailableUnless<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new WitnessStateUnavailable(`${what}: the witness cannot tell what it has cosigned`, { cause });
  }
}
