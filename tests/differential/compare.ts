import type { Entity } from '#domain/policy/authorization.ts';
import type { PreparedRequest } from '#domain/policy/engine/authorizer.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { RequestDataError } from '#domain/policy/engine/data.ts';
import { PolicyFormError } from '#domain/policy/engine/policy-form.ts';
import { type Answer, askCedar } from './oracle.ts';
import type { World } from './worlds.ts';

export const MODES = ['generated', 'closures'] as const;
export type Mode = (typeof MODES)[number];

/** What came of one world, for the totals. */
export interface Tally {
  allowed: number;
  denied: number;
  /** Answers in which at least one policy failed. */
  withErrors: number;
  refused: number;
}

/** The compiled engine's answers, with full reasons; and `decide` must agree with them. */
export function askCompiled(world: World, mode: Mode): readonly Answer[] {
  try {
    const authorizer = createCompiledAuthorizer({ ...world, mode });
    return world.requests.map((request) =>
      answered(() => {
        // Random data, which the engine has to check for itself.
        const asked = request as unknown as PreparedRequest;
        const entities = world.entities as unknown as readonly Entity[];
        const store = authorizer.prepareEntities(entities);
        const { decision, reasons, errors } = authorizer.authorizeWith(asked, store);
        const short = authorizer.decideWith(asked, store);
        if (short !== decision) throw new Error(`decide says ${short}, authorize says ${decision}`);
        return {
          kind: 'answered',
          decision,
          reasons: reasons.toSorted(),
          errors: errors.map(({ policy, message }) => `${policy}: ${message}`).toSorted(),
        };
      }),
    );
  } catch (error) {
    if (error instanceof PolicyFormError) return world.requests.map(() => ({ kind: 'refused', why: error.message }));
    throw error;
  }
}

function answered(ask: () => Answer): Answer {
  try {
    return ask();
  } catch (error) {
    if (error instanceof RequestDataError) return { kind: 'refused', why: error.message };
    throw error;
  }
}

/**
 * Compares the compiled engine with the official one: decision, determining policies, failed policies, and the text of
 * each error. Of a refusal only the fact is compared.
 * @returns the differences, in words; none when they agree.
 */
export function differences(
  world: World,
  {
    modes = MODES,
    tally,
    ask = askCompiled,
  }: { readonly modes?: readonly Mode[]; readonly tally?: Tally; readonly ask?: typeof askCompiled } = {},
): readonly string[] {
  const expected = askCedar(world);
  if (tally !== undefined) for (const answer of expected) count(answer, tally);
  return modes.flatMap((mode) => {
    const actual = ask(world, mode);
    return expected.flatMap((answer, index) => {
      const ours = actual[index];
      return ours !== undefined && same(answer, ours)
        ? []
        : [`${mode}, request ${index}:\n  cedar ${JSON.stringify(answer)}\n  acgs  ${JSON.stringify(ours)}`];
    });
  });
}

function same(one: Answer, other: Answer): boolean {
  if (one.kind === 'refused' || other.kind === 'refused') return one.kind === other.kind;
  return JSON.stringify(one) === JSON.stringify(other);
}

function count(answer: Answer, tally: Tally): void {
  if (answer.kind === 'refused') {
    tally.refused += 1;
    return;
  }
  if (answer.decision === 'allow') tally.allowed += 1;
  else tally.denied += 1;
  if (answer.errors.length > 0) tally.withErrors += 1;
}
