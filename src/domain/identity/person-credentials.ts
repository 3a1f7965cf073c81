import { enrolmentCodeHash } from '#domain/identity/agent-lifecycle.ts';
import type { PersonId } from '#domain/identity/principal.ts';

/** How long an invitation waits to be used, in milliseconds: until the next working day. */
export const INVITATION_TTL_MS = 24 * 60 * 60_000;
/** Passkeys of one person: a few devices, and some of them lost. */
export const PASSKEYS_PER_PERSON_MAX = 20;

/** What proves that somebody is this person. Never a secret: hashes, and public halves of keys. Times are Unix milliseconds. */
export interface PersonCredentials {
  readonly personId: PersonId;
  readonly password?: { readonly hash: string; readonly setMs: number };
  /** Whoever brings the code sets the password, once. */
  readonly invitation?: { readonly codeSha256: string; readonly expiresMs: number };
  readonly passkeys: readonly Passkey[];
}

export interface Passkey {
  /** Credential id, base64url, as its authenticator chose it. */
  readonly id: string;
  /** COSE_Key (RFC 9052), base64url. */
  readonly publicKey: string;
  /** How often it was used, by its own account; 0 where it does not count. */
  readonly counter: number;
  /** As its owner calls it. */
  readonly name: string;
  readonly addedMs: number;
  readonly usedMs?: number;
}

/** Where they outlive the process. */
export interface CredentialStore {
  /** Keeps all of them, as they are when the write begins. Rejects when they cannot be kept. */
  save(credentials: () => readonly PersonCredentials[]): Promise<void>;
}

export function invitationOf(code: string, nowMs: number): NonNullable<PersonCredentials['invitation']> {
  return { codeSha256: enrolmentCodeHash(code), expiresMs: nowMs + INVITATION_TTL_MS };
}

/** Whether this code was made for this person, is not used, and is not too old. */
export function isInvitedBy(credentials: PersonCredentials, code: string, nowMs: number): boolean {
  const { invitation } = credentials;
  return invitation !== undefined && invitation.codeSha256 === enrolmentCodeHash(code) && nowMs < invitation.expiresMs;
}

/** A new password takes every invitation with it: whoever knows an unused code must not undo it. */
export function withPassword(credentials: PersonCredentials, hash: string, nowMs: number): PersonCredentials {
  const { personId, passkeys } = credentials;
  return { personId, passkeys, password: { hash, setMs: nowMs } };
}
