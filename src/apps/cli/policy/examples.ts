import { performance } from 'node:perf_hooks';
import { parseShell } from '#adapters/shell-parser/parse.ts';
import { createEffectsOf, type EffectsOf } from '#domain/action/effects.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { EXAMPLE_HOME, type Example, type ExampleResult, runExample } from '#domain/constitution/example.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { createEvaluate } from '#domain/policy/evaluate.ts';

/** Effects as an example's project sees them: nothing of it exists, so no link leads anywhere. */
export function createExampleEffectsOf(): EffectsOf {
  return createEffectsOf({
    parseShell,
    resolveLinks: (path) => path,
    home: EXAMPLE_HOME,
    temporaryDirectories: ['/tmp'],
    nowMs: () => performance.now(),
  });
}

/** Runs the examples of a constitution, in their order. */
export function runExamples(constitution: Constitution, examples: readonly Example[]): readonly ExampleResult[] {
  const { policies, schema } = constitution;
  const authorizer = createCompiledAuthorizer({ policies, schema, mode: 'closures' });
  const evaluate = createEvaluate({ constitution, authorizer });
  const effectsOf = createExampleEffectsOf();
  return examples.map((example) => runExample(example, { constitution, evaluate, effectsOf }));
}
