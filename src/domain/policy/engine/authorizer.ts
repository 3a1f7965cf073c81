import type {
  Authorization,
  AuthorizationRequest,
  Authorizer,
  Entity,
  PolicyId,
} from '#domain/policy/authorization.ts';
import { parsePlainValue, refuse, requireTypeName, wellFormed } from '#domain/policy/engine/data.ts';
import { buildEntityStore, type EntityStore, parseUid } from '#domain/policy/engine/entity-store.ts';
import { Fault } from '#domain/policy/engine/fault.ts';
import type { Query } from '#domain/policy/engine/operations.ts';
import type { Schema } from '#domain/policy/engine/schema.ts';
import type { Rule, ScopeIndex } from '#domain/policy/engine/scope-index.ts';
import type { Leaf, RuleList } from '#domain/policy/engine/scope-table.ts';
import { parseTypedRecord } from '#domain/policy/engine/typed-data.ts';
import { EntityValue, RecordValue } from '#domain/policy/engine/value.ts';

/** A request whose entities are prepared already. */
export type PreparedRequest = Omit<AuthorizationRequest, 'entities'>;

/**
 * One set of policies, compiled. Pure and synchronous; replacing a set is replacing this object.
 * Every method that takes a request throws `RequestDataError` for malformed or non-conforming data: there is then no
 * decision, and the caller must deny.
 */
export class CompiledAuthorizer implements Authorizer {
  readonly #index: ScopeIndex;
  readonly #schema: Schema | undefined;
  readonly #sources: readonly string[];

  constructor(index: ScopeIndex, schema: Schema | undefined, sources: readonly string[]) {
    this.#index = index;
    this.#schema = schema;
    this.#sources = sources;
  }

  /** The JavaScript that was made of the policies; empty for closures. */
  source(): string {
    return this.#sources.join('\n\n');
  }

  /** Reads entities once, for many requests. */
  prepareEntities(entities: readonly Entity[]): EntityStore {
    return buildEntityStore(entities, this.#schema);
  }

  authorize(request: AuthorizationRequest): Authorization {
    return this.authorizeWith(request, this.prepareEntities(request.entities));
  }

  /** The verdict alone: stops at the first policy that settles it. */
  decide(request: AuthorizationRequest): 'allow' | 'deny' {
    return this.decideWith(request, this.prepareEntities(request.entities));
  }

  authorizeWith(request: PreparedRequest, store: EntityStore): Authorization {
    const query = this.#query(request, store);
    const leaves = this.#leaves(query);
    const errors: Failed[] = [];
    const forbids: Rule[] = [];
    const permits: Rule[] = [];
    for (const leaf of leaves) {
      collectFrom(leaf.forbids, query, forbids, errors);
      collectFrom(leaf.permits, query, permits, errors);
    }
    return {
      decision: forbids.length === 0 && permits.length > 0 ? 'allow' : 'deny',
      reasons: idsInOrder(forbids.length > 0 ? forbids : permits),
      errors: errors.length === 0 ? NO_ERRORS : told(errors),
    };
  }

  decideWith(request: PreparedRequest, store: EntityStore): 'allow' | 'deny' {
    const query = this.#query(request, store);
    const leaves = this.#leaves(query);
    for (const { forbids } of leaves) if (anySatisfied(forbids, query)) return 'deny';
    for (const { permits } of leaves) if (anySatisfied(permits, query)) return 'allow';
    return 'deny';
  }

  #query(request: PreparedRequest, store: EntityStore): Query {
    const link = (type: string, id: string) =>
      store.find(type, id) ?? new EntityValue(requireTypeName(type), wellFormed(id), true);
    const principal = parseUid(request.principal, link);
    const action = parseUid(request.action, link);
    const resource = parseUid(request.resource, link);
    return { principal, action, resource, context: this.#context(request, principal, action, resource, link), store };
  }

  #context(
    { context }: PreparedRequest,
    principal: EntityValue,
    action: EntityValue,
    resource: EntityValue,
    link: (type: string, id: string) => EntityValue,
  ): RecordValue {
    if (this.#schema !== undefined) {
      const type = this.#schema.checkRequest(principal, action, resource);
      return new RecordValue(parseTypedRecord(context, type.context, link, this.#schema));
    }
    const value = parsePlainValue(context, link);
    return value instanceof RecordValue ? value : refuse('the context is not a record');
  }

  #leaves({ principal, action, resource }: Query): readonly Leaf[] {
    const leaves: Leaf[] = [];
    this.#index.table(action).find(principal, resource, leaves);
    return leaves;
  }
}

interface Failed {
  readonly rule: Rule;
  readonly fault: Fault;
}

/** The rest of a scope `is … in`, of which the index has settled the `in`. */
function typesHold({ scopes }: Rule, { principal, resource }: Query): boolean {
  return (
    (scopes.principal.kind !== 'in' ||
      scopes.principal.type === undefined ||
      scopes.principal.type === principal.type) &&
    (scopes.resource.kind !== 'in' || scopes.resource.type === undefined || scopes.resource.type === resource.type)
  );
}

function anySatisfied({ plain, guarded }: RuleList, query: Query): boolean {
  for (const rule of plain) if (satisfied(rule, query)) return true;
  for (const rules of guarded) for (const rule of rules.candidates(query)) if (satisfied(rule, query)) return true;
  return false;
}

function satisfied(rule: Rule, query: Query): boolean {
  try {
    return typesHold(rule, query) && rule.test(query);
  } catch (error) {
    // A policy that fails decides nothing.
    if (error instanceof Fault) return false;
    throw error;
  }
}

function collectFrom({ plain, guarded }: RuleList, query: Query, holding: Rule[], errors: Failed[]): void {
  collect(plain, query, holding, errors);
  for (const rules of guarded) collect(rules.candidates(query), query, holding, errors);
}

/** The rules that hold, and those that fail. */
function collect(rules: readonly Rule[], query: Query, holding: Rule[], errors: Failed[]): void {
  for (const rule of rules)
    try {
      if (typesHold(rule, query) && rule.test(query)) holding.push(rule);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      errors.push({ rule, fault: error });
    }
}

function idsInOrder(rules: readonly Rule[]): readonly PolicyId[] {
  const sorted = rules.length < 2 ? rules : rules.toSorted((a, b) => a.order - b.order);
  return sorted.map(({ id }) => id);
}

const NO_ERRORS: Authorization['errors'] = [];

function told(errors: readonly Failed[]): Authorization['errors'] {
  return errors
    .toSorted((a, b) => a.rule.order - b.rule.order)
    .map(({ rule, fault }) => ({ policy: rule.id, message: fault.describe() }));
}
