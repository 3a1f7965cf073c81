import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { naiveConsistency, naiveRoot } from '#domain/ledger/naive-tree.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { checkLedger } from '../../console/src/pages/ledger/check.ts';

/** The browser's memory of a ledger over several visits, of which one shows it another history. */

const log = sampleKey('log', 'log.example', 1);
const key = verifierKeyText(log.verifier);
const entries = (count: number, history = 'true') =>
  Array.from({ length: count }, (_, at) => Buffer.from(`${history} ${at}`));

function browser() {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => kept.set(name, text),
  };
  return (size: number, options: { history?: string; seed?: number } = {}) => {
    const { history = 'true', seed = 1 } = options;
    const signer = sampleKey('log', 'log.example', seed);
    const root = naiveRoot(entries(size, history));
    return checkLedger(key, {
      fetchCheckpoint: async () => noteText(signCheckpoint(signer.name, { size, root }, signer.signer)),
      fetchConsistency: async (from, to) =>
        naiveConsistency(from, entries(to, history)).map((hash) => hash.toString('base64')),
      storage,
      nowMs: () => size,
    });
  };
}

describe('a browser that comes back to a ledger', () => {
  it('finds a rollback', async () => {
    const visit = browser();
    await visit(9);
    expect(await visit(8)).toMatchObject({ growth: { kind: 'contradicts', seen: { size: 9 } } });
  });

  it.each([9, 12])('finds a fork of %i entries, and finds it again at the next visit', async (size) => {
    const visit = browser();
    await visit(9);
    for (const _ of [1, 2]) {
      expect(await visit(size, { history: 'other' })).toMatchObject({
        isSigned: true,
        growth: { kind: 'contradicts' },
      });
    }
    expect(await visit(12)).toMatchObject({ growth: { kind: 'grown', seen: { size: 9, atMs: 9 } } });
  });

  it('does not remember what the log has not signed', async () => {
    const visit = browser();
    expect(await visit(9, { seed: 2 })).toMatchObject({ isSigned: false });
    expect(await visit(4)).toMatchObject({ isSigned: true, growth: { kind: 'first' } });
  });

  it('sees it grow from one visit to the next', async () => {
    const visit = browser();
    expect(await visit(0)).toMatchObject({ growth: { kind: 'first' } });
    expect(await visit(3)).toMatchObject({ growth: { kind: 'grown', seen: { size: 0 } } });
    expect(await visit(3)).toMatchObject({ growth: { kind: 'same', seen: { size: 3 } } });
    expect(await visit(20)).toMatchObject({ growth: { kind: 'grown', seen: { size: 3 } } });
  });

  it('says when nothing is published, and when what is there is no checkpoint', async () => {
    const given = {
      fetchConsistency: async () => [],
      storage: { getItem: () => null, setItem: () => undefined },
      nowMs: () => 1,
    };
    expect(await checkLedger(key, { ...given, fetchCheckpoint: async () => undefined })).toEqual({ kind: 'none' });
    expect(await checkLedger(key, { ...given, fetchCheckpoint: async () => 'x' })).toEqual({ kind: 'unreadable' });
  });
});
