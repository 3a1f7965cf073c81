import { encodeBundle, parseBundle } from '#domain/ledger/entry-bundle.ts';
import { EMPTY_LOG, type Leaf } from '#domain/ledger/grow.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { CHECKPOINT_PATH } from '#domain/ledger/store.ts';
import { parseTilePath, tileIn } from '#domain/ledger/tile.ts';
import { between, pick, type Random } from '../support/random.ts';
import { mutateJournal } from './journal-mutations.ts';
import { checkpointBytes, type Files, growFiles, LOG, leafOf, WITNESSES, type World } from './world.ts';

export const MUTATION_KINDS = [
  'edit',
  'delete',
  'insert',
  'reorder',
  'truncate',
  'rollback',
  'key-swap',
  'fork',
] as const;
export type MutationKind = (typeof MUTATION_KINDS)[number];

/** The files after a mutation, and what was done in words; undefined where this log gives no occasion for it. */
export interface Mutated {
  readonly files: Files;
  readonly what: string;
}

/** One mutation of a kind; half of those that can hit a journal do. Every one of them changes something that was signed or answered for. */
export function mutate(world: World, kind: MutationKind, random: Random): Mutated | undefined {
  switch (kind) {
    case 'edit':
    case 'delete':
    case 'insert':
    case 'reorder':
    case 'truncate':
      return random() < 0.5 ? mutateJournal(world, kind, random) : mutateObjects(world, kind, random);
    case 'rollback':
      return random() < 0.5 ? mutateJournal(world, kind, random) : rollBack(world, random);
    case 'key-swap':
      return swapKey(world, random);
    case 'fork':
      return fork(world, random);
  }
}

function mutateObjects(
  { files, leaves }: World,
  kind: 'edit' | 'delete' | 'insert' | 'reorder' | 'truncate',
  random: Random,
): Mutated | undefined {
  const paths = requiredPaths(files, leaves.length, kind);
  const bundles = paths.filter((path) => path.startsWith('tile/entries/'));
  const path = kind === 'insert' || kind === 'reorder' ? pick(random, bundles) : pick(random, paths);
  const bytes = files.objects.get(path) ?? Buffer.alloc(0);
  switch (kind) {
    case 'edit': {
      const at = between(random, 0, bytes.length);
      const flip = between(random, 1, 256);
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
      return { files: withObject(files, path, changed), what: `byte ${at} of ${path} ^ ${flip}` };
    }
    case 'delete':
      return random() < 0.5 || !bundles.includes(path)
        ? { files: withObject(files, path, undefined), what: `${path} removed` }
        : changeEntries(files, path, (entries) => {
            const at = between(random, 0, entries.length);
            return { entries: entries.toSpliced(at, 1), what: `entry ${at} removed` };
          });
    case 'insert': {
      const inserted = random() < 0.5 ? pick(random, leaves).bytes : forgedLeaf(leaves, random).bytes;
      return changeEntries(files, path, (entries) => {
        const at = between(random, 0, entries.length + 1);
        return { entries: entries.toSpliced(at, 0, inserted), what: `an entry inserted at ${at}` };
      });
    }
    case 'reorder':
      return changeEntries(files, path, (entries) => {
        const [from, to] = [between(random, 0, entries.length), between(random, 0, entries.length)];
        const [one, other] = [entries[from], entries[to]];
        if (one === undefined || other === undefined || from === to) return undefined;
        return { entries: entries.with(from, other).with(to, one), what: `entries ${from} and ${to} exchanged` };
      });
    case 'truncate': {
      const length = between(random, 0, bytes.length);
      return { files: withObject(files, path, bytes.subarray(0, length)), what: `${path} cut to ${length} bytes` };
    }
  }
}

/**
 * What can be lost: a partial tile or bundle of an earlier size says nothing that the fuller one does not, may be removed by
 * the log itself, and so is not missed. Whatever else is done to it has to be found.
 */
function requiredPaths(files: Files, size: number, kind: MutationKind): readonly string[] {
  const paths = [...files.objects.keys()];
  if (kind !== 'delete') return paths;
  return paths.filter((path) => {
    const parsed = parseTilePath(path);
    if (parsed === undefined) return true;
    const level = parsed.kind === 'tile' ? parsed.id.level : 0;
    return tileIn(size, level, parsed.id.index)?.width === parsed.id.width;
  });
}

