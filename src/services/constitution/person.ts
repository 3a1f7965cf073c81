import type { Actor } from '#domain/amendment/event.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { refuse } from '#domain/result.ts';

/** Only people change a constitution. */
export type Person = Extract<Principal, { readonly kind: 'person' }>;

export function actorOf({ id, roles }: Person): Actor {
  return { id, roles };
}

export function personOf(principal: Principal) {
  if (principal.kind === 'person') return { ok: true, value: principal } as const;
  return refuse('not-entitled', 'Only people change the constitution, vote and appeal.');
}
