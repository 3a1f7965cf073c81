import { join } from 'node:path';
import { setImmediate as yieldTurn } from 'node:timers/promises';
import { parseBundle } from '#adapters/constitution-files/parse-bundle.ts';
import { createAmendmentStore } from '#adapters/proceedings-files/amendment-store.ts';
import { createLotSeeds } from '#adapters/proceedings-files/lot-seeds.ts';
import { parseShell } from '#adapters/shell-parser/parse.ts';
import { runCedarTask } from '#apps/server/cedar-process/run.ts';
import { createEffectsOf } from '#domain/action/effects.ts';
import type { ClockReading } from '#domain/amendment/governance-clock.ts';
import { governanceUnderProceedings } from '#domain/amendment/governance-under-proceedings.ts';
import { mayRollOut } from '#domain/amendment/may-roll-out.ts';
import { NOTHING_STRICTER, type Stricter, stricterNow } from '#domain/amendment/stricter.ts';
import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { EXAMPLE_HOME } from '#domain/constitution/example.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { ConstitutionRegistry } from '#domain/constitution/registry.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { DecisionSearch } from '#domain/decision/decision-index.ts';
import { createDenials } from '#domain/enforcement/denials.ts';
import type { RoleHolders } from '#domain/identity/directory.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { createEvaluate } from '#domain/policy/evaluate.ts';
import type { RollOut } from '#domain/rollout/roll-out.ts';
import { keepSigned } from '#services/constitution/amend.ts';
import { type AmendmentRouteDeps, registerProceedings } from '#services/constitution/amendment-routes.ts';
import { createAssessImpact } from '#services/constitution/assess-impact.ts';
import { createEnforcement } from '#services/constitution/enforcement.ts';
import type { LineageCheck } from '#services/constitution/lineage-check.ts';
import type { Nodes } from '#services/constitution/nodes.ts';
import { openProceedings, type ProceedingsKeeper } from '#services/constitution/proceedings-keeper.ts';
import type { RollOuts } from '#services/constitution/roll-outs.ts';
import { registerRollOuts } from '#services/constitution/service.ts';
import type { Memory } from '#services/decision/memory.ts';
import type { EdgeServer } from '#services/edge.ts';

/** How often it is looked whether a deadline has passed, in milliseconds. */
const SETTLE_EVERY_MS = 1_000;

/**
 * What people make of the constitution, put together: the keeper of the proceedings, and the governance that their suspensions and the
 * graduated response make stricter. In two steps, because what governs is needed before there is anything to keep.
 */
