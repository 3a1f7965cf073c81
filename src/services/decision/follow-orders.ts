import { NOTHING_STRICTER, type Stricter } from '#domain/amendment/stricter.ts';
import type { ParseBundle } from '#domain/constitution/bundle.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Governing } from '#domain/constitution/governance.ts';
import type { VerifiedLineage } from '#domain/constitution/load-verified.ts';
import type { ConstitutionRegistry, Mark } from '#domain/constitution/registry.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { ok, type Refusal, type Result } from '#domain/result.ts';
import { type ConstitutionLink, LinkUnavailable, type Ordered } from '#domain/rollout/link.ts';
import type { NodeReport, Order, OrderDigest } from '#domain/rollout/order.ts';
import { measure } from '#domain/rollout/watch.ts';
import { type FetchRefusalCode, fetchVerified } from '#services/decision/fetch-verified.ts';
import type { SideBySide } from '#services/decision/side-by-side.ts';

/**
 * For how long the service may hold a question that nothing has changed for, in milliseconds. It is also how often a node tells its
 * counts, so shorter while something is tried; and short enough for whatever stands between that cuts off what waits.
 */
const HOLD_MS = 2_000;
const HOLD_TRYING_MS = 500;
/** Between two tries when the service is away, doubled from the first to the last, in milliseconds. */
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2_000;
/** After this without an answer, in milliseconds, a node judges a candidate by its own counts. */
const CUT_OFF_MS = 5_000;
export interface FollowDeps {
  /** The node's id. */
  readonly node: string;
  /** Drawn anew at each start. */
  readonly boot: string;
  readonly link: ConstitutionLink;
  readonly registry: ConstitutionRegistry;
  readonly parseBundle: ParseBundle;
  readonly sides: SideBySide;
  readonly journal: Pick<Journal, 'append' | 'head'>;
  /** Compiles it, or takes it warm; in slices, so that decisions go on. */
  readonly load: (constitution: Constitution) => Promise<Governing>;
  /** Verifies what the registry points to now, and places it. Refused: what governed before still does. */
  readonly verifyInForce: () => Promise<Result<VerifiedLineage>>;
  /** When the lineage in force was last verified here, and why the last try was not. */
  readonly verified: () => { readonly atMs: number; readonly refusal: Refusal | undefined };
  /** The service has said that what governs here is in force. */
  readonly confirmed: { readonly atMs: () => number | undefined; readonly now: () => Promise<void> };
  readonly isStale: () => boolean;
  /** With every order that is taken, once it is journalled: what is suspended. */
  readonly onStricter: (stricter: Stricter) => void;
  readonly onEvent: (event: FollowEvent) => void;
  readonly elapsedMs: () => number;
  /** Resolves after so many milliseconds, or when it is closed. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly nowMs: () => number;
}

export type FollowEvent =
  | { readonly kind: 'order-taken'; readonly order: Order }
  | { readonly kind: 'order-refused'; readonly order: Order; readonly refusal: Refusal }
  | { readonly kind: 'candidate-withdrawn'; readonly order: Order }
  | { readonly kind: 'service-lost'; readonly error: unknown }
  | { readonly kind: 'service-found' }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Follows the orders of the constitution service: one question after the other, so that an old answer never overtakes a new one. A
 * constitution is taken when this node has verified its bytes, and an order is acknowledged when it governs here.
 */
export function followOrders(deps: FollowDeps): { close(): Promise<void> } {
  const closing = new AbortController();
  let following: OrderDigest | undefined;
  let refusal: Refusal | undefined;
  let withdrawn: NodeReport['withdrawn'];
  let stricter: Order['stricter'];
  let lastAnswerMs = deps.elapsedMs();
  let failures = 0;

  async function followOn(): Promise<void> {
    while (!closing.signal.aborted) await step();
  }

  async function step(): Promise<void> {
    try {
      const ordered = await deps.link.follow(deps.node, report(), holdMs(), closing.signal);
      if (failures > 0) deps.onEvent({ kind: 'service-found' });
      failures = 0;
      lastAnswerMs = deps.elapsedMs();
      if (closing.signal.aborted) return;
      const taken = await take(ordered);
      if (!taken.ok) await refused(ordered.order, taken.refusal);
    } catch (error) {
      // A question that is given up because the node ends is no failure.
      if (!closing.signal.aborted) await missed(error);
    }
  }

  /** After a failure the first question is not held: what is between may cut off those that wait. */
  function holdMs(): number {
    if (failures > 0 || following === undefined) return 0;
    return deps.sides.sides().candidate === undefined ? HOLD_MS : HOLD_TRYING_MS;
  }

  async function missed(error: unknown): Promise<void> {
    if (!(error instanceof LinkUnavailable)) deps.onEvent({ kind: 'failed', error });
    else if (failures === 0) deps.onEvent({ kind: 'service-lost', error });
    failures += 1;
    await withdrawIfBroken().catch((cause: unknown) => deps.onEvent({ kind: 'failed', error: cause }));
    await deps.sleep(Math.min(RETRY_MS_MIN * 2 ** (failures - 1), RETRY_MS_MAX), closing.signal);
  }

  async function refused(order: Order, why: Refusal): Promise<void> {
    if (refusal?.code !== why.code) deps.onEvent({ kind: 'order-refused', order, refusal: why });
    refusal = why;
    await deps.sleep(RETRY_MS_MAX, closing.signal);
  }

  async function take({ digest, order }: Ordered): Promise<Result<undefined, FetchRefusalCode>> {
    if (digest !== following) {
      const taken = await takeOrder(order);
      if (!taken.ok) return taken;
      following = digest;
      withdrawn = undefined;
      deps.onEvent({ kind: 'order-taken', order });
    }
    refusal = undefined;
    if (order.inForce.digest === deps.sides.sides().inForce.ref.digest) await deps.confirmed.now();
    return ok(undefined);
  }

  /** Everything is ready before anything is switched; then the pointer, at once. */
  async function takeOrder(order: Order): Promise<Result<undefined, FetchRefusalCode>> {
    if (order.inForce.digest !== deps.sides.sides().inForce.ref.digest) {
      const next = await fetchVerified(order.inForce, deps);
      if (!next.ok) return next;
      await deps.load(next.value.inForce.constitution);
      await deps.journal.append({ kind: 'order-taken', timeMs: deps.nowMs(), order });
      await putInForce(order.inForce);
      const checked = await deps.verifyInForce();
      // It has just been verified; whatever has changed on the disk since is an attack or a fault.
      if (!checked.ok) return checked as { readonly ok: false; readonly refusal: Refusal<FetchRefusalCode> };
    } else {
      await deps.journal.append({ kind: 'order-taken', timeMs: deps.nowMs(), order });
    }
    deps.onStricter(order.stricter ?? NOTHING_STRICTER);
    stricter = order.stricter;
    return order.candidate === undefined ? placeAlone() : placeCandidate(order.candidate);
  }

  function placeAlone(): Result<undefined, FetchRefusalCode> {
    const { inForce, candidate } = deps.sides.sides();
    if (candidate !== undefined) deps.sides.place({ inForce });
    return ok(undefined);
  }

  async function placeCandidate(
    ordered: NonNullable<Order['candidate']>,
  ): Promise<Result<undefined, FetchRefusalCode>> {
    const verified = await fetchVerified(ordered.mark, deps);
    if (!verified.ok) return verified;
    const governing = await deps.load(verified.value.inForce.constitution);
    const { rollOut, stage, cohort, objectives } = ordered;
    deps.sides.place({
      inForce: deps.sides.sides().inForce,
      candidate: { rollOut, governing, stage, cohort, objectives },
    });
    return ok(undefined);
  }

  async function putInForce(mark: Mark): Promise<void> {
    // The mark first: a crash in between leaves a node that refuses to start rather than one that starts below it.
    if ((await deps.registry.highWater()) === undefined) await deps.registry.raiseHighWater(mark);
    await deps.registry.putInForce(mark);
  }

  /** Nobody else can: the service, which sees all nodes, is away. It is told when it is back. */
  async function withdrawIfBroken(): Promise<void> {
    const { inForce, candidate } = deps.sides.sides();
    if (candidate === undefined || deps.elapsedMs() - lastAnswerMs < CUT_OFF_MS) return;
    const measured = measure(deps.sides.counts(), candidate.objectives).find(({ isBroken }) => isBroken);
    if (measured === undefined) return;
    const { number, digest } = inForce.ref;
    const order: Order = { inForce: { number, digest }, ...(stricter === undefined ? {} : { stricter }) };
    await deps.journal.append({ kind: 'order-taken', timeMs: deps.nowMs(), order });
    deps.sides.place({ inForce });
    withdrawn = { rollOut: candidate.rollOut, measured };
    deps.onEvent({ kind: 'candidate-withdrawn', order });
  }

  function report(): NodeReport {
    const { inForce, candidate } = deps.sides.sides();
    const { atMs, refusal: checkRefusal } = deps.verified();
    const confirmedMs = deps.confirmed.atMs();
    const why = refusal ?? checkRefusal;
    return {
      boot: deps.boot,
      ...(following === undefined ? {} : { order: following }),
      journalSequence: deps.journal.head().sequence,
      inForce: { number: inForce.ref.number, digest: inForce.ref.digest },
      verifiedMs: atMs,
      ...(why === undefined ? {} : { refusal: why.code }),
      ...(confirmedMs === undefined ? {} : { confirmedMs }),
      isStale: deps.isStale(),
      ...(candidate === undefined
        ? {}
        : {
            candidate: {
              mark: { number: candidate.governing.ref.number, digest: candidate.governing.ref.digest },
              stage: candidate.stage,
            },
          }),
      ...(withdrawn === undefined ? {} : { withdrawn }),
      counts: deps.sides.counts(),
      flips: deps.sides.flips(),
    };
  }

  const running = followOn();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
