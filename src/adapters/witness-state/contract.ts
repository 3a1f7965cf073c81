import { expect, it } from 'vitest';
import { type CheckpointNote, parseCheckpoint, signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import type { WitnessState } from '#domain/ledger/witness.ts';

/** A checkpoint of a tree that nobody has to know. */
export function sampleCheckpoint(origin: string, size: number, leaf = 'leaf'): CheckpointNote {
  const key = sampleKey('log', origin, 1);
  const parsed = parseCheckpoint(
    noteText(signCheckpoint(key.name, { size, root: leafHash(Buffer.from(leaf)) }, key.signer)),
  );
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.value;
}

/** What every state of a witness does; `open` gives an empty one. */
export function witnessStateContract(open: () => Promise<WitnessState>): void {
  it('knows nothing at first', async () => {
    const state = await open();
    expect(await state.latest('a')).toBeUndefined();
    state.close();
  });

  it('gives what was kept last, log by log, and evidence changes nothing of it', async () => {
    const state = await open();
    for (const size of [1, 2, 700]) await state.keep(sampleCheckpoint('a', size));
    await state.keep(sampleCheckpoint('b/../b', 5));
    await state.keepEvidence(sampleCheckpoint('a', 700, 'another'));
    expect(await state.latest('a')).toEqual(sampleCheckpoint('a', 700).checkpoint);
    expect(await state.latest('b/../b')).toMatchObject({ size: 5 });
    expect(await state.latest('c')).toBeUndefined();
    state.close();
  });
}
