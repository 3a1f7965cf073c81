import { failure } from '#apps/cli/failure.ts';
import { EXIT } from '#apps/cli/io.ts';
import type { AuthorizeCase, AuthorizeRequest, Expected } from '#apps/cli/policy/authorize-files.ts';
import type { CompiledAuthorizer } from '#domain/policy/engine/authorizer.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { RequestDataError } from '#domain/policy/engine/data.ts';
import type { EntityStore } from '#domain/policy/engine/entity-store.ts';
import { PolicyFormError } from '#domain/policy/engine/policy-form.ts';

/** What came of one request. */
export type RequestOutcome = {
  /** Whether the request said what it expects. */
  readonly compared: boolean;
  /** In words, if something else was expected. */
  readonly difference?: string;
} & (
  | {
      readonly kind: 'answered';
      readonly decision: 'allow' | 'deny';
      /** Determining policies. */
      readonly reason: readonly string[];
      readonly errors: readonly { readonly policy: string; readonly message: string }[];
    }
  | { readonly kind: 'refused'; readonly message: string }
);

/** Evaluates the requests of one case over its policies and entities, which are read once. */
export function runCase(given: AuthorizeCase, mode: 'generated' | 'closures'): readonly RequestOutcome[] {
  const authorizer = compile(given, mode);
  const store = prepare(authorizer, given);
  return given.requests.map((request) => {
    const outcome = ask(authorizer, request, store);
    const difference = request.expected === undefined ? undefined : differenceOf(outcome, request.expected);
    return {
      ...outcome,
      compared: request.expected !== undefined,
      ...(difference === undefined ? {} : { difference }),
    };
  });
}

function compile({ name, policySet, schema }: AuthorizeCase, mode: 'generated' | 'closures'): CompiledAuthorizer {
  try {
    return createCompiledAuthorizer({ ...policySet, ...(schema === undefined ? {} : { schema }), mode });
  } catch (error) {
    if (error instanceof PolicyFormError) throw failure(EXIT.usage, `${name}: ${error.message}`);
    throw error;
  }
}

/** Entities that cannot be read leave every request without an answer. */
function prepare(authorizer: CompiledAuthorizer, { entities }: AuthorizeCase): EntityStore | RequestDataError {
  try {
    return authorizer.prepareEntities(entities);
  } catch (error) {
    if (error instanceof RequestDataError) return error;
    throw error;
  }
}

type Answer =
  | Omit<Extract<RequestOutcome, { readonly kind: 'answered' }>, 'compared' | 'difference'>
  | Omit<Extract<RequestOutcome, { readonly kind: 'refused' }>, 'compared' | 'difference'>;

function ask(
  authorizer: CompiledAuthorizer,
  { request }: AuthorizeRequest,
  store: EntityStore | RequestDataError,
): Answer {
  if (store instanceof RequestDataError) return { kind: 'refused', message: store.message };
  try {
    const { decision, reasons, errors } = authorizer.authorizeWith(request, store);
    return { kind: 'answered', decision, reason: reasons, errors };
  } catch (error) {
    if (error instanceof RequestDataError) return { kind: 'refused', message: error.message };
    throw error;
  }
}

function differenceOf(answer: Answer, expected: Expected): string | undefined {
  const actual =
    answer.kind === 'refused'
      ? { decision: 'refused', reason: [], errors: [] }
      : { decision: answer.decision, reason: answer.reason, errors: answer.errors.map(({ policy }) => policy) };
  const parts: string[] = [];
  if (expected.decision !== undefined && expected.decision !== actual.decision)
    parts.push(`decision ${actual.decision}, expected ${expected.decision}`);
  for (const name of ['reason', 'errors'] as const) {
    const wanted = expected[name];
    if (wanted !== undefined && listText(wanted) !== listText(actual[name]))
      parts.push(`${name} ${listText(actual[name])}, expected ${listText(wanted)}`);
  }
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** Reasons and errors are sets. */
function listText(ids: readonly string[]): string {
  return `[${ids.toSorted().join(', ')}]`;
}
