import type { PolicyId } from '#domain/policy/authorization.ts';
import { CompiledAuthorizer } from '#domain/policy/engine/authorizer.ts';
import { closeOverConditions, type Test } from '#domain/policy/engine/closures.ts';
import type { PolicyTree } from '#domain/policy/engine/expression.ts';
import { generateTests } from '#domain/policy/engine/generate.ts';
import { guardOf } from '#domain/policy/engine/guards.ts';
import { hoistScopes } from '#domain/policy/engine/hoist.ts';
import { parsePolicy, type SlotValues } from '#domain/policy/engine/parse-policy.ts';
import { parseSchema } from '#domain/policy/engine/parse-schema.ts';
import { isObject, type JsonLike, PolicyFormError, parseEntityReference } from '#domain/policy/engine/policy-form.ts';
import { ScopeIndex } from '#domain/policy/engine/scope-index.ts';

export interface CompileInput {
  /** Policies of Cedar's JSON form (EST), by id; integers beyond 2^53 as bigints. */
  readonly policies: Readonly<Record<string, JsonLike>>;
  /** Templates of the same form, by id. They decide nothing by themselves. */
  readonly templates?: Readonly<Record<string, JsonLike>>;
  readonly templateLinks?: readonly TemplateLink[];
  /** Schema of Cedar's JSON form. With one, requests are read by it and must conform to it. */
  readonly schema?: JsonLike;
  /** `generated` makes JavaScript of the policies, `closures` works where that is forbidden. The answers are the same. */
  readonly mode: 'generated' | 'closures';
}

export interface TemplateLink {
  readonly templateId: string;
  readonly newId: string;
  /** By slot: `?principal`, `?resource`. */
  readonly values: { readonly [slot: string]: JsonLike };
}

/** Policies of one generated script: V8 reads a script as a whole, so this bounds the longest step. */
const SLICE_POLICIES = 16;

/**
 * Compiles a set of policies.
 * @throws {PolicyFormError} for what is not of Cedar's JSON form, in policies, links or schema. The set is refused as a whole.
 */
export function createCompiledAuthorizer(input: CompileInput): CompiledAuthorizer {
  const steps = compileInSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in short steps: whoever drives them may let others run in between. */
export function* compileInSteps(input: CompileInput): Generator<void, CompiledAuthorizer> {
  const schema = input.schema === undefined ? undefined : parseSchema(input.schema);
  yield;
  const index = new ScopeIndex();
  const sources: string[] = [];
  let order = 0;
  let slice: Policy[] = [];
  const finishSlice = () => {
    const { tests, source } = translate(slice, input.mode);
    for (const [place, { id, tree }] of slice.entries()) {
      const test = tests[place];
      if (test === undefined) throw new Error('a policy was not compiled');
      // The conditions are not kept: they would be most of what a large set takes in memory.
      const { effect, principal, action, resource } = tree;
      index.add({ id, order, scopes: { effect, principal, action, resource }, test, guard: guardOf(tree.conditions) });
      order += 1;
    }
    if (source !== '') sources.push(source);
    slice = [];
  };
  for (const policy of policyTrees(input)) {
    slice.push(policy);
    if (slice.length === SLICE_POLICIES) finishSlice();
    yield;
  }
  finishSlice();
  yield;
  // Known actions get their tables now, not during the first decision.
  for (const action of schema?.actionEntities.values() ?? []) {
    index.table(action);
    yield;
  }
  return new CompiledAuthorizer(index, schema, sources);
}

interface Policy {
  readonly id: PolicyId;
  readonly tree: PolicyTree;
}

function translate(
  slice: readonly Policy[],
  mode: 'generated' | 'closures',
): { readonly tests: readonly Test[]; readonly source: string } {
  const policies = slice.map(({ id, tree }) => ({ id, conditions: tree.conditions }));
  if (mode === 'generated') return generateTests(policies);
  return { tests: policies.map(({ conditions }) => closeOverConditions(conditions)), source: '' };
}

/** Static policies, then links, each with the id under which answers name it. */
function* policyTrees(input: CompileInput): Generator<Policy> {
  const { policies, templates = {}, templateLinks = [] } = input;
  const ids = new Set<string>();
  const claim = (id: string): PolicyId => {
    if (ids.has(id)) throw new PolicyFormError(`two policies have the id ${id}`);
    ids.add(id);
    // The one place where policies get their ids.
    return id as PolicyId;
  };
  for (const [id, json] of Object.entries(policies))
    yield { id: claim(id), tree: named(id, () => hoistScopes(parsePolicy(json))) };
  for (const id of Object.keys(templates)) claim(id);
  for (const { templateId, newId, values } of templateLinks) {
    const template = Object.hasOwn(templates, templateId) ? templates[templateId] : undefined;
    if (template === undefined) throw new PolicyFormError(`a link to the template ${templateId}, which does not exist`);
    yield { id: claim(newId), tree: named(newId, () => hoistScopes(parsePolicy(template, slotValues(values)))) };
  }
}

function slotValues(values: JsonLike): SlotValues {
  if (!isObject(values)) throw new PolicyFormError('values of slots that are not an object');
  return new Map(Object.entries(values).map(([slot, entity]) => [slot, parseEntityReference(entity)] as const));
}

function named(id: string, parse: () => PolicyTree): PolicyTree {
  try {
    return parse();
  } catch (error) {
    if (error instanceof PolicyFormError) throw new PolicyFormError(`policy ${id}: ${error.message}`, { cause: error });
    throw error;
  }
}
