import { readdirSync, readFileSync } from 'node:fs';
import type { AuthorizationRequest } from '#domain/policy/authorization.ts';
import type { JsonLike } from '#domain/policy/engine/policy-form.ts';
import { isObject } from '#domain/policy/engine/policy-form.ts';
import { requestsOf } from '#domain/policy/requests.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';
import { createRandom, policiesOf, schemaOf } from './application.ts';

const FOLDER = new URL('../../constitution/', import.meta.url);

/** How the starter constitution is brought to a size. */
export const GROWTHS = {
  /** Teams have their own versions of its policies, each for the members of one team: what an organisation would write. */
  teams: 'each further policy is for one team',
  /** The team is asked for in the context instead, so that no scope tells the policies apart: the worst case for any index. */
  context: 'each further policy asks the context for its team',
} as const;
export type Growth = keyof typeof GROWTHS;

export interface GrownConstitution {
  readonly policies: Readonly<Record<string, JsonLike>>;
  readonly schema: JsonLike;
  readonly requests: readonly AuthorizationRequest[];
}

/** The starter constitution with further policies up to `policyCount`, and requests of agents that are in some teams each. */
export function growConstitution(policyCount: number, growth: Growth): GrownConstitution {
  const text = readdirSync(new URL('policies/', FOLDER))
    .toSorted()
    .map((name) => readFileSync(new URL(`policies/${name}`, FOLDER), 'utf8'));
  const starter = policiesOf(text.join('\n'));
  const policies: Record<string, JsonLike> = { ...starter };
  const models = Object.entries(starter).filter(
    ([, policy]) => isObject(policy) && isObject(policy.principal) && policy.principal.op === 'All',
  );
  for (let team = 0; Object.keys(policies).length < policyCount; team += 1)
    for (const [id, policy] of models) {
      if (Object.keys(policies).length === policyCount) break;
      policies[`${id} team-${team}`] = forTeam(policy, `team-${team}`, growth);
    }
  const teamCount = Math.max(1, Math.ceil((policyCount - Object.keys(starter).length) / models.length));
  return {
    policies,
    schema: schemaOf(readFileSync(new URL('schema.cedarschema', FOLDER), 'utf8')),
    requests: requestsOfAgents(teamCount),
  };
}

function forTeam(policy: JsonLike, label: string, growth: Growth): JsonLike {
  if (!isObject(policy) || !Array.isArray(policy.conditions)) throw new Error('a policy is an object with conditions');
  if (growth === 'teams') return { ...policy, principal: { op: 'in', entity: { type: 'Team', id: label } } };
  const labels = { '.': { left: { '.': { left: { Var: 'context' }, attr: 'session' } }, attr: 'labels' } };
  const hasLabel = { contains: { left: labels, right: { Value: label } } };
  return { ...policy, conditions: [{ kind: 'when', body: hasLabel }, ...policy.conditions] };
}

/** Every kind of effect, asked by agents that are in two teams each. */
function requestsOfAgents(teamCount: number): readonly AuthorizationRequest[] {
  const random = createRandom(teamCount);
  return Array.from({ length: 8 }, (_, agent) =>
    requestsOf({
      action: { kind: 'shell', workspaceRoots: ['/work'] },
      effects: SAMPLE_EFFECTS,
      // Branded by the identity service; here any name does.
      principal: {
        kind: 'agent',
        id: `agent-${agent}` as never,
        agent: 'codex',
        teams: [`team-${random.below(teamCount)}`, `team-${random.below(teamCount)}`],
      },
      labels: [],
      timeMs: 1_760_000_000_000,
    }),
  ).flatMap((requests) => requests.map(({ request }) => request));
}
