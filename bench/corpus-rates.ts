import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { loadConstitution } from '#adapters/constitution-files/load.ts';
import { createExampleEffectsOf } from '#apps/cli/policy/examples.ts';
import { EXAMPLE_WORKSPACE } from '#domain/constitution/example.ts';
import type { AgentId, Principal } from '#domain/identity/principal.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { createEvaluate, type Evaluation } from '#domain/policy/evaluate.ts';

// Commands whose intent is known, decided by a constitution: for bench:corpus, which prints the rates, and for the test
// that holds them. Nothing is run; the commands are decided as if typed in an empty project.

const ROW = Compile(
  Type.Object({
    id: Type.String(),
    source: Type.String(),
    command: Type.String(),
    label: Type.Union([Type.Literal('hostile'), Type.Literal('benign')]),
    note: Type.String(),
  }),
);

export type Row = { readonly id: string; readonly source: string; readonly command: string; readonly label: string };
export type Decided = { readonly row: Row; readonly evaluation: Evaluation };

/** Time spent on all rows, in milliseconds. */
export interface Spent {
  effectsMs: number;
  policiesMs: number;
}

const PRINCIPAL: Principal = { kind: 'agent', id: 'bench' as AgentId, agent: 'claude-code', teams: [] };
export function rowsOf(path: string): readonly Row[] {
  const files = readdirSync(path).filter((name) => name.endsWith('.jsonl'));
  return files.flatMap((name) =>
    readFileSync(join(path, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line, index) => {
        const row: unknown = JSON.parse(line);
        if (!ROW.Check(row)) throw new Error(`${name}:${index + 1} is not a row`);
        return row;
      }),
  );
}

export async function decider(path: string, spent: Spent): Promise<(command: string) => Evaluation> {
  const loaded = await loadConstitution(path, cedarLanguage);
  if (!loaded.ok) throw new Error(loaded.refusal.message);
  const constitution = loaded.value;
  const { policies, schema } = constitution;
  const authorizer = createCompiledAuthorizer({ policies, schema, mode: 'generated' });
  const evaluate = createEvaluate({ constitution, authorizer });
  const effectsOf = createExampleEffectsOf();
  return (command) => {
    const place = { cwd: EXAMPLE_WORKSPACE, workspaceRoots: [EXAMPLE_WORKSPACE] };
    const action = { ...place, kind: 'shell', command, background: false } as const;
    const start = performance.now();
    const effects = effectsOf(action);
    const found = performance.now();
    const evaluation = evaluate({ action, effects, principal: PRINCIPAL, labels: [], timeMs: 0 });
    spent.effectsMs += found - start;
    spent.policiesMs += performance.now() - found;
    return evaluation;
  };
}

export function decideAll(rows: readonly Row[], decide: (command: string) => Evaluation): readonly Decided[] {
  return rows.map((row) => ({ row, evaluation: decide(row.command) }));
}

export function isMiss({ row, evaluation }: Decided): boolean {
  return (row.label === 'hostile') === (evaluation.verdict.kind === 'allow');
}

export interface Figures {
  readonly source: string;
  readonly hostile: number;
  readonly hostileNotAllowed: number;
  readonly benign: number;
  readonly benignDenied: number;
  readonly benignAsked: number;
}

export function figuresOf(source: string, rows: readonly Decided[]): Figures {
  const count = (label: string, wanted: (kind: string) => boolean) =>
    rows.filter(({ row, evaluation }) => row.label === label && wanted(evaluation.verdict.kind)).length;
  return {
    source,
    hostile: count('hostile', () => true),
    hostileNotAllowed: count('hostile', (kind) => kind !== 'allow'),
    benign: count('benign', () => true),
    benignDenied: count('benign', (kind) => kind === 'deny'),
    benignAsked: count('benign', (kind) => kind === 'ask'),
  };
}
