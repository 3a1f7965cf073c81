/** What the ledger has heard of a node, besides records. Times in milliseconds since 1970. */
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
  /** Whose word that is. */
  readonly activityBy: string | undefined;
  /** A record that somebody else has told of, and the ledger did not have. */
  readonly told: ToldRecord | undefined;
}

/** By node: what is kept over a restart, so that a node that fell silent before is missed after it, and one that had left is not. */
export type RememberedNodes = ReadonlyMap<string, NodeHeard>;

/** A receipt that an executor was shown, or what the node itself told the constitution service. */
export interface ToldRecord {
  readonly sequence: number;
  /** Since when it was told of, without a pause, that the ledger lacks records; and when last. */
  readonly sinceMs: number;
  readonly lastMs: number;
  /** Who told of records meanwhile, the first `TELLERS_MAX`: ids of callers, or the node's own. */
  readonly by: readonly string[];
}

/** Enough to ask; whoever tells first is not pushed out by others. */
const TELLERS_MAX = 8;

/**
 * - `current`: it speaks, and the ledger has what it told of
 * - `behind`: it speaks, and records that it, or somebody else, told of have been missing for too long
 * - `left`: it said that it stops
 * - `silent`: it said nothing for too long, and did not say that it stops. Either it was killed, and then its agents are
 *   blocked, or it is cut off from the ledger and may be deciding still. From here the two cannot be told apart
 * - `silent-while-active`: it is silent or has left, and somebody saw its agents act since, or has told of records that the ledger lacks: the incident
 */
export type NodeState = 'current' | 'behind' | 'left' | 'silent' | 'silent-while-active';

/** A node that has nothing to ship says so every 5 s: this is six of its words lost in a row. */
export const SILENT_AFTER_MS = 30_000;

/** Shipping takes a second; this long behind, something is in its way. */
export const BEHIND_AFTER_MS = 15_000;

/** An action takes a while from its record to its effects' being seen elsewhere, and clocks differ. */
export const ACTIVITY_GRACE_MS = 30_000;

/** For how long a told record counts: whoever was wrong about one is not believed for ever, and a node that lives is told of again. */
export const TOLD_MS_MAX = 3_600_000;

export interface NodeView {
  /** The last record of the node that the ledger has. */
  readonly positionSequence: number;
  /** Since when the ledger has listened: a node that could not be heard before is not silent for that. */
  readonly listeningSinceMs: number;
  readonly nowMs: number;
}

export function nodeState(node: NodeHeard, view: NodeView): NodeState {
  const { nowMs } = view;
  const isSilent = nowMs - Math.max(node.heardMs, view.listeningSinceMs) > SILENT_AFTER_MS;
  const isLacking = lacksTold(node.told, view);
  if (isSilent || node.hasLeft) {
    return isSeenActive(node) || isLacking ? 'silent-while-active' : node.hasLeft ? 'left' : 'silent';
  }
  const isBehind = node.behindSinceMs !== undefined && nowMs - node.behindSinceMs > BEHIND_AFTER_MS;
  return isBehind || isLacking ? 'behind' : 'current';
}

function isSeenActive({ activityMs, heardMs }: NodeHeard): boolean {
  return activityMs !== undefined && activityMs > heardMs + ACTIVITY_GRACE_MS;
}

function lacksTold(told: ToldRecord | undefined, { positionSequence, nowMs }: NodeView): boolean {
  return (
    told !== undefined &&
    told.sequence > positionSequence &&
    nowMs - told.sinceMs > BEHIND_AFTER_MS &&
    nowMs - told.lastMs <= TOLD_MS_MAX
  );
}

/** Somebody has seen this record of the node's journal. A ledger that gets what it was told of before is not behind, however busy the node. */
export function tell(
  before: ToldRecord | undefined,
  sequence: number,
  by: string,
  { positionSequence, nowMs }: Pick<NodeView, 'positionSequence' | 'nowMs'>,
): ToldRecord | undefined {
  const isStillLacking =
    before !== undefined && before.sequence > positionSequence && nowMs - before.lastMs <= TOLD_MS_MAX;
  if (!isStillLacking)
    return sequence > positionSequence ? { sequence, sinceMs: nowMs, lastMs: nowMs, by: [by] } : undefined;
  if (sequence <= positionSequence) return before;
  const tellers = before.by.includes(by) ? before.by : [...before.by, by].slice(0, TELLERS_MAX);
  return { sequence: Math.max(sequence, before.sequence), sinceMs: before.sinceMs, lastMs: nowMs, by: tellers };
}

/** Whose words, besides the node's, make its state: nobody's where they change nothing. */
export function toldBy(node: NodeHeard, view: NodeView): readonly string[] {
  const lacking = lacksTold(node.told, view) ? (node.told?.by ?? []) : [];
  const isActive = nodeState(node, view) === 'silent-while-active' && isSeenActive(node);
  return [...new Set([...lacking, ...(isActive && node.activityBy !== undefined ? [node.activityBy] : [])])];
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
    activityBy: before?.activityBy,
    told: before?.told,
  };
}
