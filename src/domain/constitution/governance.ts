import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { CONSTITUTIONAL_HASH } from '#domain/constitution/lineage.ts';
import type { ConstitutionRef } from '#domain/decision/decision.ts';
import type { Evaluate } from '#domain/policy/evaluate.ts';

/** A constitution that a node can decide by: verified, compiled, and never changed afterwards. */
export interface Governing {
  readonly constitution: Constitution;
  readonly ref: ConstitutionRef;
  readonly evaluate: Evaluate;
}

/** Whom and where an action concerns: what a roll-out chooses by. */
export interface GovernedSubject {
  readonly principalId: string;
  readonly workspaceRoots: readonly string[];
}

/**
 * What governs on this node. A request asks once and goes on with what it got, so that a constitution put in force meanwhile
 * changes the next decision and never half of this one.
 */
export interface Governance {
  /** In force for everyone whom no roll-out takes out: what answers that are no decision are given under. */
  active(): Governing;
  /** In force for this subject. */
  governing(subject: GovernedSubject): Governing;
  /** The constitution of this digest, while it is in force for anyone. */
  inForce(digest: ConstitutionDigest): Governing | undefined;
}

/** One constitution for everyone, for as long as the node runs. */
export function governedBy(governing: Governing): Governance {
  return {
    active: () => governing,
    governing: () => governing,
    inForce: (digest) => (digest === governing.ref.digest ? governing : undefined),
  };
}

export function refOf(constitution: Pick<Constitution, 'number' | 'digest'>): ConstitutionRef {
  return { lineage: CONSTITUTIONAL_HASH, number: constitution.number, digest: constitution.digest };
}

/** As it stands in the header `ACGS-Constitution`. */
export function constitutionHeader({ lineage, number, digest }: ConstitutionRef): string {
  return `${lineage};number=${number};digest=${digest}`;
}

/** As every log line carries it. */
export function constitutionFields({ lineage, number, digest }: ConstitutionRef): {
  readonly constitution: { readonly lineage: string; readonly number: number; readonly digest: string };
} {
  return { constitution: { lineage, number, digest } };
}