export function prepareProceedings(governance: Governance, onError: (error: unknown) => void) {
  const denials = createDenials();
  let opened: ProceedingsKeeper | undefined;
  let stricter = NOTHING_STRICTER;
  const enforcement = createEnforcement({ denials, governance, keeper: () => opened, onError });
  return {
    governance: governanceUnderProceedings(governance, {
      stricter: () => stricter,
      denials,
      evaluatorOf,
    }),
    /** Fed with the journal's tail at start, before anything is decided. */
    recall: (decision: Decision) => denials.apply(decision),
    /** What is suspended now, on this node. */
    stricter: () => stricter,
    /** On a node that follows a constitution service: with every order, and with the last one of the journal at start. */
    follow(order: Stricter): void {
      if (opened === undefined) stricter = order;
    },
    /** Called with every decision once it is durable. */
    decided: enforcement,
    /** The bundle of a constitution that was proposed, where this is the constitution service. */
    draft(digest: ConstitutionDigest): string | undefined {
      const amendments = [...(opened?.current().amendments.values() ?? [])];
      return amendments.find(({ content }) => content.constitution.digest === digest)?.bundle;
    },
    /** Opens them where the constitution service is (`own`), and offers them; a node that follows one has none of its own. */
    async serve(
      app: EdgeServer,
      own: { readonly nodes: Nodes; readonly rollOuts: RollOuts } | undefined,
      deps: {
        readonly home: string;
        readonly journal: Journal;
        readonly registry: ConstitutionRegistry;
        readonly check: LineageCheck;
        readonly roleHolders: RoleHolders;
        readonly readClock: () => ClockReading;
        readonly findDecision: (id: DecisionId) => Promise<Decision | undefined>;
        readonly newId: () => string;
        readonly ageHoursMax: () => number;
      },
    ) {
      if (own === undefined) return undefined;
      const { rollOuts } = own;
      const { home, journal, registry, newId } = deps;
      const keeper = await openProceedings({
        journal,
        store: createAmendmentStore(join(home, 'proceedings', 'events.json')),
        roleHolders: deps.roleHolders,
        readClock: deps.readClock,
        inForce: () => {
          const { bytes, constitution, nextSigners } = deps.check.last().lineage.inForce;
          return { digest: constitution.digest, bytes, nextSigners };
        },
        takenBack: () => takenBack(rollOuts.latest()),
        onChange(proceedings) {
          const next = stricterNow(proceedings);
          if (JSON.stringify(next) === JSON.stringify(stricter)) return;
          stricter = next;
          rollOuts.stricterChanged();
        },
      });
      opened = keeper;
      stricter = stricterNow(keeper.current());
      rollOuts.stricterChanged();
      await keepSigned({ keeper, registry });
      const timer = setInterval(() => keeper.settle().catch(onError), SETTLE_EVERY_MS);
      timer.unref();
      const routes: AmendmentRouteDeps = {
        keeper,
        governance,
        registry,
        parseBundle,
        readTexts: (texts) => runCedarTask({ kind: 'texts', texts }),
        assessImpact: createAssessImpact({
          journal,
          evaluatorOf: async (constitution) => evaluatorOf(constitution),
          exampleEffectsOf: createEffectsOf({
            parseShell,
            resolveLinks: (path) => path,
            home: EXAMPLE_HOME,
            temporaryDirectories: ['/tmp'],
            nowMs: () => performance.now(),
          }),
          yieldTurn: () => yieldTurn(),
        }),
        seeds: createLotSeeds(join(home, 'proceedings', 'lots')),
        findDecision: deps.findDecision,
        newId,
      };
      registerProceedings(app, routes);
      const { ageHoursMax } = deps;
      registerRollOuts(app, { ...own, rollOuts: onlyPassed(rollOuts, keeper), ageHoursMax, nowMs: Date.now });
      return {
        async close() {
          clearInterval(timer);
          await keeper.close();
        },
      };
    },
  };
}

/** The compiled engine in either configuration: it is held to Cedar's own answers by the differential tests. */
function evaluatorOf(constitution: Constitution) {
  const { policies, schema } = constitution;
  return createEvaluate({
    constitution,
    authorizer: createCompiledAuthorizer({ policies, schema, mode: 'closures' }),
  });
}

/** The last roll-out, if its candidate was taken back; the cause in the words of the roll-out's own record. */
function takenBack(rollOut: RollOut | undefined) {
  if (rollOut?.stage.kind !== 'rolled-back') return undefined;
  return { digest: rollOut.candidate.digest, cause: `roll-out ${rollOut.id}: ${rollOut.stage.cause.kind}` };
}

/** Roll-outs of nothing that was not voted on: signatures alone do not put a constitution in force. */
function onlyPassed(rollOuts: RollOuts, keeper: Pick<ProceedingsKeeper, 'current'>): RollOuts {
  return {
    ...rollOuts,
    async begin(candidate, by) {
      const passed = mayRollOut(keeper.current(), candidate);
      return passed.ok ? rollOuts.begin(candidate, by) : passed;
    },
  };
}

/** What was decided a moment ago is still in memory; the index follows the journal with a delay, and may be down. */
export function decisionFinder(memory: Memory, index: DecisionSearch | undefined) {
  return async (id: DecisionId): Promise<Decision | undefined> =>
    memory.decision(id) ?? (await index?.find(id))?.decision;
}

/** The graduated response hears of every decision when the memory does: once it is durable. */
export function countingDenials(memory: Memory, decided: (decision: Decision) => void): Memory {
  return {
    ...memory,
    apply(entry) {
      memory.apply(entry);
      if (entry.kind === 'decision') decided(entry.decision);
    },
  };
}
