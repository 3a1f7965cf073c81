import type { ChainPosition } from '#domain/journal/chain.ts';
import {
  heard,
  type NodeHeard,
  type NodeState,
  nodeState,
  type RememberedNodes,
  tell,
  toldBy,
} from '#domain/ledger/node-state.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

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
  /** On whose word the node is behind or an incident: ids of callers. */
  readonly toldBy: readonly string[];
  /** Since 1970; when the node last spoke, as far as is known. */
  readonly heardMs: number;
}

/** Nodes that are remembered: far more than one ledger has, so that made-up ids do not fill the memory. */
const NODES_MAX = 10_000;
/** Nodes that one caller may tell of and the ledger has never heard of: one cut off from its first start is an incident, a list of made-up names is not. */
const HEARSAY_NODES_MAX = 8;

type Hearsay = Result<true, 'nodes-unknown-too-many'>;

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
    activityBy: undefined,
    told: undefined,
  };
  /** Known by somebody's word only, with whose. */
  const hearsay = new Map<string, string>();
  function believe(node: string, by: string, positionSequence: number): Hearsay {
    if (nodes.has(node) || positionSequence > 0) return ok(true);
    const others = [...hearsay.values()].filter((teller) => teller === by).length;
    if (others >= HEARSAY_NODES_MAX)
      return refuse(
        'nodes-unknown-too-many',
        `The ledger has heard of none of the ${others} nodes that you have told of.`,
      );
    hearsay.set(node, by);
    return ok(true);
  }
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
      hearsay.delete(node);
    },
    /** Somebody saw agents of this node act. @param positionSequence the last record of it that the ledger has */
    active(node: string, word: { readonly by: string; readonly positionSequence: number }): Hearsay {
      const believed = believe(node, word.by, word.positionSequence);
      if (believed.ok) remember(node, { ...(nodes.get(node) ?? unheard), activityMs: nowMs(), activityBy: word.by });
      return believed;
    },
    /** Somebody saw a record of this node's journal. @param positionSequence the last one that the ledger has */
    told(
      node: string,
      word: { readonly sequence: number; readonly by: string; readonly positionSequence: number },
    ): Hearsay {
      const { sequence, by, positionSequence } = word;
      const before = nodes.get(node) ?? unheard;
      const told = tell(before.told, sequence, by, { positionSequence, nowMs: nowMs() });
      if (told === before.told) return ok(true);
      const believed = believe(node, by, positionSequence);
      if (believed.ok) remember(node, { ...before, told });
      return believed;
    },
    /** Of every node that is in the ledger or has spoken, by id. */
    report(positions: ReadonlyMap<string, ChainPosition>): readonly NodeReport[] {
      const ids = [...new Set([...positions.keys(), ...nodes.keys()])].toSorted();
      return ids.map((node) => {
        const known = nodes.get(node) ?? unheard;
        const position = positions.get(node);
        const sequence = position?.sequence ?? 0;
        const view = { positionSequence: sequence, listeningSinceMs, nowMs: nowMs() };
        return {
          node,
          sequence,
          hash: position?.hash.toString('hex') ?? '',
          state: nodeState(known, view),
          missing: Math.max(0, known.headSequence - sequence, (known.told?.sequence ?? 0) - sequence),
          toldBy: toldBy(known, view),
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
