import type { Principal } from './principal.ts';

/** One step of a delegation: on whose behalf. */
export interface Delegation {
  readonly kind: 'agent' | 'person';
  readonly id: string;
}

/** Whom a principal acts for, as its token says (RFC 8693, `act`): the next one first. Nothing where it acts for itself. */
export function delegationOf(principal: Principal): { readonly delegation?: readonly Delegation[] } {
  const delegation: Delegation[] = [];
  let acting = principal;
  while (acting.kind === 'agent' && acting.onBehalfOf !== undefined) {
    acting = acting.onBehalfOf;
    delegation.push({ kind: acting.kind, id: acting.id });
  }
  return delegation.length === 0 ? {} : { delegation };
}
