import { CONSTITUTIONAL_HASH } from '#domain/constitution/lineage.ts';
import type { ConstitutionRef } from '#domain/decision/decision.ts';
import { ok, type Refusal, type Result, refuse } from '#domain/result.ts';

/** Which constitution a caller insists on (`If-Constitution`); what it leaves out may be anything. */
export interface ConstitutionDemand {
  readonly lineage?: string;
  readonly number?: number;
  /** At least `DIGEST_DIGITS_MIN` hex digits of it. */
  readonly digestPrefix?: string;
}

/** 64 bits: fewer could be met by another constitution that somebody has searched for. */
const DIGEST_DIGITS_MIN = 16;
const DIGEST = new RegExp(`^[0-9a-f]{${DIGEST_DIGITS_MIN},64}$`);
const NUMBER = /^[1-9][0-9]{0,14}$/;

/**
 * Reads `If-Constitution`: a digest or the beginning of one, `digest=…`, `number=…`, both, or a whole `ACGS-Constitution` as a server
 * has sent it.
 */
export function parseDemand(text: string): Result<ConstitutionDemand, 'constitution-demand-malformed'> {
  const parts = text.split(';').map((part) => part.trim());
  const [first = ''] = parts;
  if (parts.length === 1 && DIGEST.test(first)) return ok({ digestPrefix: first });
  const hasLineage = !first.includes('=');
  const values = new Map<string, string>(hasLineage ? [['lineage', first]] : []);
  for (const part of hasLineage ? parts.slice(1) : parts) {
    const [name = '', value = '', ...more] = part.split('=');
    if (values.has(name) || more.length > 0) return malformed();
    values.set(name, value);
  }
  const { lineage, number, digest, ...others } = Object.fromEntries(values);
  if (Object.keys(others).length > 0 || (number === undefined && digest === undefined)) return malformed();
  if (lineage !== undefined && !/^[0-9a-f]{16}$/.test(lineage)) return malformed();
  if (number !== undefined && !NUMBER.test(number)) return malformed();
  if (digest !== undefined && !DIGEST.test(digest)) return malformed();
  return ok({
    ...(lineage === undefined ? {} : { lineage }),
    ...(number === undefined ? {} : { number: Number(number) }),
    ...(digest === undefined ? {} : { digestPrefix: digest }),
  });
}

export function meets(ref: ConstitutionRef, demand: ConstitutionDemand): boolean {
  return (
    (demand.lineage ?? ref.lineage) === ref.lineage &&
    (demand.number ?? ref.number) === ref.number &&
    ref.digest.startsWith(demand.digestPrefix ?? '')
  );
}

/** What the caller is told: what governs it instead. */
export function mismatch(ref: ConstitutionRef): Refusal<'constitution-mismatch'> {
  return {
    code: 'constitution-mismatch',
    message: `What you demand does not govern here: number ${ref.number}, digest ${ref.digest}, lineage ${CONSTITUTIONAL_HASH} does.`,
  };
}

/** Thrown where an answer was demanded under another constitution than the one that governs: then there is no answer. */
export class ConstitutionMismatch extends Error {
  override readonly name = 'ConstitutionMismatch';
  readonly refusal: Refusal<'constitution-mismatch'>;

  constructor(ref: ConstitutionRef) {
    const refusal = mismatch(ref);
    super(refusal.message);
    this.refusal = refusal;
  }
}

function malformed() {
  return refuse(
    'constitution-demand-malformed',
    `Demand a constitution by at least ${DIGEST_DIGITS_MIN} digits of its digest ("If-Constitution: digest=…"), by its number ("number=7"), or both.`,
  );
}
