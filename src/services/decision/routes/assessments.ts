import Type from 'typebox';
import { type Action, AGENT_KINDS, type ShellAction } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import type { Effect } from '#domain/action/effect.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import { drawnEffect, explain } from '#domain/decision/explanation.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import { assessEffects } from '#domain/policy/assess-effects.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import { DrawnEffectReply, ExplanationReply } from '#services/decision/reading-schemas.ts';
import { AbsolutePath, ReasonReply, VerdictReply } from '#services/decision/schemas.ts';
import type { EdgeServer } from '#services/edge.ts';
import { ConstitutionRefReply, list } from '#services/replies.ts';

/** Characters of a command that is tried: what a person types or pastes. What agents send is decided up to 262,144. */
const TRIED_COMMAND_LENGTH_MAX = 16_384;
/** Effects whose verdict is asked one by one: more are not looked at, and each costs an evaluation for every approver role. */
const EFFECTS_ASSESSED_MAX = 200;

/** A folder that stands for a project, where none is named. */
const TRIED_CWD = '/workspace';

/** No agent of this installation: policies that name one do not apply. */
const DRY_RUN = 'dry-run' as AgentId;

const AssessmentBody = Type.Object(
  {
    command: Type.String({ minLength: 1, maxLength: TRIED_COMMAND_LENGTH_MAX }),
    cwd: Type.Optional(AbsolutePath),
    workspaceRoots: Type.Optional(Type.Array(AbsolutePath, { minItems: 1, maxItems: 64 })),
    agent: Type.Optional(Type.Enum([...AGENT_KINDS])),
  },
  { additionalProperties: false },
);

const AssessmentReply = Type.Object({
  verdict: VerdictReply,
  effects: list(Type.Object({ ...DrawnEffectReply.properties, verdict: VerdictReply, policies: list(Type.String()) })),
  effectsLeft: Type.Integer({ description: 'Effects beyond those that are listed; the verdict counts them' }),
  reasons: list(ReasonReply),
  explanation: ExplanationReply,
  actionDigest: Type.String(),
  constitution: ConstitutionRefReply,
});

/**
 * What the constitution in force would say of a command: the same analysis and the same evaluation as a decision's, for an
 * agent that nobody is. Nothing is run, recorded, counted or remembered; what is tried stays with whoever tries it.
 */
export function registerAssessmentRoutes(
  app: EdgeServer,
  deps: {
    readonly governance: Governance;
    readonly effectsOf: (action: Action) => readonly Effect[];
    readonly nowMs: () => number;
  },
): void {
  app.post(
    '/v1/assessments',
    {
      config: { permission: 'assessments.read' },
      schema: {
        summary: 'What the constitution would say of a shell command; nothing is recorded',
        body: AssessmentBody,
        response: { 200: AssessmentReply },
      },
    },
    async ({ body: { command, cwd = TRIED_CWD, workspaceRoots = [cwd], agent = 'claude-code' } }) => {
      const action: ShellAction = { kind: 'shell', command, background: false, cwd, workspaceRoots };
      const { constitution, evaluate, ref } = deps.governance.governing({ principalId: DRY_RUN, workspaceRoots });
      const effects = deps.effectsOf(action);
      const input: PolicyInput = {
        action,
        effects,
        principal: { kind: 'agent', id: DRY_RUN, agent, teams: [] },
        labels: [],
        timeMs: deps.nowMs(),
      };
      const { verdict, reasons } = evaluate(input);
      const assessed = assessEffects(input, evaluate, EFFECTS_ASSESSED_MAX);
      return {
        verdict,
        effects: assessed.map(({ effect, ...rest }) => ({ ...drawnEffect(effect), ...rest })),
        effectsLeft: effects.length - assessed.length,
        reasons,
        explanation: explain(reasons, constitution),
        actionDigest: actionDigest(canonicalAction(action)),
        constitution: ref,
      };
    },
  );
}
