import { ok, type Result, refuse } from '#domain/result.ts';
import { addCounts, NO_COUNTS, type RollOutCounts } from '#domain/rollout/counts.ts';
import type { Ordered } from '#domain/rollout/link.ts';
import type { Flip, NodeReport, Order } from '#domain/rollout/order.ts';
import { orderDigest } from '#domain/rollout/order.ts';

/** Nodes that are known at once. */
const NODES_MAX = 1_000;
/** A node that was not heard of for this long is forgotten; the journal remembers what it decided by. */
const FORGET_MS = 7 * 86_400_000;
/** A node that was not heard of for this long is not counted on: it asks every second. */
const SILENT_MS = 5_000;

/** What the service knows of one node. Times are Unix milliseconds, by the service's clock. */
export interface KnownNode {
  readonly id: string;
  readonly report: NodeReport;
  readonly seenMs: number;
}

export interface Nodes {
  /** Puts another order to all nodes: those who wait are answered now. */
  order(order: Order): void;
  ordered(): Ordered;
  /** One call of a node: its report in, its order out, at once or when it changes within `holdMs`. */
  follow(id: string, report: NodeReport, holdMs: number): Promise<Result<Ordered, 'nodes-limit'>>;
  /** By id. */
  list(): readonly KnownNode[];
  /** Heard of lately, and following the order that is given now. */
  following(): readonly KnownNode[];
  /** Over all nodes and their starts since the order was given. */
  counts(): RollOutCounts;
  flips(): readonly Flip[];
  close(): void;
}

export function createNodes(
  first: Order,
  deps: {
    readonly nowMs: () => number;
    /** With every report that says how far the node's journal is. */
    readonly onJournal?: (node: string, sequence: number) => void;
  },
): Nodes {
  let current: Ordered = { digest: orderDigest(first), order: first };
  const nodes = new Map<string, KnownNode>();
  /** By node and start: what a start has counted stays when the node starts again. */
  const counted = new Map<string, NodeReport>();
  const waiting = new Set<() => void>();

  function note(id: string, report: NodeReport): boolean {
    if (!nodes.has(id)) forget();
    if (!nodes.has(id) && nodes.size >= NODES_MAX) return false;
    nodes.set(id, { id, report, seenMs: deps.nowMs() });
    if (report.journalSequence !== undefined) deps.onJournal?.(id, report.journalSequence);
    if (report.order === current.digest) counted.set(JSON.stringify([id, report.boot]), report);
    return true;
  }

  function forget(): void {
    for (const [id, { seenMs }] of nodes) if (deps.nowMs() - seenMs > FORGET_MS) nodes.delete(id);
  }

  function wake(): void {
    for (const answer of waiting) answer();
    waiting.clear();
  }

  function changed(holdMs: number): Promise<void> {
    return new Promise((resolve) => {
      const answer = () => {
        clearTimeout(timer);
        waiting.delete(answer);
        resolve();
      };
      const timer = setTimeout(answer, holdMs);
      waiting.add(answer);
    });
  }

  return {
    order(order) {
      const digest = orderDigest(order);
      if (digest === current.digest) return;
      current = { digest, order };
      counted.clear();
      wake();
    },
    ordered: () => current,
    async follow(id, report, holdMs) {
      if (!note(id, report)) return refuse('nodes-limit', `More than ${NODES_MAX} nodes are known.`);
      if (report.order === current.digest && holdMs > 0) await changed(holdMs);
      return ok(current);
    },
    list: () => [...nodes.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    following: () =>
      [...nodes.values()].filter(
        ({ report, seenMs }) => report.order === current.digest && deps.nowMs() - seenMs <= SILENT_MS,
      ),
    counts: () => [...counted.values()].reduce((sum, { counts }) => addCounts(sum, counts), NO_COUNTS),
    flips: () => mergeFlips([...counted.values()].flatMap(({ flips }) => flips)),
    close: wake,
  };
}

/** Examples of all, of each kind as many as one node gives. */
function mergeFlips(flips: readonly Flip[]): readonly Flip[] {
  const merged = new Map<string, Flip>();
  for (const flip of flips) {
    const key = JSON.stringify([flip.from, flip.to]);
    const before = merged.get(key);
    const examples = [...(before?.examples ?? []), ...flip.examples].slice(0, EXAMPLES_MAX);
    merged.set(key, { from: flip.from, to: flip.to, count: flip.count + (before?.count ?? 0), examples });
  }
  return [...merged.values()].toSorted((a, b) => b.count - a.count);
}

const EXAMPLES_MAX = 5;
