import type { Stricter } from '#domain/amendment/stricter.ts';
import type { ParseBundle } from '#domain/constitution/bundle.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { refOf } from '#domain/constitution/governance.ts';
import { type LineageRefusalCode, loadVerified, type VerifiedLineage } from '#domain/constitution/load-verified.ts';
import type { ConstitutionRegistry, Mark } from '#domain/constitution/registry.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { ok, type Result } from '#domain/result.ts';
import { orderOf } from '#domain/rollout/order.ts';
import {
  advance,
  applyRollOut,
  begin,
  isDue,
  isUnderWay,
  type Mover,
  type RollBackCause,
  type RollOut,
  type RollOutEvent,
  type RollOutId,
  type RollOutRefusalCode,
  rollBack,
} from '#domain/rollout/roll-out.ts';
import type { RollOutStore } from '#domain/rollout/roll-out-store.ts';
import { type Measurement, measure } from '#domain/rollout/watch.ts';
import type { Nodes } from '#services/constitution/nodes.ts';

export type RollOutsRefusalCode =
  | RollOutRefusalCode
  | LineageRefusalCode
  /** Signed, and never voted on. */
  | 'amendment-not-passed';

/** How often a roll-out is looked at, in milliseconds: well within the 30 s in which a bad one must be back. */
const LOOK_EVERY_MS = 250;
/** Of the time between two looks, what counts at most: a process that was stopped has watched nothing. */
const WATCHED_STEP_MS_MAX = 1_000;

export interface RollOuts {
  /** Tries a constitution that is kept and verifies, by the plan of the one in force. */
  begin(candidate: ConstitutionDigest, by: string): Promise<Result<RollOut, RollOutsRefusalCode>>;
  /** Moves on to the next stage before its time. */
  advance(by: string): Promise<Result<RollOut, RollOutsRefusalCode>>;
  rollBack(by: string, why: string): Promise<Result<RollOut, RollOutsRefusalCode>>;
  /** The one under way, or the last one. */
  latest(): RollOut | undefined;
  measurements(): readonly Measurement[];
  /** What is in force has changed otherwise: by the registry, or at the start. */
  inForceChanged(lineage: VerifiedLineage): Promise<void>;
  /** Something was suspended, or is no longer: all nodes hear of it. */
  stricterChanged(): void;
  close(): void;
}

export interface RollOutsDeps {
  readonly registry: ConstitutionRegistry;
  readonly parseBundle: ParseBundle;
  readonly journal: Pick<Journal, 'append'>;
  readonly store: RollOutStore;
  readonly nodes: Nodes;
  /** What is suspended now. */
  readonly stricter: () => Stricter;
  /** Verifies what the registry now points to, and decides by it. */
  readonly verifyInForce: () => Promise<unknown>;
  /** After each event, once it is durable and its order is given. */
  readonly onEvent: (event: RollOutEvent, rollOut: RollOut) => void;
  readonly onError: (error: unknown) => void;
  readonly nowMs: () => number;
  readonly elapsedMs: () => number;
  readonly newId: () => string;
}

/**
 * Brings constitutions in force in stages, and takes them back by itself when an objective is broken. Everything is journalled before
 * it counts; one step after the other, so that a person and the plan do not move at once.
 *
 * @param first what is in force, and the last roll-out that the journal knows of
 */