/** A bundle is written anew with its lengths right, as somebody would who knows the format. */
function changeEntries(
  files: Files,
  path: string,
  change: (entries: readonly Buffer[]) => { readonly entries: readonly Buffer[]; readonly what: string } | undefined,
): Mutated | undefined {
  const bundle = parseBundle(files.objects.get(path) ?? Buffer.alloc(0));
  if (!bundle.ok) throw new Error(bundle.refusal.message);
  const changed = change(bundle.value);
  if (changed === undefined || changed.entries.length > 256) return undefined;
  const bytes = changed.entries.length === 0 ? Buffer.alloc(0) : encodeBundle(changed.entries);
  return { files: withObject(files, path, bytes), what: `${path}: ${changed.what}` };
}

/** The whole ledger as it was earlier, rightly signed and cosigned; sometimes the journals with it. */
function rollBack({ files, past }: World, random: Random): Mutated | undefined {
  if (past.length === 0) return undefined;
  const at = between(random, 0, past.length);
  const earlier = past[at];
  if (earlier === undefined) return undefined;
  return random() < 0.5
    ? { files: earlier, what: `everything as at checkpoint ${at}` }
    : { files: { ...files, objects: earlier.objects }, what: `the ledger as at checkpoint ${at}` };
}

/** The right tree, signed by somebody who is not who he says he is. */
function swapKey({ files, known }: World, random: Random): Mutated | undefined {
  const head = known.at(-1);
  if (head === undefined) return undefined;
  const stranger = sampleKey('log', LOG.name, between(random, 100, 1_000_000));
  const impostor = sampleKey('witness', WITNESSES[0]?.name ?? '', between(random, 100, 1_000_000));
  const [bytes, what] = pick(random, [
    [checkpointBytes(head, stranger), 'signed by another log key'],
    [checkpointBytes(head, LOG, [impostor, ...WITNESSES.slice(1)]), 'cosigned by another witness key'],
    [checkpointBytes(head, stranger, [impostor]), 'signed and cosigned by other keys'],
    [checkpointBytes(head, LOG, WITNESSES.slice(1)), 'without one cosignature'],
  ] as const);
  return { files: withObject(files, CHECKPOINT_PATH, bytes), what };
}

/**
 * Another history, complete and without a flaw in itself. Either it stands under the old checkpoint, or the log's own key signs
 * it; then no witness cosigns it, or all do (they were deceived, or collude): only somebody who has seen the other history can
 * tell, or a node's own journal.
 */
function fork({ files, leaves }: World, random: Random): Mutated | undefined {
  const at = between(random, 0, leaves.length);
  const old = leaves[at];
  if (old === undefined) return undefined;
  // The sequences stay in order, so that nothing but the content gives it away.
  const forged = leafOf({ ...old.entry, hash: randomHash(random) });
  const tail = random() < 0.5 ? leaves.slice(at + 1) : [];
  const other: readonly Leaf[] = [...leaves.slice(0, at), forged, ...tail];
  const grown = growFiles(EMPTY_LOG, new Map(), other);
  const head = { size: grown.tree.edge.size, root: grown.tree.root };
  const [checkpoint, signed] = pick(random, [
    [files.objects.get(CHECKPOINT_PATH) ?? Buffer.alloc(0), 'under the old checkpoint'],
    [checkpointBytes(head, LOG, []), 'not cosigned'],
    [checkpointBytes(head), 'cosigned'],
  ] as const);
  const objects = new Map(grown.objects).set(CHECKPOINT_PATH, checkpoint);
  const journals = random() < 0.5 ? files.journals : new Map();
  const beside = journals.size > 0 ? 'with journals' : 'without journals';
  return { files: { objects, journals }, what: `another entry ${at} of ${other.length}, ${signed}, ${beside}` };
}

function forgedLeaf(leaves: readonly Leaf[], random: Random): Leaf {
  const { node, sequence } = pick(random, leaves).entry;
  return leafOf({ node, sequence: sequence + between(random, 0, 3), hash: randomHash(random) });
}

function randomHash(random: Random): string {
  return Array.from({ length: 64 }, () => between(random, 0, 16).toString(16)).join('');
}

function withObject(files: Files, path: string, bytes: Buffer | undefined): Files {
  const objects = new Map(files.objects);
  if (bytes === undefined) objects.delete(path);
  else objects.set(path, bytes);
  return { ...files, objects };
}
