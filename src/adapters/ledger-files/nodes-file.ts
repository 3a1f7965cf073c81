import Type from 'typebox';
import Value from 'typebox/value';
import type { NodeHeard, RememberedNodes } from '#domain/ledger/node-state.ts';
import { createObjectFiles } from './object-files.ts';

const FILE = 'nodes.json';
const Time = Type.Number({ minimum: 0 });
const Sequence = Type.Integer({ minimum: 0 });
const File = Type.Object({
  format: Type.Literal('acgs-ledger-nodes-v1'),
  nodes: Type.Record(
    Type.String(),
    Type.Object({
      heardMs: Time,
      headSequence: Sequence,
      hasLeft: Type.Boolean(),
      activityMs: Type.Optional(Time),
      activityBy: Type.Optional(Type.String()),
      told: Type.Optional(
        // Of a time before tellers were kept: nobody is named.
        Type.Object({
          sequence: Sequence,
          sinceMs: Time,
          lastMs: Time,
          by: Type.Optional(Type.Immutable(Type.Array(Type.String()))),
        }),
      ),
    }),
  ),
});

/**
 * What a ledger's server remembers of its nodes, in a folder of its own. It proves nothing and nothing rests on it: when it is lost or cannot be read, every node that
 * the ledger has records of is expected to speak, as at a first start.
 */
export function createNodesFile(directory: string) {
  const files = createObjectFiles(directory);
  return {
    async read(): Promise<RememberedNodes> {
      const bytes = await files.read(FILE).catch(() => undefined);
      const parsed = bytes === undefined ? undefined : parse(bytes);
      const nodes = new Map<string, NodeHeard>();
      for (const [node, kept] of Object.entries(parsed?.nodes ?? {})) {
        const { activityMs, activityBy, told } = kept;
        const named = told === undefined ? undefined : { ...told, by: told.by ?? [] };
        nodes.set(node, { ...kept, behindSinceMs: undefined, activityMs, activityBy, told: named });
      }
      return nodes;
    },
    /** Whole or not at all. Throws plain file system errors. */
    async write(nodes: RememberedNodes): Promise<void> {
      const kept = [...nodes].map(([node, { behindSinceMs: _, ...rest }]) => [node, rest]);
      const text = JSON.stringify({ format: 'acgs-ledger-nodes-v1', nodes: Object.fromEntries(kept) });
      await files.put({ path: FILE, bytes: Buffer.from(text) });
    },
  };
}

function parse(bytes: Buffer) {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return Value.Check(File, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
