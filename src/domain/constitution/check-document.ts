import type { ConstitutionDocument } from '#domain/constitution/constitution.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { parsePublicKey } from '#domain/signature/ed25519.ts';

/** What the shape of a document does not say: which of its parts must agree with each other. */
export function checkDocument(document: ConstitutionDocument): Result<undefined, 'constitution-document'> {
  const wrong = firstWrong(document);
  return wrong === undefined ? ok(undefined) : refuse('constitution-document', wrong);
}

function firstWrong({ articles, approverRoles, approvals, signers, votes }: ConstitutionDocument): string | undefined {
  if (hasTwice(articles.map(({ number }) => number))) return 'Two articles have the same number.';
  const unknown = Object.keys(approvals.quorum).find((role) => !approverRoles.includes(role));
  if (unknown !== undefined) return `approvals.quorum names ${unknown}, which is no approver role.`;
  if (votes.overridePercent <= votes.majorityPercent) {
    return 'A veto is overridden by more than a majority: votes.overridePercent must be above votes.majorityPercent.';
  }
  if (votes.emergencyPeriodHours > votes.periodHours) {
    return 'An emergency vote is not longer than another: votes.emergencyPeriodHours is above votes.periodHours.';
  }
  return signers === 'founders' ? undefined : checkSigners(signers);
}

/** What is wrong with k of n signers; undefined when nothing is. */
export function checkSigners({ threshold, keys }: Signers): string | undefined {
  if (threshold > keys.length) return `${threshold} signatures of ${keys.length} signers can never be had.`;
  if (hasTwice(keys.map(({ name }) => name))) return 'Two signers have the same name.';
  // One person with two entries would count twice.
  if (hasTwice(keys.map(({ publicKey }) => publicKey))) return 'Two signers have the same public key.';
  const malformed = keys.find(({ publicKey }) => !parsePublicKey(publicKey).ok);
  return malformed === undefined ? undefined : `The public key of ${malformed.name} is not 32 bytes in base64.`;
}

function hasTwice(values: readonly string[]): boolean {
  return new Set(values).size < values.length;
}
