import type { ChainPosition } from '#domain/journal/chain.ts';
import { heard, type NodeHeard, type NodeState, nodeState } from '#domain/ledger/node-state.ts';

/** What a node says with everything that it ships. */
export interface NodeWord {
  /** The last durable record of its journal. */
  readonly headSequence: number;
  /** It stops now. */
  readonly hasLeft: boolean;
}

export interface NodeReport {
  readonly node: string;
  /** The last record that the ledger has. */
  readonly sequence: number;
  readonly hash: string;
  readonly state: NodeState;
  /** Records that the node has told of and the ledger does not have. */
  readonly missing: number;
  /** Since 1970; when the node last spoke, as far as this process knows. */
  readonly heardMs: number;
}

/** Nodes that are remembered: far more than one ledger has, so that made-up ids do not fill the memory. */
const NODES_MAX = 10_000;

/** Who ships to this ledger, and who should have been heard of. Kept in memory: a restart gives every node its time again. */
export function createNodes(nowMs: () => number) {
  const startedMs = nowMs();
  const nodes = new Map<string, NodeHeard>();
  /** A node that the ledger knows and that has not spoken since this process began. */
  const unheard: NodeHeard = {
    heardMs: startedMs,
    headSequence: 0,
    behindSinceMs: undefined,
    hasLeft: false,
    activityMs: undefined,
  };
  const remember = (node: string, now: NodeHeard): void => {
    if (nodes.has(node) || nodes.size < NODES_MAX) nodes.set(node, now);
  };
  return {
    heard(node: string, word: NodeWord, position: ChainPosition): void {
      remember(node, heard(nodes.get(node), word, position.sequence, nowMs()));
    },
    /** Somebody saw agents of this node act. */
    active(node: string): void {
      remember(node, { ...(nodes.get(node) ?? unheard), activityMs: nowMs() });
    },
    /** Of every node that is in the ledger or has spoken, by id. */
    report(positions: ReadonlyMap<string, ChainPosition>): readonly NodeReport[] {
      const ids = [...new Set([...positions.keys(), ...nodes.keys()])].toSorted();
      return ids.map((node) => {
        const known = nodes.get(node) ?? unheard;
        const position = positions.get(node);
        const sequence = position?.sequence ?? 0;
        return {
          node,
          sequence,
          hash: position?.hash.toString('hex') ?? '',
          state: nodeState(known, nowMs()),
          missing: Math.max(0, known.headSequence - sequence),
          heardMs: known.heardMs,
        };
      });
    },
  };
}

export type Nodes = ReturnType<typeof createNodes>;
