import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from '#domain/json.ts';
import { entryBytes, type LedgerEntry } from './entry.ts';
import { EMPTY_LOG, grow, type Leaf, type LogTree, supersededPrefixes } from './grow.ts';
import { encodeIntake, INTAKE_ENTRIES_MAX, intakeFirst, intakePath, parseIntake } from './intake.ts';
import { locate, readBundle } from './locate.ts';
import { leafHash } from './merkle.ts';
import { naiveRoot } from './naive-tree.ts';
import { encodePositions, POSITIONS_EVERY, parsePositions } from './positions.ts';
import { LedgerDamaged } from './store.ts';

function leafOf(entry: LedgerEntry): Leaf {
  const bytes = entryBytes(entry);
  return { entry, bytes, hash: leafHash(bytes) };
}

/** Entries of `nodes` nodes in a mixed order that is the same in every run. */
function leaves(count: number, nodes = 3): readonly Leaf[] {
  const sequences = new Map<string, number>();
  return Array.from({ length: count }, (_, at) => {
    const node = `node-${(at * at + (at >> 3)) % nodes}`;
    const sequence = (sequences.get(node) ?? 0) + 1;
    sequences.set(node, sequence);
    return leafOf({ node, sequence, hash: at.toString(16).padStart(64, '0') });
  });
}

/** Everything that a log which grew in these steps has stored. */
function stored(all: readonly Leaf[], steps: readonly number[]) {
  const objects = new Map<string, Buffer>();
  let tree: LogTree = EMPTY_LOG;
  let at = 0;
  for (const step of [...steps, all.length]) {
    const growth = grow(tree, all.slice(at, Math.min(at + step, all.length)));
    at = Math.min(at + step, all.length);
    for (const prefix of supersededPrefixes(tree.edge, growth.tree.edge.size)) {
      for (const path of [...objects.keys()]) if (path.startsWith(prefix)) objects.delete(path);
    }
    for (const { path, bytes } of growth.objects.values()) {
      expect(objects.get(path) ?? bytes).toEqual(bytes);
      objects.set(path, bytes);
    }
    tree = growth.tree;
  }
  return { tree, objects, read: async (path: string) => objects.get(path) };
}

describe('a log that grows', () => {
  const all = leaves(10_000);

  it('has the root that RFC 6962 defines, however it grew, and keeps nothing partial that is full', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(700), { maxLength: 12 }), (steps) => {
        const some = all.slice(0, 1_500);
        const { tree, objects } = stored(some, steps);
        expect(tree.root).toEqual(naiveRoot(some.map(({ bytes }) => bytes)));
        const partial = [...objects.keys()].filter((path) => path.includes('.p/'));
        expect(partial.every((path) => !objects.has(path.slice(0, path.indexOf('.p/'))))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('gives every entry back, in order', async () => {
    const { read } = stored(all, [1, 254, 1, 1, 600, 3_000]);
    const entries = [];
    for (let index = 0; index * 256 < all.length; index += 1)
      entries.push(...(await readBundle(all.length, index, read)));
    expect(entries).toEqual(all.map(({ entry }) => entry));
  });

  it('finds a record by node and sequence, and none that is not there', async () => {
    const { read } = stored(all, [5_000]);
    for (const index of [0, 1, 255, 256, 4_095, 4_096, 4_097, 8_191, 8_192, 9_999]) {
      const { entry } = all[index] as Leaf;
      expect(await locate(entry, all.length, read)).toEqual({ index, entry });
      // In a smaller tree it is there only when the tree reaches it.
      expect(await locate(entry, index + 1, read)).toEqual({ index, entry });
    }
    expect(await locate({ node: 'node-0', sequence: 9_999 }, all.length, read)).toBeUndefined();
    expect(await locate({ node: 'nobody', sequence: 1 }, all.length, read)).toBeUndefined();
    expect(await locate({ node: 'node-0', sequence: 1 }, 0, read)).toBeUndefined();
  });

  it('says which stored object is damaged', async () => {
    const { read, objects } = stored(all, []);
    objects.set('positions/0000000000004096', Buffer.from('acgs-ledger-positions-v1 4096\nnode-0 x'));
    await expect(locate({ node: 'node-0', sequence: 3_000 }, all.length, read)).rejects.toThrow(/cut short/);
    objects.set('tile/entries/000', Buffer.from([0, 5, 1]));
    await expect(readBundle(all.length, 0, read)).rejects.toBeInstanceOf(LedgerDamaged);
    objects.delete('tile/entries/001');
    await expect(readBundle(all.length, 1, read)).rejects.toThrow(/missing/);
  });
});

describe('the bytes of an entry', () => {
  it('are the canonical JSON of its members, whatever is in them', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, fc.nat(), (node, hash, sequence) => {
        const canonical = canonicalJson({ format: 'acgs-ledger-entry-v1', hash, node, sequence });
        expect(entryBytes({ node, hash, sequence }).toString()).toBe(canonical);
      }),
    );
  });
});

describe('a batch of the intake', () => {
  const batch = { first: 4_711, entries: leaves(3).map(({ bytes }) => bytes) };

  it('is a line with its sum, and a line for each entry', () => {
    const body = batch.entries.map((entry) => `${entry}\n`).join('');
    expect(encodeIntake(batch).toString()).toBe(`acgs-ledger-intake-v1 4711 3 ${sha256Hex(body)}\n${body}`);
  });

  it('comes back as it was, and every change of one byte is refused', () => {
    const bytes = encodeIntake(batch);
    expect(parseIntake(bytes)).toEqual({ ok: true, value: batch });
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x11;
      const parsed = parseIntake(changed);
      // The head's first index is not under the sum: whoever reads compares it with the path.
      if (parsed.ok) expect(parsed.value.first).not.toBe(batch.first);
    }
    for (let end = 0; end < bytes.length; end += 1) expect(parseIntake(bytes.subarray(0, end)).ok).toBe(false);
  });

  it('has a path that sorts like its index', () => {
    expect(intakeFirst(intakePath(4_711))).toBe(4_711);
    expect(intakePath(9) < intakePath(10)).toBe(true);
    expect(intakeFirst('intake/1')).toBeUndefined();
  });

  it('is neither empty nor larger than its bound', () => {
    expect(() => encodeIntake({ first: 0, entries: [] })).toThrow(RangeError);
    const entries = Array.from({ length: INTAKE_ENTRIES_MAX + 1 }, () => Buffer.from('{}'));
    expect(() => encodeIntake({ first: 0, entries })).toThrow(RangeError);
  });
});

describe('stored positions', () => {
  it('come back as they were, and what is none is refused', () => {
    const { tree } = stored(leaves(50), []);
    const bytes = encodePositions(POSITIONS_EVERY, tree.positions);
    const parsed = parsePositions(bytes, POSITIONS_EVERY);
    expect(parsed.ok && new Map([...parsed.value].toSorted())).toEqual(new Map([...tree.positions].toSorted()));
    for (const text of [
      '',
      'acgs-ledger-positions-v1 1\n',
      `${bytes}x`,
      `${bytes}node 1 abc\n`,
      `${bytes}no de 1 2\n`,
    ]) {
      expect(parsePositions(Buffer.from(text), POSITIONS_EVERY).ok).toBe(false);
    }
  });
});
