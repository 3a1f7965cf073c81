import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { canonicalConstitution } from '#domain/constitution/digest.ts';
import type { ExampleResult } from '#domain/constitution/example.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import { canonicalJson, type JsonValue, sha256Hex } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Evaluation } from '#domain/policy/evaluate.ts';

/** Decisions that are named for each kind of change; the counts cover all. */
const EXAMPLES_PER_CHANGE_MAX = 10;
const FAILURES_TOLD_MAX = 20;
/** Of a text that is shown as an example, in UTF-16 units. */
const TEXT_LENGTH_MAX = 400;

/** What a change of the constitution would mean, worked out before anyone votes. Attached to the amendment by its digest. */
export interface Impact {
  readonly current: ConstitutionDigest;
  readonly draft: ConstitutionDigest;
  /** By article number; only those where something changes. */
  readonly articles: readonly ArticleChange[];
  /** Parts other than policies and articles that change: `limits`, `votes`, `schema`, … */
  readonly sections: readonly string[];
  /** The draft's own examples, under the draft. */
  readonly examples: { readonly run: number; readonly failures: readonly string[] };
  readonly replay: Replay;
}

export interface ArticleChange {
  readonly article: string;
  readonly text: 'same' | 'added' | 'removed' | 'changed';
  readonly added: readonly PolicyId[];
  readonly removed: readonly PolicyId[];
  readonly changed: readonly PolicyId[];
}

export const CHANGES = ['newly-allowed', 'newly-asked', 'newly-denied'] as const;
export type Change = (typeof CHANGES)[number];

/** Recorded decisions, decided again under both constitutions from what the record says of them. */
export interface Replay {
  readonly decisions: number;
  /** What the one in force decides otherwise now than it was recorded: the record does not hold all that was known then. */
  readonly otherwiseThanRecorded: number;
  readonly changes: readonly {
    readonly change: Change;
    readonly count: number;
    readonly examples: readonly ReplayExample[];
  }[];
}

export interface ReplayExample {
  readonly decision: DecisionId;
  readonly agent: string;
  /** The action in words, shortened. */
  readonly action: string;
  readonly before: string;
  readonly after: string;
  /** What decides under the draft. */
  readonly policies: readonly PolicyId[];
}

export const EMPTY_REPLAY: Replay = {
  decisions: 0,
  otherwiseThanRecorded: 0,
  changes: CHANGES.map((change) => ({ change, count: 0, examples: [] })),
};

/** SHA-256, hex, over the RFC 8785 form. */
export function impactDigest(impact: Impact): string {
  return sha256Hex(canonicalJson(impact as unknown as JsonValue)); // readonly interfaces of what JSON holds
}

/** Everything but the replay, which takes its time. */
export function compareConstitutions(
  current: Constitution,
  draft: Constitution,
): Pick<Impact, 'current' | 'draft' | 'articles' | 'sections'> {
  const [was, will] = [canonicalConstitution(current), canonicalConstitution(draft)];
  const told = new Set(['articles', 'policies', 'number', 'parent']);
  const names = [...new Set([...Object.keys(was), ...Object.keys(will)])].filter((name) => !told.has(name)).sort();
  const numbers = new Set([...current.articles, ...draft.articles].map(({ number }) => number));
  return {
    current: current.digest,
    draft: draft.digest,
    articles: [...numbers].map((number) => articleChange(number, current, draft)).filter(hasChange),
    sections: names.filter((name) => canonicalJson(was[name] ?? null) !== canonicalJson(will[name] ?? null)),
  };
}

function articleChange(article: string, current: Constitution, draft: Constitution): ArticleChange {
  const [was, will] = [current, draft].map(({ articles }) => articles.find(({ number }) => number === article));
  const under = (constitution: Constitution) =>
    [...constitution.annotations]
      .filter(([, names]) => names.article === article)
      .map(([id]) => id)
      .sort();
  const [before, after] = [under(current), under(draft)];
  const form = ({ policies }: Constitution, id: PolicyId) => canonicalJson(policies[id] ?? null);
  return {
    article,
    text:
      was === undefined
        ? 'added'
        : will === undefined
          ? 'removed'
          : was.title === will.title && was.text === will.text
            ? 'same'
            : 'changed',
    added: after.filter((id) => !before.includes(id)),
    removed: before.filter((id) => !after.includes(id)),
    changed: after.filter((id) => before.includes(id) && form(current, id) !== form(draft, id)),
  };
}

function hasChange({ text, added, removed, changed }: ArticleChange): boolean {
  return text !== 'same' || added.length + removed.length + changed.length > 0;
}

export function exampleFailures(results: readonly ExampleResult[]): Impact['examples'] {
  const failed = results.filter((result) => result.failure !== undefined);
  return {
    run: results.length,
    failures: failed.slice(0, FAILURES_TOLD_MAX).map(({ example, failure }) => `${example.at}: ${failure}`),
  };
}

/** Counts one recorded decision, decided again under both. */
export function addReplayed(replay: Replay, decision: Decision, before: Evaluation, after: Evaluation): Replay {
  const isOtherwise = wordOf(before.verdict) !== wordOf(decision.verdict);
  const counted = {
    ...replay,
    decisions: replay.decisions + 1,
    otherwiseThanRecorded: replay.otherwiseThanRecorded + (isOtherwise ? 1 : 0),
  };
  const change = changeBetween(before, after);
  if (change === undefined) return counted;
  const example: ReplayExample = {
    decision: decision.id,
    agent: decision.agent,
    action: actionText(decision),
    before: wordOf(before.verdict),
    after: wordOf(after.verdict),
    policies: [...new Set(after.reasons.map(({ policy }) => policy))],
  };
  return {
    ...counted,
    changes: replay.changes.map((one) =>
      one.change !== change
        ? one
        : {
            change,
            count: one.count + 1,
            examples: one.examples.length < EXAMPLES_PER_CHANGE_MAX ? [...one.examples, example] : one.examples,
          },
    ),
  };
}

function changeBetween({ verdict: before }: Evaluation, { verdict: after }: Evaluation): Change | undefined {
  if (wordOf(before) === wordOf(after)) return undefined;
  switch (after.kind) {
    case 'allow':
    case 'modify':
      return 'newly-allowed';
    case 'ask':
    case 'defer':
      return 'newly-asked';
    case 'deny':
      return 'newly-denied';
  }
}

function wordOf(verdict: Evaluation['verdict']): string {
  return verdict.kind === 'ask' ? `ask ${verdict.role}` : verdict.kind;
}

function actionText({ action, actionKind }: Decision): string {
  const told = action['command'] ?? action['path'] ?? action['target'] ?? action['tool'] ?? actionKind;
  const text = typeof told === 'string' ? told : actionKind;
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text;
}
