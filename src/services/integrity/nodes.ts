import type { ChainPosition } from '#domain/journal/chain.ts';
import {
  heard,
  type NodeHeard,
  type NodeState,
  nodeState,
  type RememberedNodes,
  tell,
} from '#domain/ledger/node-state.ts';

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
  /** Records that the node, or somebody else, has told of and the ledger does not have. */
  readonly missing: number;
  /** Since 1970; when the node last spoke, as far as is known. */
  readonly heardMs: number;
}

/** Nodes that are remembered: far more than one ledger has, so that made-up ids do not fill the memory. */
const NODES_MAX = 10_000;

/** Who ships to this ledger, and who should have been heard of. */
export function createNodes(nowMs: () => number, remembered: RememberedNodes = new Map()) {
  const listeningSinceMs = nowMs();
  const nodes = new Map<string, NodeHeard>(remembered);
  let changes = 0;
  /** A node that the ledger has records of, and that has not spoken as far as is remembered. */
  const unheard: NodeHeard = {
    heardMs: listeningSinceMs,
    headSequence: 0,
    behindSinceMs: undefined,
    hasLeft: false,
    activityMs: undefined,
    told: undefined,
  };
  const remember = (node: string, now: NodeHeard): void => {
    const before = nodes.get(node);
    if (before === undefined && nodes.size >= NODES_MAX) return;
    nodes.set(node, now);
    const isMore = before?.hasLeft !== now.hasLeft || before.activityMs !== now.activityMs || before.told !== now.told;
    if (isMore) changes += 1;
  };
  return {
    heard(node: string, word: NodeWord, position: ChainPosition): void {
      remember(node, heard(nodes.get(node), word, position.sequence, nowMs()));
    },
    /** Somebody saw agents of this node act. */
    active(node: string): void {
      remember(node, { ...(nodes.get(node) ?? unheard), activityMs: nowMs() });
    },
    /** Somebody saw a record of this node's journal. @param positionSequence the last one that the ledger has */
    told(node: string, sequence: number, positionSequence: number): void {
      const before = nodes.get(node) ?? unheard;
      const told = tell(before.told, sequence, { positionSequence, nowMs: nowMs() });
      if (told !== before.told) remember(node, { ...before, told });
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
          state: nodeState(known, { positionSequence: sequence, listeningSinceMs, nowMs: nowMs() }),
          missing: Math.max(0, known.headSequence - sequence, (known.told?.sequence ?? 0) - sequence),
          heardMs: known.heardMs,
        };
      });
    },
    remembered: (): RememberedNodes => nodes,
    /** Rises with everything that is worth being kept at once: more than that a node has spoken again. */
    changes: () => changes,
  };
}

export type Nodes = ReturnType<typeof createNodes>;
