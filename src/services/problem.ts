import type { FastifyReply } from 'fastify';
import { ConstitutionMismatch } from '#domain/constitution/demand.ts';
import type { Refusal } from '#domain/result.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** Every code that a service answers with, and its HTTP status. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  'token-missing': 401,
  'token-unknown': 401,
  'token-expired': 401,
  'token-malformed': 401,
  'token-revoked': 401,
  'proof-missing': 401,
  'proof-invalid': 401,
  'certificate-missing': 401,
  'certificate-invalid': 401,
  'principal-unknown': 401,
  'directory-stale': 503,
  'assertion-invalid': 401,
  'agent-pending': 403,
  'agent-suspended': 403,
  'agent-retired': 403,
  'agent-compromised': 403,
  'person-suspended': 403,
  'sign-in-over': 401,
  'sign-in-insecure': 403,
  'sign-in-token': 403,
  'sign-in-refused': 401,
  'login-over': 401,
  'refresh-reused': 401,
  'device-code-unknown': 404,
  'device-code-answered': 409,
  'sign-in-stale': 403,
  'passkey-refused': 401,
  'passkeys-unavailable': 409,
  'passkey-exists': 409,
  'passkey-limit': 409,
  'passkey-unknown': 404,
  'sign-in-missing': 403,
  'sign-in-busy': 503,
  'password-short': 400,
  'password-long': 400,
  'password-guessable': 400,
  'csrf-refused': 403,
  'return-not-local': 400,
  'openid-attempt-over': 403,
  'openid-declined': 403,
  'openid-answer-invalid': 403,
  'openid-person-unknown': 403,
  'openid-person-taken': 403,
  'openid-no-group': 403,
  'openid-subject-malformed': 400,
  'logout-token-invalid': 400,
  'openid-unavailable': 503,
  'person-self': 403,
  'agent-not-yours': 403,
  'key-not-current': 409,
  'code-unknown': 403,
  'person-unknown': 404,
  'agent-unregistered': 404,
  'person-exists': 409,
  'agent-exists': 409,
  'agent-transition': 409,
  'directory-full': 409,
  'person-id-malformed': 400,
  'agent-id-malformed': 400,
  'role-unknown': 400,
  'locked-out': 429,
  'nodes-unknown-too-many': 429,
  'signature-invalid': 401,
  'not-entitled': 403,
  'agent-mismatch': 403,
  'approval-own': 403,
  'approval-not-entitled': 403,
  'agent-unknown': 404,
  'constitution-unknown': 404,
  'decision-unknown': 404,
  'session-unknown': 404,
  'receipt-unknown': 404,
  'detail-gone': 410,
  'detail-damaged': 500,
  'position-malformed': 400,
  'position-unknown': 409,
  'not-found': 404,
  'ledger-entry-unknown': 404,
  'ledger-entry-pending': 404,
  'ledger-size-unknown': 404,
  'standing-grant-unknown': 404,
  'standing-grant-none': 409,
  'standing-grant-too-long': 400,
  'standing-grant-widening': 400,
  'standing-grant-not-possible': 409,
  'standing-grant-agreed': 409,
  'standing-grant-ended': 409,
  'standing-grant-limit': 409,
  'policy-invalid': 409,
  'policy-syntax': 409,
  'reason-secret': 400,
  'approval-not-asked': 409,
  'approval-answered': 409,
  'approval-expired': 409,
  'approval-constitution-changed': 409,
  'roll-out-under-way': 409,
  'roll-out-none': 409,
  'roll-out-order': 409,
  'roll-out-successor': 409,
  'lineage-missing': 404,
  'lineage-digest': 409,
  'lineage-parent': 409,
  'lineage-number': 409,
  'lineage-signers': 409,
  'lineage-length': 409,
  'high-water-missing': 409,
  'high-water-below': 409,
  'high-water-fork': 409,
  'bundle-malformed': 409,
  'bundle-version': 409,
  'envelope-malformed': 409,
  'envelope-type': 409,
  'envelope-payload': 409,
  'signature-foreign': 409,
  'signature-wrong': 409,
  'signature-repeated': 409,
  'signature-order': 409,
  'signatures-too-few': 409,
  'constitution-document': 400,
  'constitution-schema': 400,
  'constitution-policies': 400,
  'constitution-examples': 400,
  'role-missing': 403,
  'amendment-not-own': 403,
  'vote-not-entitled': 403,
  'appeal-parties': 403,
  'panel-not-member': 403,
  'amendment-unknown': 404,
  'ballot-unknown': 404,
  'suspension-unknown': 404,
  'appeal-unknown': 404,
  'policy-unknown': 404,
  'amendment-exists': 409,
  'amendment-state': 409,
  'amendment-parent': 409,
  'amendment-not-passed': 409,
  'rollback-other': 409,
  'rollback-nothing': 409,
  'impact-missing': 409,
  'impact-mismatch': 409,
  'impact-busy': 409,
  'veto-repeated': 409,
  'veto-overridden': 409,
  'signatures-refused': 409,
  'ballot-exists': 409,
  'ballot-not-due': 409,
  'ballot-closed': 409,
  'ballot-miscounted': 409,
  'electorate-too-large': 409,
  'vote-repeated': 409,
  'suspension-exists': 409,
  'suspension-state': 409,
  'suspension-repeated': 409,
  'suspension-without-effect': 409,
  'deadline-wrong': 409,
  'appeal-exists': 409,
  'appeal-state': 409,
  'appeal-late': 409,
  'appeal-not-denied': 409,
  'lot-wrong': 409,
  'panel-answered': 409,
  'agent-not-suspended': 409,
  'nothing-in-force': 409,
  'nodes-limit': 503,
  'constitution-mismatch': 412,
  'constitution-demand-malformed': 400,
  'body-too-large': 413,
  'media-type-unsupported': 415,
  'body-invalid': 400,
  'cursor-malformed': 400,
  'payload-malformed': 400,
  'frames-malformed': 400,
  'event-unknown': 400,
  'field-missing': 400,
  overloaded: 503,
  'journal-unavailable': 503,
  'registry-unavailable': 503,
  'index-unavailable': 503,
  'detail-unavailable': 503,
  'ledger-unavailable': 503,
  'ledger-damaged': 503,
  'credentials-unavailable': 503,
  'internal-error': 500,
};

