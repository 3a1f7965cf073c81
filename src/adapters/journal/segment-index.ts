import { SEGMENT_HEAD_BYTES } from '#domain/journal/segment.ts';

/** Every how many records a place is remembered: 16 bytes for about 256 KiB of log, and at most that much is read in vain. */
const PLACE_EVERY = 256;

/** Where reading may begin: the frame of `sequence` starts at `offset` of `file`. */
export interface Place {
  readonly file: string;
  readonly sequence: number;
  readonly offset: number;
}

/** Finds records by sequence. Holds durable records only. */
export interface SegmentIndex {
  /** A segment begins whose first record is `sequence`. Repeated when a segment that stayed empty is made anew. */
  begin(file: string, sequence: number): void;
  /** A record of the segment begun last. */
  add(sequence: number, offset: number): void;
  /** Reading has come to this place, and is likely to go on from here. */
  reached(place: Place): void;
  /** Whether the segment was begun. */
  has(file: string): boolean;
  /** The nearest place at or before `sequence`; undefined when there is no segment. */
  place(sequence: number): Place | undefined;
  /** The first place of the segment after `file`. */
  next(file: string): Place | undefined;
}

interface IndexedSegment {
  readonly file: string;
  readonly places: { readonly sequence: number; readonly offset: number }[];
}

export function createSegmentIndex(): SegmentIndex {
  const segments: IndexedSegment[] = [];
  let latest: Place | undefined;
  const addTo = (segment: IndexedSegment | undefined, sequence: number, offset: number): void => {
    const last = segment?.places.at(-1);
    if (segment !== undefined && last !== undefined && sequence >= last.sequence + PLACE_EVERY) {
      segment.places.push({ sequence, offset });
    }
  };
  const firstPlace = (segment: IndexedSegment | undefined): Place | undefined => {
    const first = segment?.places[0];
    return segment === undefined || first === undefined ? undefined : { file: segment.file, ...first };
  };
  return {
    begin(file, sequence) {
      if (segments.at(-1)?.file === file) segments.pop();
      segments.push({ file, places: [{ sequence, offset: SEGMENT_HEAD_BYTES }] });
    },
    add: (sequence, offset) => addTo(segments.at(-1), sequence, offset),
    reached(place) {
      addTo(
        segments.find(({ file }) => file === place.file),
        place.sequence,
        place.offset,
      );
      latest = place;
    },
    has: (file) => segments.some((segment) => segment.file === file),
    place(sequence) {
      const segment = segments.findLast(({ places }) => (places[0]?.sequence ?? 0) <= sequence) ?? segments[0];
      const near = segment?.places.findLast((place) => place.sequence <= sequence) ?? segment?.places[0];
      if (segment === undefined || near === undefined) return undefined;
      const isNearer = latest?.file === segment.file && latest.sequence <= sequence && latest.sequence > near.sequence;
      return isNearer ? latest : { file: segment.file, ...near };
    },
    next: (file) => firstPlace(segments[segments.findIndex((segment) => segment.file === file) + 1]),
  };
}
