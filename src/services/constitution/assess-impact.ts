import type { Action } from '#domain/action/action.ts';
import type { Effect } from '#domain/action/effect.ts';
import {
  addReplayed,
  compareConstitutions,
  EMPTY_REPLAY,
  exampleFailures,
  type Impact,
  type Replay,
} from '#domain/amendment/impact.ts';
import type { Approval } from '#domain/approval/approval.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { type Example, runExample } from '#domain/constitution/example.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import type { JournalReader } from '#domain/journal/journal.ts';
import type { Evaluate } from '#domain/policy/evaluate.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import { afterDecision } from '#domain/session/fold.ts';
import type { Session } from '#domain/session/session.ts';

/** Records of the journal that are looked at for decisions to replay: the last so many, whatever they are. */
const RECORDS_MAX = 20_000;
/** Decisions that are decided again: more say the same, and people wait. */
const REPLAYED_MAX = 5_000;
/** Work done before others get their turn: a few milliseconds, so that decisions do not wait for an impact. */
const SLICE = 8;

export interface AssessImpactDeps {
  readonly journal: JournalReader;
  readonly evaluatorOf: (constitution: Constitution) => Promise<Evaluate>;
  /** Effects as an example's project sees them. */
  readonly exampleEffectsOf: (action: Action) => readonly Effect[];
  /** Lets everything else that waits run first. */
  readonly yieldTurn: () => Promise<void>;
}

/** Thrown when another impact is being worked out: one at a time, so that deciding never shares the processor with several. */
export class ImpactBusy extends Error {
  override readonly name = 'ImpactBusy';
}

/**
 * What a draft would change: compared, its own examples run, and the last recorded decisions decided again by both. In slices, beside the
 * deciding that goes on. A record holds no teams and no labels from before the first record that is read, so both constitutions are asked
 * the same reconstructed question, and the impact tells how often it is not the recorded one.
 */
export function createAssessImpact(deps: AssessImpactDeps) {
  let isBusy = false;

  return async function assessImpact(
    current: Constitution,
    draft: Constitution,
    examples: readonly Example[],
  ): Promise<Impact> {
    if (isBusy) throw new ImpactBusy('The impact of another draft is being worked out; try again in a moment.');
    isBusy = true;
    try {
      return await assess(current, draft, examples);
    } finally {
      isBusy = false;
    }
  };

  async function assess(current: Constitution, draft: Constitution, examples: readonly Example[]): Promise<Impact> {
    const [before, after] = [await deps.evaluatorOf(current), await deps.evaluatorOf(draft)];
    const results = [];
    for (const [at, example] of examples.entries()) {
      if (at % SLICE === 0) await deps.yieldTurn();
      results.push(runExample(example, { constitution: draft, evaluate: after, effectsOf: deps.exampleEffectsOf }));
    }
    return {
      ...compareConstitutions(current, draft),
      examples: exampleFailures(results),
      replay: await replay(before, after),
    };
  }

  async function replay(before: Evaluate, after: Evaluate): Promise<Replay> {
    const sessions = new Map<string, Session>();
    const approvals = new Map<string, Approval>();
    const inputs: { readonly decision: Decision; readonly input: PolicyInput }[] = [];
    const from = Math.max(1, deps.journal.head().sequence - RECORDS_MAX + 1);
    for await (const { entry } of deps.journal.read(from)) {
      if (entry.kind === 'approval') approvals.set(entry.approval.id, entry.approval);
      if (entry.kind !== 'decision') continue;
      const { decision } = entry;
      const key = JSON.stringify([decision.principal.id, decision.sessionId ?? null]);
      inputs.push({ decision, input: inputOf(decision, sessions.get(key), approvals) });
      const { sessionId } = decision;
      if (sessionId !== undefined) sessions.set(key, afterDecision(sessions.get(key), { ...decision, sessionId }));
    }
    let counted = EMPTY_REPLAY;
    for (const [at, { decision, input }] of inputs.slice(-REPLAYED_MAX).entries()) {
      if (at % SLICE === 0) await deps.yieldTurn();
      counted = addReplayed(counted, decision, before(input), after(input));
    }
    return counted;
  }
}

export type AssessImpact = ReturnType<typeof createAssessImpact>;

function inputOf(
  decision: Decision,
  session: Session | undefined,
  approvals: ReadonlyMap<string, Approval>,
): PolicyInput {
  const approval = decision.approvalId === undefined ? undefined : approvals.get(decision.approvalId);
  const roots: unknown = decision.action['workspaceRoots'];
  return {
    action: {
      // The journal's schema has no list of kinds: one that is not known is put to the policies all the same.
      kind: decision.actionKind as Action['kind'],
      workspaceRoots: Array.isArray(roots) ? roots.filter((root) => typeof root === 'string') : [],
    },
    effects: decision.effects,
    principal: principalOf(decision),
    labels: session?.labels ?? [],
    timeMs: decision.timeMs,
    ...(approval === undefined ? {} : { approval: { role: approval.role, by: approval.by.id } }),
  };
}

function principalOf({ principal, agent }: Decision): Principal {
  return principal.kind === 'person'
    ? { kind: 'person', id: principal.id as PersonId, roles: [] } // an id that a token had
    : { kind: 'agent', id: principal.id as AgentId, agent, teams: [] }; // as above
}
