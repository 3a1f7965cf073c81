import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HookAnswer, HookCall, HookEvent } from '#agents/agent.ts';
import { AGENTS } from '#agents/agents.ts';
import { AGENT_KINDS } from '#domain/action/action.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { Verdict } from '#domain/policy/verdict.ts';

/** `calls.json`, `outcomes.json`, `notices.json`: a documented payload and what it means. `refusals.json`: the code instead. */
interface ParseCase {
  readonly what: string;
  readonly call: HookCall;
  readonly expected: HookEvent | string;
}

/** `answers.json`: for one event, the exact text for each verdict; `none` is for no decision at all. */
interface AnswerCase {
  readonly what: string;
  readonly call: HookCall;
  readonly answers: Readonly<Record<string, { readonly verdict?: Verdict; readonly text: string }>>;
}

const DECISION = { reasons: [], decisionId: '0199c0de' as DecisionId, message: 'Use the lock file.' };

describe.each(AGENT_KINDS)('%s', (kind) => {
  const agent = AGENTS[kind];
  const folder = new URL(`./${kind}/golden/`, import.meta.url);
  const files = readdirSync(folder);

  it('is listed under its own kind and has golden files of every sort', () => {
    expect(agent.kind).toBe(kind);
    expect(files).toEqual(expect.arrayContaining(['answers.json', 'calls.json', 'outcomes.json', 'refusals.json']));
  });

  for (const file of files.filter((name) => name !== 'answers.json')) {
    const cases: readonly ParseCase[] = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    it.each(cases.map((entry) => [entry.what, entry] as const))(`${file}: %s`, (_what, { call, expected }) => {
      const read = agent.parse(call);
      expect(read.ok ? read.value : read.refusal.code).toEqual(expected);
    });
  }

  const cases: readonly AnswerCase[] = JSON.parse(readFileSync(new URL('answers.json', folder), 'utf8'));
  it.each(
    cases.flatMap(({ what, call, answers }) =>
      Object.entries(answers).map(([name, answer]) => [name, what, { call, ...answer }] as const),
    ),
  )('answers.json: %s %s', (_name, _what, { call, verdict, text }) => {
    const event = agent.parse(call);
    if (!event.ok) throw new Error(event.refusal.message);
    const answer: HookAnswer | undefined = verdict === undefined ? undefined : { ...DECISION, verdict };
    expect(agent.encode(event.value, answer)).toBe(text);
  });
});
