import type { OpenidAttempt } from '#domain/identity/openid-attempt.ts';
import type { Result } from '#domain/result.ts';

/** By how much the provider's clock and ours may differ, in milliseconds. */
export const OPENID_CLOCK_SKEW_MS = 30_000;

/** Whom the provider says that somebody is. `issuer` and `subject` together name one account for ever; nothing else does. */
export interface OpenidAccount {
  readonly issuer: string;
  readonly subject: string;
}

/** What an answer of the provider has proven. */
export interface OpenidProof {
  readonly account: OpenidAccount;
  /** The provider's own session in this browser, where it names one: a logout may end only that (`sid`). */
  readonly sessionId?: string;
  /** As the provider writes it; only where it says that it has verified it. */
  readonly verifiedEmail?: string;
  /** For people to read. */
  readonly name?: string;
  /** Values of the claim that roles follow from; empty where none is configured or it is absent. */
  readonly groups: readonly string[];
  /** Given back to the provider when this person signs out there, so that it need not ask. */
  readonly idToken: string;
}

/** Whom the provider has signed out: one session of an account, or everything of it. */
export interface OpenidLogout {
  readonly account?: OpenidAccount;
  readonly sessionId?: string;
}

/** Codes are public: the console tells people what to do by them. */
export type OpenidRefusalCode =
  /** The provider says no, or the person turned back there. */
  | 'openid-declined'
  /** What came back is not to be believed. */
  | 'openid-answer-invalid';

/** The provider cannot be reached, or answers with what is no answer. Other ways to sign in go on. */
export class OpenidUnavailable extends Error {
  override readonly name = 'OpenidUnavailable';
}

/** One OpenID provider, as a relying party sees it. Methods throw `OpenidUnavailable`. */
export interface OpenidProvider {
  readonly issuer: string;
  /** For people to read, on the button. */
  readonly name: string;
  /** Where to send the browser. */
  authorizationUrl(attempt: OpenidAttempt): Promise<string>;
  /** Redeems the code that the browser has brought back, and verifies who it is. `answer`: the query of the redirect. */
  redeem(answer: URLSearchParams, attempt: OpenidAttempt): Promise<Result<OpenidProof, OpenidRefusalCode>>;
  /** Where to send the browser to sign out at the provider, too; undefined where it offers none (RP-Initiated Logout 1.0). */
  signOutUrl(idToken: string | undefined): Promise<string | undefined>;
  /** Verifies what the provider says without a browser (Back-Channel Logout 1.0, section 2.6). */
  verifyLogout(logoutToken: string): Promise<Result<OpenidLogout, 'logout-token-invalid'>>;
}