/** Seconds after which an overloaded or broken node may be asked again. */
const RETRY_AFTER_S = 1;

/** Sends a refusal as RFC 9457 problem details. The operator's detail stays in the log. */
export function sendProblem(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const status = STATUS_BY_CODE[refusal.code] ?? 500;
  if (status === 503) reply.header('retry-after', RETRY_AFTER_S);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .type(PROBLEM_TYPE)
    .send({ type: `urn:acgs:problem:${refusal.code}`, title: refusal.message, status, code: refusal.code });
}

/** What the outages that adapters throw mean to a caller, by the error's name. */
const OUTAGES: Readonly<Record<string, Refusal>> = {
  JournalUnavailable: {
    code: 'journal-unavailable',
    message: 'The journal cannot be written: nothing is recorded, so nothing is answered.',
  },
  RegistryUnavailable: {
    code: 'registry-unavailable',
    message:
      'The registry of constitutions cannot be read or written; decisions go on under the last one that was verified.',
  },
  LedgerUnavailable: {
    code: 'ledger-unavailable',
    message: 'The ledger cannot be reached, or is not written from here; the journals hold everything until it is.',
  },
  LedgerDamaged: {
    code: 'ledger-damaged',
    message: 'What the ledger has stored is not what it has signed: "acgs ledger fsck" says where.',
  },
  DetailUnavailable: {
    code: 'detail-unavailable',
    message: 'What was redacted cannot be read or written; decisions go on without it.',
  },
  CredentialsUnavailable: {
    code: 'credentials-unavailable',
    message: 'What people sign in with cannot be kept just now; decisions go on.',
  },
  OpenidUnavailable: {
    code: 'openid-unavailable',
    message: 'The OpenID provider cannot be reached, or does not answer as it should; other ways to sign in go on.',
  },
  IndexUnavailable: {
    code: 'index-unavailable',
    message: 'The search index cannot be reached; decisions go on without it.',
  },
};

/** What a thrown error means in our own words: an outage, the caller's mistake, or a bug. */
export function refusalOfError(error: Error & { readonly code?: string; readonly statusCode?: number }): Refusal {
  if (error instanceof ConstitutionMismatch) return error.refusal;
  const outage = OUTAGES[error.name];
  if (outage !== undefined) return outage;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'body-too-large', message: 'The body is larger than this service reads.' };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { code: 'media-type-unsupported', message: 'Send application/json.' };
    default:
      return error.statusCode !== undefined && error.statusCode < 500
        ? { code: 'body-invalid', message: `The request is not understood: ${error.message}` }
        : { code: 'internal-error', message: 'ACGS failed to answer; the action must not go on.' };
  }
}
