import { decodeFrame } from '#domain/journal/frame.ts';
import { SEGMENT_HEAD_BYTES } from '#domain/journal/segment.ts';
import { between, pick, type Random } from '../support/random.ts';
import type { Mutated } from './mutations.ts';
import { type Files, type JournalFiles, journalOf, payloadOf, type SourceRecord, type World } from './world.ts';

type JournalMutationKind = 'edit' | 'delete' | 'insert' | 'reorder' | 'truncate' | 'rollback';

/**
 * Changes one node's journal: either its bytes, or, as somebody who owns the node could, the records themselves with every
 * checksum, hash and mark made anew. The second kind is sound in itself, and only the ledger has kept what it was.
 */
export function mutateJournal(world: World, kind: JournalMutationKind, random: Random): Mutated | undefined {
  const node = pick(random, [...world.files.journals.keys()]);
  const journal = world.files.journals.get(node);
  const sources = world.sources.get(node);
  if (journal === undefined || sources === undefined) return undefined;
  const isMadeAnew = kind === 'rollback' || random() < 0.5;
  const changed = isMadeAnew ? changeRecords(sources, kind, random) : changeBytes(journal, kind, random);
  if (changed === undefined) return undefined;
  const files: JournalFiles = 'records' in changed ? journalOf(node, changed.records) : changed.journal;
  return {
    files: withJournal(world.files, node, files),
    what: `journal of ${node}${isMadeAnew ? ', made anew' : ''}: ${changed.what}`,
  };
}

function changeRecords(
  sources: readonly SourceRecord[],
  kind: JournalMutationKind,
  random: Random,
): { readonly records: readonly SourceRecord[]; readonly what: string } | undefined {
  const at = between(random, 0, sources.length);
  const record = sources[at];
  if (record === undefined) return undefined;
  const forged = { ...record, payload: payloadOf(random, 2_000_000) };
  switch (kind) {
    case 'edit':
      return { records: sources.with(at, forged), what: `record ${at + 1} is another one` };
    case 'insert':
      return { records: sources.toSpliced(at, 0, forged), what: `a record before record ${at + 1}` };
    case 'delete':
      return { records: beginning(sources.toSpliced(at, 1)), what: `record ${at + 1} left out` };
    case 'truncate':
    case 'rollback':
      return { records: sources.slice(0, at), what: `the first ${at} records only` };
    case 'reorder': {
      const other = between(random, 0, sources.length);
      const exchanged = sources[other];
      if (exchanged === undefined || exchanged.payload === record.payload) return undefined;
      const records = sources
        .with(at, { ...record, payload: exchanged.payload })
        .with(other, { ...exchanged, payload: record.payload });
      return { records, what: `records ${at + 1} and ${other + 1} exchanged` };
    }
  }
}

/** The first record always begins a segment. */
function beginning(sources: readonly SourceRecord[]): readonly SourceRecord[] {
  const [first, ...rest] = sources;
  return first === undefined ? [] : [{ ...first, isFirst: true }, ...rest];
}

function changeBytes(
  journal: JournalFiles,
  kind: JournalMutationKind,
  random: Random,
): { readonly journal: JournalFiles; readonly what: string } | undefined {
  const file = pick(random, [...journal.segments.keys()]);
  const bytes = journal.segments.get(file) ?? Buffer.alloc(0);
  const frames = framesOf(bytes);
  const [at, other] = [between(random, 0, frames.length), between(random, 0, frames.length)];
  const [frame, otherFrame] = [frames[at], frames[other]];
  if (frame === undefined || otherFrame === undefined) return undefined;
  const rebuilt = (list: readonly Buffer[]) =>
    withSegment(journal, file, Buffer.concat([bytes.subarray(0, SEGMENT_HEAD_BYTES), ...list]));
  switch (kind) {
    case 'edit': {
      const isMark = random() < 0.1;
      const changed = Buffer.from(isMark ? journal.mark : bytes);
      const place = between(random, 0, changed.length);
      changed.writeUInt8(changed.readUInt8(place) ^ between(random, 1, 256), place);
      const edited = isMark ? { ...journal, mark: changed } : withSegment(journal, file, changed);
      return { journal: edited, what: `byte ${place} of ${isMark ? 'the mark' : file}` };
    }
    case 'delete':
      return random() < 0.2
        ? { journal: withSegment(journal, file, undefined), what: `${file} removed` }
        : { journal: rebuilt(frames.toSpliced(at, 1)), what: `frame ${at} of ${file} removed` };
    case 'insert':
      // Not after the last: a repeated record there is one more record that builds on nothing, and found, but so is none that does.
      return {
        journal: rebuilt(frames.toSpliced(at, 0, otherFrame)),
        what: `frame ${other} of ${file} again at ${at}`,
      };
    case 'reorder':
      if (frame.equals(otherFrame)) return undefined;
      return {
        journal: rebuilt(frames.with(at, otherFrame).with(other, frame)),
        what: `frames ${at} and ${other} of ${file} exchanged`,
      };
    case 'truncate': {
      const length = between(random, 0, bytes.length);
      return { journal: withSegment(journal, file, bytes.subarray(0, length)), what: `${file} cut to ${length} bytes` };
    }
    case 'rollback':
      return undefined;
  }
}

function framesOf(bytes: Buffer): readonly Buffer[] {
  const frames: Buffer[] = [];
  for (let offset = SEGMENT_HEAD_BYTES; offset < bytes.length; ) {
    const decoded = decodeFrame(bytes, offset);
    if (decoded.kind !== 'frame') throw new Error('a generated journal is sound');
    frames.push(bytes.subarray(offset, decoded.frame.end));
    offset = decoded.frame.end;
  }
  return frames;
}

function withSegment(journal: JournalFiles, file: string, bytes: Buffer | undefined): JournalFiles {
  const segments = new Map(journal.segments);
  if (bytes === undefined) segments.delete(file);
  else segments.set(file, bytes);
  return { ...journal, segments };
}

function withJournal(files: Files, node: string, journal: JournalFiles): Files {
  return { ...files, journals: new Map(files.journals).set(node, journal) };
}
