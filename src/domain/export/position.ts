import type { JournalRecord } from '#domain/journal/journal.ts';
import { NODE_ID_PATTERN } from '#domain/journal/segment.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Where a reader of the stream stands: the last record that it has. Also the id of that record's event, so that a repeated one is known. */
export interface StreamPosition {
  readonly node: string;
  readonly sequence: number;
}

/** `<node>:<sequence>`. */
export function positionText({ node, sequence }: Pick<JournalRecord, 'node' | 'sequence'>): string {
  return `${node}:${sequence}`;
}

/** A node's id may hold colons, a sequence does not. */
export function parsePosition(text: string): Result<StreamPosition, 'position-malformed'> {
  const colon = text.lastIndexOf(':');
  const node = text.slice(0, Math.max(colon, 0));
  const digits = text.slice(colon + 1);
  const sequence = Number(digits);
  return NODE_ID_PATTERN.test(node) && /^\d{1,16}$/.test(digits) && Number.isSafeInteger(sequence)
    ? ok({ node, sequence })
    : refuse('position-malformed', 'A position is "<node>:<sequence>": the id of the last event that was received.');
}
