import type { Static } from 'typebox';
import type { DecisionFilter } from '#domain/decision/decision-index.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { OutlineQuery } from '#services/decision/schemas.ts';

/** What is asked for, as far as the caller may see it: an agent reads back its own decisions only. */
export function decisionFilter(query: Omit<Static<typeof OutlineQuery>, 'limit'>, caller: Principal): DecisionFilter {
  const { session, kind, effect, person, principal, from, to, verdict, agent, policy, text } = query;
  const principalId = caller.kind === 'agent' ? caller.id : principal;
  return {
    ...(verdict === undefined ? {} : { verdict }),
    ...(agent === undefined ? {} : { agent }),
    ...(policy === undefined ? {} : { policy }),
    ...(text === undefined ? {} : { text }),
    ...(session === undefined ? {} : { sessionId: session }),
    ...(kind === undefined ? {} : { actionKind: kind }),
    ...(effect === undefined ? {} : { effectKind: effect }),
    ...(person === undefined ? {} : { personId: person }),
    ...(principalId === undefined ? {} : { principalId }),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  };
}
