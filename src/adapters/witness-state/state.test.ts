import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noteText } from '#domain/ledger/signed-note.ts';
import { type WitnessState, WitnessStateUnavailable } from '#domain/ledger/witness.ts';
import { sampleCheckpoint, witnessStateContract } from './contract.ts';
import { createMemoryWitnessState } from './memory.ts';
import { openWitnessState } from './open-state.ts';

let folder: string;
let states: WitnessState[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'acgs-witness-'));
});
afterEach(() => {
  for (const state of states) state.close();
  states = [];
  rmSync(folder, { recursive: true, force: true });
});

async function opened(directory = join(folder, 'state')): Promise<WitnessState> {
  const state = await openWitnessState(directory);
  if (!state.ok) throw new Error(state.refusal.message);
  states.push(state.value);
  return state.value;
}
const fileIn = (directory: string) =>
  join(directory, readdirSync(directory).find((name) => name.endsWith('.checkpoint')) ?? '');

describe('the state in memory', () => witnessStateContract(async () => createMemoryWitnessState()));

describe('the state in files', () => {
  witnessStateContract(() => opened());

  it('is used by one process at a time', async () => {
    await opened(folder);
    expect(await openWitnessState(folder)).toMatchObject({ ok: false, refusal: { code: 'directory-locked' } });
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, -1)],
    ['emptied', () => ''],
    ['of another log', () => noteText(sampleCheckpoint('b', 9).note)],
    ['something else', () => 'size 9\n'],
  ])('cannot be used once a file is %s: nothing is guessed', async (_name, change) => {
    const state = await opened(folder);
    await state.keep(sampleCheckpoint('a', 9));
    const path = fileIn(folder);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    await expect(state.latest('a')).rejects.toBeInstanceOf(WitnessStateUnavailable);
  });

  it('says so when it cannot be written, and still knows what it kept before', async () => {
    const state = await opened(folder);
    await state.keep(sampleCheckpoint('a', 9));
    // Also as root, whom no mode stops: the name is taken by a directory.
    mkdirSync(`${fileIn(folder)}.new`);
    await expect(state.keep(sampleCheckpoint('a', 10))).rejects.toBeInstanceOf(WitnessStateUnavailable);
    expect(await state.latest('a')).toMatchObject({ size: 9 });
  });

  it('does not take a file that was not finished for one that was', async () => {
    const state = await opened(folder);
    await state.keep(sampleCheckpoint('a', 9));
    writeFileSync(`${fileIn(folder)}.new`, noteText(sampleCheckpoint('a', 10).note).slice(0, 40));
    expect(await state.latest('a')).toMatchObject({ size: 9 });
    await state.keep(sampleCheckpoint('a', 11));
    expect(await state.latest('a')).toMatchObject({ size: 11 });
  });

  it('is there again after a restart, for its owner only, and holds the checkpoint as the log signed it', async () => {
    const first = await opened(folder);
    await first.keep(sampleCheckpoint('a', 9));
    first.close();
    states = [];
    expect(await (await opened(folder)).latest('a')).toEqual(sampleCheckpoint('a', 9).checkpoint);
    expect(readFileSync(fileIn(folder), 'utf8')).toBe(noteText(sampleCheckpoint('a', 9).note));
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
  });

  it('keeps evidence, and no more of it than is of use', async () => {
    const state = await opened(folder);
    for (let size = 1; size <= 102; size += 1) await state.keepEvidence(sampleCheckpoint('a', size));
    const files = readdirSync(folder).filter((name) => name.includes('.fork-'));
    expect(files).toHaveLength(100);
    expect(readFileSync(join(folder, files.toSorted()[0] ?? ''), 'utf8')).toBe(noteText(sampleCheckpoint('a', 1).note));
  });
});
