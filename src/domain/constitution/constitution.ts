import type { Sections } from '#domain/constitution/sections.ts';
import type { JsonObject } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';

export type ConstitutionDigest = string & { readonly __brand: 'ConstitutionDigest' };

export interface Article {
  /** As policies cite it in `@article`: `"2"`. */
  readonly number: string;
  readonly title: string;
  readonly text: string;
}

export interface PolicyAnnotations {
  readonly article?: string;
  readonly reason: string;
  readonly advice?: string;
}

/** Enforced by the constitution itself; each is part of its digest. */
export interface Limits {
  /** Effects of one action; an action with more is denied. At most `EFFECT_COUNT_MAX` + 1, past which they are not told apart. */
  readonly effectsPerAction: number;
  /** Policies that a constitution may have; one with more is not loaded. */
  readonly policies: number;
  /** How long a granted approval waits for the agent to come back. */
  readonly approvalMinutes: number;
  /** How long a standing grant may last. Absent: none may be given, as in every constitution from before there were any. */
  readonly standingGrantHours?: number;
}

/** The document that governs, loaded and checked. Its digest covers everything that can change a decision. */
export interface Constitution extends Sections {
  readonly number: number;
  readonly title: string;
  /** Digest of the constitution that this one amends; the genesis digest for number 1. */
  readonly parent: string;
  readonly articles: readonly Article[];
  /** Most easily asked first: an `ask` names the first of them whose approval would allow the action. */
  readonly approverRoles: readonly string[];
  /** Cedar's JSON form (EST), by id. */
  readonly policies: Readonly<Record<string, JsonObject>>;
  readonly annotations: ReadonlyMap<PolicyId, PolicyAnnotations>;
  /** Cedar schema in its JSON form. */
  readonly schema: JsonObject;
  readonly limits: Limits;
  readonly digest: ConstitutionDigest;
}

/** What `constitution.yaml` says itself, beside the policies and their schema. */
export type ConstitutionDocument = Sections &
  Pick<Constitution, 'number' | 'title' | 'parent' | 'articles' | 'approverRoles' | 'limits'>;
