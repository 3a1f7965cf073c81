import type { DirectoryState } from '#domain/identity/directory.ts';
import type { DirectoryChange } from '#domain/identity/identity-event.ts';
import type { PublishedKey } from '#domain/identity/token-keys.ts';

/** Names a state of the directory, within one run of the identity service. Nobody but the service reads it. */
export type DirectoryCursor = string & { readonly __brand: 'DirectoryCursor' };

/**
 * What the identity service answers a node: who there is and which keys sign, in full or as far as it is another than what the node
 * has. Never a list of events: the same news twice does no harm, and a node needs to know nothing of how somebody came to be who they are.
 */
export interface DirectoryNews {
  readonly kind: 'whole' | 'changed';
  readonly cursor: DirectoryCursor;
  /** Whose tokens they are: `iss` and `aud`. */
  readonly issuer: string;
  /** All keys that are published now. */
  readonly keys: readonly PublishedKey[];
  readonly state: DirectoryState;
}

/** The identity service, as a node asks it. */
export interface DirectoryLink {
  /**
   * News since `after`, at once or as soon as there are some, at the latest after `holdMs`.
   * @throws IdentityUnavailable when there is no answer, or none that can be believed
   */
  news(after: DirectoryCursor | undefined, holdMs: number, signal: AbortSignal): Promise<DirectoryNews>;
}

export class IdentityUnavailable extends Error {
  override readonly name = 'IdentityUnavailable';
}

/** What a change is about. */
export type Touched =
  | { readonly kind: 'person' | 'agent'; readonly id: string }
  | { readonly kind: 'token'; readonly id: string; readonly expiresMs: number };

export function touchedBy(change: DirectoryChange): Touched {
  if ('tokenId' in change) return { kind: 'token', id: change.tokenId, expiresMs: change.expiresMs };
  if ('agentId' in change) return { kind: 'agent', id: change.agentId };
  return { kind: 'person', id: change.personId };
}
