/** The Cedar data model in its JSON form (docs.cedarpolicy.com, "JSON format"); what crosses the evaluator's port. */
export interface EntityUid {
  readonly type: string;
  readonly id: string;
}

export type CedarValue =
  | string
  | boolean
  /** Long: a 64-bit signed integer; a bigint beyond 2^53. */
  | number
  | bigint
  | readonly CedarValue[]
  | { readonly __entity: EntityUid }
  | {
      readonly __extn:
        | { readonly fn: string; readonly arg: string }
        | { readonly fn: string; readonly args: readonly CedarValue[] };
    }
  | CedarRecord;

export type CedarRecord = { readonly [key: string]: CedarValue };

export interface Entity {
  readonly uid: EntityUid;
  readonly attrs: CedarRecord;
  readonly parents: readonly EntityUid[];
  readonly tags?: CedarRecord;
}

export interface AuthorizationRequest {
  readonly principal: EntityUid;
  readonly action: EntityUid;
  readonly resource: EntityUid;
  readonly context: CedarRecord;
  /** The entities of this request, with all ancestors; those of the schema's actions are the engine's own. */
  readonly entities: readonly Entity[];
}

export type PolicyId = string & { readonly __brand: 'PolicyId' };

/** Cedar's answer: the decision, the policies that determined it, and those that could not be evaluated. */
export interface Authorization {
  readonly decision: 'allow' | 'deny';
  readonly reasons: readonly PolicyId[];
  readonly errors: readonly { readonly policy: PolicyId; readonly message: string }[];
}

/** The evaluator's port: one policy set, loaded; pure and synchronous. */
export interface Authorizer {
  authorize(request: AuthorizationRequest): Authorization;
}
