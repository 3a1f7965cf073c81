import type { Effect } from '#domain/action/effect.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import type { JsonObject } from '#domain/json.ts';
import type { PolicyLanguage } from '#domain/policy/language.ts';
import { type EffectRequest, type PolicyInput, requestsOf, withApproval } from '#domain/policy/requests.ts';
import { SAMPLE_EFFECTS } from '#domain/policy/sample-effects.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

const AGENT: Principal = { kind: 'agent', id: 'sample' as AgentId, agent: 'custom', teams: ['sample'] };
const PERSON: Principal = { kind: 'person', id: 'sample' as PersonId, roles: ['operator'] };

/**
 * Whether a schema knows every request that ACGS will make: a policy could not speak about one that it does not know.
 * Each sample is asked as an agent with an approval, on a stale node; each kind once more as a person without any of it.
 */
export function schemaFits(schema: JsonObject, language: PolicyLanguage): Result<undefined, 'constitution-schema'> {
  const authorizer = language.createAuthorizer({ policies: {}, schema, validateRequests: true });
  const once = [...new Map(SAMPLE_EFFECTS.map((effect) => [effect.kind, effect])).values()];
  const asked = [
    ...requests(SAMPLE_EFFECTS, AGENT, { stale: true }).map(({ effect, request }) => ({
      effect,
      request: withApproval(request, { role: 'sample', by: 'sample' }),
    })),
    ...requests(once, PERSON),
  ];
  for (const { effect, request } of asked) {
    try {
      authorizer.authorize(request);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return refuse('constitution-schema', `The schema does not fit the effect "${effect.kind}": ${why}`);
    }
  }
  return ok(undefined);
}

function requests(
  effects: readonly Effect[],
  principal: Principal,
  more: Pick<PolicyInput, 'stale'> = {},
): readonly EffectRequest[] {
  const action = { kind: 'shell', workspaceRoots: ['/work'] } as const;
  return requestsOf({ action, effects, principal, labels: ['read-untrusted'], timeMs: 0, ...more });
}
