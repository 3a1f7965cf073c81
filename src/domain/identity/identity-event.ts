import type { AgentKey, SettableStatus } from '#domain/identity/agent.ts';
import type { OpenidBinding, PersonStatus } from '#domain/identity/person.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';

export interface PrincipalRef {
  readonly kind: 'person' | 'agent';
  readonly id: string;
}

/** How somebody proved who they are, or tried to; agents do it by the code of their enrolment and then by their key. `code`: also a person's invitation. */
export const AUTHENTICATION_METHODS = [
  'password',
  'passkey',
  'openid',
  'device',
  'token',
  'code',
  'assertion',
  'certificate',
] as const;
export type AuthenticationMethod = (typeof AUTHENTICATION_METHODS)[number];

/**
 * What happens to identities, as the journal keeps it. Never a secret: of codes and keys there are hashes and public halves.
 * `timeMs` and `expiresMs` are Unix milliseconds; `address` is the caller's network address.
 */
export type IdentityEvent = DirectoryChange | AuthenticationEvent;

/** What the directory is folded from. */
export type DirectoryChange =
  | (ByPerson<'person-added'> & { readonly name: string; readonly roles: readonly string[] })
  | (ByPerson<'person-roles-set'> & { readonly roles: readonly string[] })
  | (ByPerson<'person-status-set'> & { readonly status: PersonStatus })
  /** An account at the OpenID provider is this person's from now on. Absent `by`: by its verified e-mail address, when it first signed in. */
  | {
      readonly kind: 'person-bound';
      readonly timeMs: number;
      readonly by?: PrincipalRef;
      readonly personId: PersonId;
      readonly openid: OpenidBinding;
    }
  | ByPerson<'person-unbound'>
  /** By a group at the OpenID provider, without anybody's doing here. */
  | {
      readonly kind: 'person-provisioned';
      readonly timeMs: number;
      readonly personId: PersonId;
      readonly name: string;
      readonly roles: readonly string[];
      readonly openid: OpenidBinding;
    }
  /** The groups of somebody whose roles follow from them are others than at the last sign-in. */
  | {
      readonly kind: 'person-regrouped';
      readonly timeMs: number;
      readonly personId: PersonId;
      readonly roles: readonly string[];
    }
  | {
      readonly kind: 'agent-invited';
      readonly timeMs: number;
      readonly by: PrincipalRef;
      readonly agentId: AgentId;
      readonly agent: string;
      readonly owner: PersonId;
      readonly teams: readonly string[];
      readonly codeSha256: string;
      readonly expiresMs: number;
    }
  /** The first key, or a new one in place of it. */
  | {
      readonly kind: 'agent-enrolled' | 'agent-key-rotated';
      readonly timeMs: number;
      readonly agentId: AgentId;
      readonly key: AgentKey;
    }
  | {
      readonly kind: 'agent-status-set';
      readonly timeMs: number;
      readonly by: PrincipalRef;
      readonly agentId: AgentId;
      readonly status: SettableStatus;
      readonly why: string;
    }
  | {
      readonly kind: 'token-revoked';
      readonly timeMs: number;
      readonly by: PrincipalRef;
      readonly tokenId: string;
      /** When the token would have expired: from then on nobody need remember it. */
      readonly expiresMs: number;
    };

/** What is kept as evidence and changes nothing. */
export type AuthenticationEvent =
  | {
      readonly kind: 'signed-in';
      readonly timeMs: number;
      readonly personId: PersonId;
      readonly method: AuthenticationMethod;
      readonly address: string;
      /** Of `openid`: which provider said so. */
      readonly issuer?: string;
    }
  | {
      readonly kind: 'signed-out';
      readonly timeMs: number;
      readonly personId: PersonId;
      readonly everywhere: boolean;
    }
  /** Absent `subject`: nobody whom the directory knows. What was typed is not kept: it may be a password in the wrong field. */
  | {
      readonly kind: 'authentication-refused';
      readonly timeMs: number;
      readonly subject?: PrincipalRef;
      readonly method: AuthenticationMethod;
      readonly code: string;
      readonly address: string;
    }
  | {
      readonly kind: 'locked-out';
      readonly timeMs: number;
      readonly subject?: PrincipalRef;
      readonly address: string;
      readonly untilMs: number;
    }
  | ByPerson<'password-set'>
  /** A code was made with which this person sets a password. */
  | (ByPerson<'person-invited'> & { readonly expiresMs: number })
  /** The id is public: authenticators show it to everybody who asks for it. */
  | (ByPerson<'passkey-added' | 'passkey-removed'> & { readonly passkeyId: string })
  | {
      readonly kind: 'token-issued';
      readonly timeMs: number;
      readonly agentId: AgentId;
      readonly tokenId: string;
      /** Whether only the holder of the agent's key can use it (RFC 9449). */
      readonly bound: boolean;
      readonly onBehalfOf?: PrincipalRef;
      readonly expiresMs: number;
    }
  /** `keyId` signs from now on. */
  | {
      readonly kind: 'signing-key-rotated';
      readonly timeMs: number;
      readonly by?: PrincipalRef;
      readonly keyId: string;
    };

interface ByPerson<Kind extends string> {
  readonly kind: Kind;
  readonly timeMs: number;
  readonly by: PrincipalRef;
  readonly personId: PersonId;
}
