import { readFile } from 'node:fs/promises';
import Type from 'typebox';
import Value from 'typebox/value';
import { DirectoryStateSchema, directoryStateOf } from '#adapters/directory-schema.ts';
import { hasCode, writeDurably } from '#adapters/durable-file.ts';
import type { DirectoryState } from '#domain/identity/directory.ts';
import type { JournalHead } from '#domain/journal/journal.ts';

const Snapshot = Type.Object(
  {
    version: Type.Literal(1),
    node: Type.String(),
    sequence: Type.Integer({ minimum: 0 }),
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    ...DirectoryStateSchema.properties,
  },
  { additionalProperties: false },
);

/** The directory as it was after one record of a node's journal. */
export interface DirectorySnapshot extends JournalHead {
  readonly node: string;
  readonly state: DirectoryState;
}

/**
 * The directory as it was last written: it spares a start the whole journal, and is never the truth. One that is absent, damaged or
 * of another version is as good as none: the journal is read from its beginning then.
 */
export async function readSnapshot(path: string): Promise<DirectorySnapshot | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  if (!Value.Check(Snapshot, value)) return undefined;
  const { node, sequence, hash, people, agents, revoked } = value;
  return { node, sequence, hash, state: directoryStateOf({ people, agents, revoked }) };
}

export async function writeSnapshot(path: string, { node, sequence, hash, state }: DirectorySnapshot): Promise<void> {
  await writeDurably(path, `${JSON.stringify({ version: 1, node, sequence, hash, ...state })}\n`);
}
