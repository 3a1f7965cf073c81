import type { DecisionIndex } from '#domain/decision/decision-index.ts';
import type { JournalReader } from '#domain/journal/journal.ts';
import { canonicalJson, type JsonValue } from '#domain/json.ts';

/** The first difference between a journal and what the search index says of it. */
export interface IndexFinding {
  readonly node: string;
  readonly sequence: number;
  readonly what: string;
}

/**
 * Compares what is searched with what was recorded: every decision up to where the index stands must be found, and be the one
 * that the journal has. The index may be behind; it may not be ahead.
 */
export async function checkIndex(
  journal: JournalReader,
  index: Pick<DecisionIndex, 'position' | 'find'>,
): Promise<{ readonly compared: number; readonly finding?: IndexFinding }> {
  const { node } = journal;
  const position = await index.position(node);
  const head = journal.head().sequence;
  let compared = 0;
  const found = (sequence: number, what: string) => ({ compared, finding: { node, sequence, what } });
  if (position > head) return found(head + 1, `the index holds ${position} records of a journal that has ${head}`);
  for await (const { sequence, entry } of journal.read(1)) {
    if (sequence > position) break;
    if (entry.kind !== 'decision') continue;
    const row = await index.find(entry.decision.id);
    if (row === undefined) return found(sequence, `decision ${entry.decision.id} is not in the index`);
    if (textOf(row.decision) !== textOf(entry.decision)) {
      return found(sequence, `decision ${entry.decision.id} is another in the index`);
    }
    compared += 1;
  }
  return { compared };
}

function textOf(value: object): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)) as JsonValue); // what JSON.parse gives is a JSON value
}