export function createRollOuts(
  first: {
    readonly lineage: VerifiedLineage;
    readonly rollOut: RollOut | undefined;
    readonly events: readonly RollOutEvent[];
  },
  deps: RollOutsDeps,
): RollOuts {
  let inForce = first.lineage.inForce.constitution;
  let rollOut = first.rollOut;
  let events = first.events;
  let watchedMs = 0;
  let lookedMs = deps.elapsedMs();
  let turn: Promise<unknown> = Promise.resolve();

  const look = setInterval(() => void inTurn(watchOver).catch(deps.onError), LOOK_EVERY_MS);
  look.unref();

  /** Journal, then what follows of it, then the order: whoever is told to go on can be sure that it is written. */
  async function record(event: RollOutEvent): Promise<Result<RollOut, RollOutsRefusalCode>> {
    const applied = applyRollOut(rollOut, event);
    if (!applied.ok) return applied;
    const { sequence } = await deps.journal.append({ kind: 'roll-out', event });
    rollOut = applied.value;
    events = event.kind === 'begun' ? [event] : [...events, event];
    watchedMs = 0;
    giveOrder();
    deps.onEvent(event, rollOut);
    // The journal has it: without these a later look, or the next start, finds what is left to do.
    await deps.store.save({ sequence, events }).catch(deps.onError);
    if (event.kind === 'activated') await putInForce(rollOut).catch(deps.onError);
    return applied;
  }

  async function putInForce({ candidate }: RollOut): Promise<void> {
    const mark = { number: candidate.number, digest: candidate.digest };
    await deps.registry.putInForce(mark);
    // Raises the high-water mark and decides by it; `inForceChanged` is told, and gives the order.
    await deps.verifyInForce();
  }

  function giveOrder(): void {
    deps.nodes.order(orderOf({ number: inForce.number, digest: inForce.digest }, rollOut, deps.stricter()));
  }

  async function watchOver(): Promise<void> {
    const nowMs = deps.elapsedMs();
    const stepMs = Math.min(nowMs - lookedMs, WATCHED_STEP_MS_MAX);
    lookedMs = nowMs;
    if (rollOut === undefined) return;
    // What was recorded as active is in force; the registry may not have taken it at once.
    if (rollOut.stage.kind === 'active' && rollOut.inForce.digest === inForce.digest) return putInForce(rollOut);
    if (!isUnderWay(rollOut)) return;
    if (deps.nodes.following().length > 0) watchedMs += stepMs;
    const cause = causeToRollBack(rollOut);
    if (cause !== undefined) await moved(rollBack(rollOut, cause, deps.nowMs()));
    else if (isDue(rollOut, watchedMs)) await moved(advance(rollOut, { kind: 'plan' }, deps.nowMs()));
  }

  function causeToRollBack({ id, inForce: follows, plan }: RollOut): RollBackCause | undefined {
    if (follows.digest !== inForce.digest) return { kind: 'overtaken' };
    const measured = measure(deps.nodes.counts(), plan.objectives).find(({ isBroken }) => isBroken);
    if (measured !== undefined) return { kind: 'objective', measured };
    const told = deps.nodes.list().find(({ report }) => report.withdrawn?.rollOut === id);
    const { withdrawn } = told?.report ?? {};
    return withdrawn === undefined ? undefined : { kind: 'node', node: told?.id ?? '', measured: withdrawn.measured };
  }

  async function moved(event: Result<RollOutEvent, RollOutRefusalCode>): Promise<Result<RollOut, RollOutsRefusalCode>> {
    if (!event.ok) return event;
    if (event.value.kind !== 'activated' || rollOut === undefined) return record(event.value);
    // It was verified when it began; what is kept may have been tampered with since.
    const verified = await verifyCandidate(rollOut.candidate);
    return verified.ok ? record(event.value) : verified;
  }

  /** As if it were in force: digest, signatures, lineage, high-water mark and release. Writes nothing. */
  function verifyCandidate(mark: Mark): Promise<Result<VerifiedLineage, LineageRefusalCode>> {
    const registry = { ...deps.registry, inForce: async () => mark };
    return loadVerified({ registry, parseBundle: deps.parseBundle });
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work, work);
    turn = done.catch(() => undefined);
    return done;
  }

  giveOrder();
  return {
    begin: (digest, by) =>
      inTurn(async () => {
        const verified = await verifyCandidate({ number: 0, digest });
        if (!verified.ok) return verified;
        const { constitution } = verified.value.inForce;
        const event = begin(rollOut, {
          timeMs: deps.nowMs(),
          id: deps.newId() as RollOutId, // minted here, and nowhere else
          by,
          candidate: refOf(constitution),
          candidateParent: constitution.parent,
          inForce: refOf(inForce),
          plan: inForce.rollOut,
        });
        return event.ok ? record(event.value) : event;
      }),
    advance: (by) => {
      const mover: Mover = { kind: 'person', by };
      return inTurn(() => moved(advance(rollOut, mover, deps.nowMs())));
    },
    rollBack: (by, why) => inTurn(() => moved(rollBack(rollOut, { kind: 'person', by, why }, deps.nowMs()))),
    latest: () => rollOut,
    measurements: () => (rollOut === undefined ? [] : measure(deps.nodes.counts(), rollOut.plan.objectives)),
    async inForceChanged(lineage) {
      inForce = lineage.inForce.constitution;
      giveOrder();
    },
    stricterChanged: giveOrder,
    close() {
      clearInterval(look);
    },
  };
}

/** The last roll-out of a journal, from where it was kept. */
export function recallRollOut(events: readonly RollOutEvent[]): Result<RollOut | undefined, RollOutRefusalCode> {
  let rollOut: RollOut | undefined;
  for (const event of events) {
    const applied = applyRollOut(rollOut, event);
    if (!applied.ok) return applied;
    rollOut = applied.value;
  }
  return ok(rollOut);
}
