import type { Action } from '#domain/action/action.ts';
import type { Effect } from '#domain/action/effect.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { AgentId, Principal } from '#domain/identity/principal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Evaluate, Evaluation } from '#domain/policy/evaluate.ts';
import type { ApprovalFacts } from '#domain/policy/requests.ts';
import type { SessionLabel } from '#domain/session/session.ts';

/** Where examples happen: a developer's home with one project. Nothing of it need exist. */
export const EXAMPLE_HOME = '/home/dev';
export const EXAMPLE_WORKSPACE = '/home/dev/project';

/** An action and what the constitution must say of it; kept beside the policies, and run as a test. */
export interface Example {
  /** The policy it speaks for. */
  readonly policy: PolicyId;
  readonly action: Action;
  readonly labels: readonly SessionLabel[];
  readonly approval?: ApprovalFacts;
  readonly principal?: Principal;
  /** Unix milliseconds. */
  readonly timeMs?: number;
  /** Decided by a node that is cut off for too long. */
  readonly stale?: true;
  readonly expected:
    | { readonly verdict: 'allow' | 'deny' }
    /** `ask developer`. */
    | { readonly verdict: 'ask'; readonly role: string };
  /** Where it stands, for people: `tests/20-git.yaml, example 3`. */
  readonly at: string;
}

export interface ExampleResult {
  readonly example: Example;
  readonly evaluation: Evaluation;
  readonly failure?: string;
}

/** A fixed moment, a Wednesday at noon UTC, so that examples do not depend on when they run. */
const EXAMPLE_TIME_MS = Date.UTC(2026, 0, 14, 12);

const EXAMPLE_PRINCIPAL: Principal = { kind: 'agent', id: 'example' as AgentId, agent: 'claude-code', teams: [] };

/**
 * Runs one example. It fails when the verdict is another one, and also when the policy that it speaks for is not among the
 * reasons although it should be (a forbid when refused, a permit when allowed): an example that its policy does not decide
 * proves nothing.
 */
export function runExample(
  example: Example,
  deps: {
    readonly constitution: Pick<Constitution, 'policies'>;
    readonly evaluate: Evaluate;
    readonly effectsOf: (action: Action) => readonly Effect[];
  },
): ExampleResult {
  const { action, expected } = example;
  const evaluation = deps.evaluate({
    action,
    effects: deps.effectsOf(action),
    principal: example.principal ?? EXAMPLE_PRINCIPAL,
    labels: example.labels,
    ...(example.approval === undefined ? {} : { approval: example.approval }),
    timeMs: example.timeMs ?? EXAMPLE_TIME_MS,
    ...(example.stale === undefined ? {} : { stale: example.stale }),
  });
  const failure = failureOf(
    expected,
    evaluation,
    example.policy,
    deps.constitution.policies[example.policy]?.['effect'] === 'permit',
  );
  return { example, evaluation, ...(failure === undefined ? {} : { failure }) };
}

function failureOf(
  expected: Example['expected'],
  { verdict, reasons }: Evaluation,
  policy: PolicyId,
  isPermit: boolean,
): string | undefined {
  const wanted = expected.verdict === 'ask' ? `ask ${expected.role}` : expected.verdict;
  const got = verdict.kind === 'ask' ? `ask ${verdict.role}` : verdict.kind;
  const deciding = [...new Set(reasons.map((reason) => reason.policy))];
  if (wanted !== got) return `expected ${wanted}, got ${got} (${deciding.join(', ')})`;
  if (isPermit !== (got === 'allow') || deciding.includes(policy)) return undefined;
  return `${got} as expected, but decided by ${deciding.join(', ')}`;
}
