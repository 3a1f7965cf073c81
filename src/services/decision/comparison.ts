import type { Evaluate, Evaluation } from '#domain/policy/evaluate.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import type { Told } from '#domain/rollout/counts.ts';
import { countPair, NO_COUNTS, type PairCounts } from '#domain/rollout/counts.ts';
import type { Flip, FlipExample } from '#domain/rollout/order.ts';

/** Actions that wait to be compared; one more is skipped and counted, so that a busy node is not slowed down by looking. */
const PENDING_MAX = 1_000;
/** How long comparing may hold the event loop at once, and how long it then leaves it to decisions, in milliseconds: a fifth at most. */
const HOLD_MS = 1;
const REST_MS = 4;
/** Kinds of changes that are told apart: verdicts by role on both sides. */
const FLIP_KINDS_MAX = 64;
const EXAMPLES_PER_FLIP_MAX = 5;
/** Of the text of an example: a person recognises the action by it. */
const EFFECT_TEXT_LENGTH_MAX = 300;
const POLICIES_PER_EXAMPLE_MAX = 5;

interface Pending {
  readonly input: PolicyInput;
  readonly evaluation: Evaluation;
  /** Whose answer that is. */
  readonly by: 'candidate' | 'in-force';
}

/** Puts what one constitution has decided to the other one, after the answer is out. */
export interface Comparison {
  add(pending: Pending): void;
  counts(): PairCounts;
  flips(): readonly Flip[];
  /** Drops what waits. */
  close(): void;
}

export function createComparison(deps: {
  readonly candidate: Evaluate;
  readonly inForce: Evaluate;
  readonly elapsedMs: () => number;
}): Comparison {
  const pending: Pending[] = [];
  const flips = new Map<string, { from: string; to: string; count: number; examples: FlipExample[] }>();
  let counts = NO_COUNTS.pairs;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function work(): void {
    timer = undefined;
    const releaseMs = deps.elapsedMs() + HOLD_MS;
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      compare(next);
      if (deps.elapsedMs() >= releaseMs) break;
    }
    schedule();
  }

  function schedule(): void {
    if (timer !== undefined || pending.length === 0 || isClosed) return;
    timer = setTimeout(work, REST_MS);
    timer.unref();
  }

  function compare({ input, evaluation, by }: Pending): void {
    const other = tryEvaluate(by === 'candidate' ? deps.inForce : deps.candidate, input);
    const [candidate, inForce] = by === 'candidate' ? [evaluation, other] : [other, evaluation];
    counts = countPair(counts, toldBy(candidate), toldBy(inForce));
    const [from, to] = [verdictText(inForce), verdictText(candidate)];
    if (from !== to) note(from, to, input, inForce, candidate);
  }

  function note(
    from: string,
    to: string,
    input: PolicyInput,
    before: Evaluation | undefined,
    after: Evaluation | undefined,
  ) {
    const key = JSON.stringify([from, to]);
    const flip = flips.get(key) ?? { from, to, count: 0, examples: [] };
    if (!flips.has(key) && flips.size >= FLIP_KINDS_MAX) return;
    flips.set(key, flip);
    flip.count += 1;
    if (flip.examples.length < EXAMPLES_PER_FLIP_MAX) flip.examples.push(exampleOf(input, before, after));
  }

  return {
    add(one) {
      if (pending.length >= PENDING_MAX) counts = { ...counts, skipped: counts.skipped + 1 };
      else pending.push(one);
      schedule();
    },
    counts: () => counts,
    flips: () => [...flips.values()].map((flip) => ({ ...flip, examples: [...flip.examples] })),
    close() {
      isClosed = true;
      clearTimeout(timer);
      pending.length = 0;
    },
  };
}

/** As it counts for a roll-out. Undefined: the evaluation threw. */
export function toldBy(evaluation: Evaluation | undefined): Told {
  if (evaluation === undefined) return { verdict: 'deny', failed: true };
  return {
    verdict: evaluation.verdict.kind,
    failed: evaluation.reasons.some(({ policy }) => policy === 'evaluation-error'),
  };
}

function tryEvaluate(evaluate: Evaluate, input: PolicyInput): Evaluation | undefined {
  try {
    return evaluate(input);
  } catch {
    return undefined;
  }
}

function verdictText(evaluation: Evaluation | undefined): string {
  if (evaluation === undefined) return 'failed';
  const { verdict } = evaluation;
  return verdict.kind === 'ask' ? `ask ${verdict.role}` : verdict.kind;
}

function exampleOf(input: PolicyInput, before: Evaluation | undefined, after: Evaluation | undefined): FlipExample {
  const decisive = after?.verdict.kind === 'allow' ? before : after;
  return {
    principalId: input.principal.id,
    actionKind: input.action.kind,
    effect: (decisive?.reasons[0]?.effect ?? '').slice(0, EFFECT_TEXT_LENGTH_MAX),
    from: policiesOf(before),
    to: policiesOf(after),
  };
}

function policiesOf(evaluation: Evaluation | undefined): readonly string[] {
  return [...new Set(evaluation?.reasons.map(({ policy }) => policy))].slice(0, POLICIES_PER_EXAMPLE_MAX);
}
