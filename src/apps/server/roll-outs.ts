import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { createRollOutFile } from '#adapters/constitution-registry/roll-out-file.ts';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import type { Stricter } from '#domain/amendment/stricter.ts';
import type { VerifiedLineage } from '#domain/constitution/load-verified.ts';
import type { ConstitutionRegistry, Mark } from '#domain/constitution/registry.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { ok, type Result } from '#domain/result.ts';
import { type ConstitutionLink, LinkUnavailable, type Ordered } from '#domain/rollout/link.ts';
import { orderOf } from '#domain/rollout/order.ts';
import type { RollOut, RollOutEvent } from '#domain/rollout/roll-out.ts';
import type { LineageCheck } from '#services/constitution/lineage-check.ts';
import { createNodes, type KnownNode, type Nodes } from '#services/constitution/nodes.ts';
import { createRollOuts, type RollOuts, recallRollOut } from '#services/constitution/roll-outs.ts';
import { REPLAY_RECORDS_MAX } from '#services/decision/memory.ts';

/** The roll-outs of this constitution service, from where its journal left off. */
export async function openRollOuts(deps: {
  readonly home: string;
  readonly journal: Journal;
  readonly registry: ConstitutionRegistry;
  readonly check: LineageCheck;
  readonly onEvent: (event: RollOutEvent, rollOut: RollOut) => void;
  readonly onError: (error: unknown) => void;
  /** A node that follows orders lives: what it has recorded must come to the ledger, by its own way. */
  readonly onNodeJournal: (node: string, sequence: number) => void;
  readonly stricter: () => Stricter;
  readonly nowMs: () => number;
  readonly elapsedMs: () => number;
  readonly newId: () => string;
}): Promise<Result<{ readonly nodes: Nodes; readonly rollOuts: RollOuts }>> {
  const { home, journal, registry, check } = deps;
  const store = createRollOutFile(home, parseEntry);
  const kept = (await store.load()) ?? { sequence: 0, events: [] };
  const events = await eventsAfter(kept, journal);
  const rollOut = recallRollOut(events);
  if (!rollOut.ok) return rollOut;
  const finished = await finishActivation(rollOut.value, { registry, check });
  const { lineage } = check.last();
  const { number, digest } = finished.inForce.constitution;
  const nodes = createNodes(orderOf({ number, digest }, rollOut.value, deps.stricter()), {
    nowMs: deps.nowMs,
    onJournal: deps.onNodeJournal,
  });
  const rollOuts = createRollOuts(
    { lineage, rollOut: rollOut.value, events },
    { ...deps, store, nodes, parseBundle, verifyInForce: () => verifyInForce(registry, check) },
  );
  return ok({ nodes, rollOuts });
}

/**
 * Verifies what the registry points to now. A run that was under way may have read the pointer before it was switched, so there may have
 * to be a second one.
 */
export async function verifyInForce(
  registry: ConstitutionRegistry,
  check: LineageCheck,
): ReturnType<LineageCheck['run']> {
  const checked = await check.run();
  const mark = await registry.inForce();
  if (!checked.ok || mark === undefined || checked.value.inForce.constitution.digest === mark.digest) return checked;
  return check.run();
}

/** The constitution service and a node in one process: no network, the same protocol. */
export function localLink(nodes: Nodes, registry: ConstitutionRegistry): ConstitutionLink {
  return {
    async follow(node, report, holdMs, signal) {
      const given = givenUp(signal);
      try {
        const followed = await Promise.race([nodes.follow(node, report, holdMs), given.up]);
        if (!followed.ok) throw new LinkUnavailable(followed.refusal.message);
        return followed.value;
      } finally {
        given.forget();
      }
    },
    read: (digest) => registry.read(digest),
    async founders() {
      const founders = await registry.founders();
      if (founders === undefined) throw new LinkUnavailable('nobody has founded this registry');
      return founders;
    },
  };
}

/** Rejects when the caller does not wait any longer. */
function givenUp(signal: AbortSignal | undefined) {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new LinkUnavailable('nobody waits for it any more'));
  if (signal?.aborted === true) giveUp();
  signal?.addEventListener('abort', giveUp);
  return { up: promise, forget: () => signal?.removeEventListener('abort', giveUp) };
}

/** As metrics show a node. */
export function nodeSeen({ id, report, seenMs }: KnownNode, { digest }: Ordered, nowMs: number) {
  return { id, seenSeconds: Math.max(0, nowMs - seenMs) / 1000, follows: report.order === digest };
}

/** A crash between the file and the journal leaves the file behind by an event; more than a tail is not read for it. */
async function eventsAfter(
  kept: { readonly sequence: number; readonly events: readonly RollOutEvent[] },
  journal: Journal,
): Promise<readonly RollOutEvent[]> {
  let events = kept.events;
  const from = Math.max(kept.sequence + 1, journal.head().sequence - REPLAY_RECORDS_MAX + 1);
  for await (const { entry } of journal.read(from)) {
    if (entry.kind !== 'roll-out') continue;
    events = entry.event.kind === 'begun' ? [entry.event] : [...events, entry.event];
  }
  return events;
}

/** What was recorded as activated is in force, also when the process ended before the pointer was switched. */
async function finishActivation(
  rollOut: RollOut | undefined,
  { registry, check }: { readonly registry: ConstitutionRegistry; readonly check: LineageCheck },
): Promise<VerifiedLineage> {
  const before = check.last().lineage;
  const isBehind = rollOut?.stage.kind === 'active' && rollOut.inForce.digest === before.inForce.constitution.digest;
  if (!isBehind || rollOut === undefined) return before;
  const mark: Mark = { number: rollOut.candidate.number, digest: rollOut.candidate.digest };
  await registry.putInForce(mark);
  const checked = await verifyInForce(registry, check);
  return checked.ok ? checked.value : before;
}
