/** What the ledger has heard of a node since this process began, besides records. Times in milliseconds since 1970. */
export interface NodeHeard {
  /** Last request of the node's shipper: records, or the word that there are none. */
  readonly heardMs: number;
  /** Last record of its journal that the node has told of. */
  readonly headSequence: number;
  /** When the ledger first was behind that head, and has been since; undefined when it has all. */
  readonly behindSinceMs: number | undefined;
  /** The node said that it stops. */
  readonly hasLeft: boolean;
  /** Somebody else's word that agents of this node acted: an outcome, a push, a hook's report. */
  readonly activityMs: number | undefined;
}

/**
 * - `current`: it speaks, and the ledger has what it told of
 * - `behind`: it speaks, and records that it told of have been missing for too long
 * - `left`: it said that it stops
 * - `silent`: it said nothing for too long, and did not say that it stops. Either it was killed, and then its agents are
 *   blocked, or it is cut off from the ledger and may be deciding still. From here the two cannot be told apart
 * - `silent-while-active`: it is silent or has left, and somebody saw its agents act since: the incident
 */
export type NodeState = 'current' | 'behind' | 'left' | 'silent' | 'silent-while-active';

/** A node that has nothing to ship says so every 5 s: this is six of its words lost in a row. */
export const SILENT_AFTER_MS = 30_000;

/** Shipping takes a second; this long behind, something is in its way. */
export const BEHIND_AFTER_MS = 15_000;

/** An action takes a while from its record to its effects' being seen elsewhere, and clocks differ. */
export const ACTIVITY_GRACE_MS = 30_000;

export function nodeState(node: NodeHeard, nowMs: number): NodeState {
  const isSilent = nowMs - node.heardMs > SILENT_AFTER_MS;
  if (isSilent || node.hasLeft) {
    const isActive = node.activityMs !== undefined && node.activityMs > node.heardMs + ACTIVITY_GRACE_MS;
    return isActive ? 'silent-while-active' : node.hasLeft ? 'left' : 'silent';
  }
  return node.behindSinceMs !== undefined && nowMs - node.behindSinceMs > BEHIND_AFTER_MS ? 'behind' : 'current';
}

/** @param positionSequence the last record of the node that the ledger has */
export function heard(
  before: NodeHeard | undefined,
  word: { readonly headSequence: number; readonly hasLeft: boolean },
  positionSequence: number,
  nowMs: number,
): NodeHeard {
  const headSequence = Math.max(word.headSequence, before?.headSequence ?? 0);
  const isBehind = headSequence > positionSequence;
  return {
    heardMs: nowMs,
    headSequence,
    behindSinceMs: isBehind ? (before?.behindSinceMs ?? nowMs) : undefined,
    hasLeft: word.hasLeft,
    activityMs: before?.activityMs,
  };
}
