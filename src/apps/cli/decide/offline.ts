import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { type ConstitutionFolder, loadConstitutionFolder } from '#adapters/constitution-files/load.ts';
import { createResolveLinks } from '#adapters/file-links/resolve-links.ts';
import { parseShell } from '#adapters/shell-parser/parse.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import type { Action } from '#domain/action/action.ts';
import type { Effect } from '#domain/action/effect.ts';
import { createEffectsOf } from '#domain/action/effects.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { createEvaluate, type Evaluate } from '#domain/policy/evaluate.ts';

const STARTER_CONSTITUTION = fileURLToPath(new URL('../../../../constitution', import.meta.url));

/** What a decision needs, without a server. */
export interface Offline extends ConstitutionFolder {
  readonly effectsOf: (action: Action) => readonly Effect[];
  readonly evaluate: Evaluate;
}

/** The folder that `--constitution` names, or `ACGS_CONSTITUTION`, or the starter constitution of this package. */
export function constitutionFolder(io: CliIo, option: string | undefined): string {
  const given = option ?? io.env['ACGS_CONSTITUTION'];
  return given === undefined ? STARTER_CONSTITUTION : path.resolve(io.cwd, given);
}

/** Loads a constitution and what evaluates it. Ends the command where it is refused. */
export async function openOffline(io: CliIo, option: string | undefined): Promise<Offline> {
  const folder = constitutionFolder(io, option);
  const loaded = await loadConstitutionFolder(folder, cedarLanguage);
  if (!loaded.ok) {
    throw failure(
      EXIT.unavailable,
      `the constitution in ${folder} is refused [${loaded.refusal.code}]: ${loaded.refusal.message}`,
    );
  }
  const { constitution } = loaded.value;
  const { policies, schema } = constitution;
  const authorizer = createCompiledAuthorizer({ policies, schema, mode: 'generated' });
  const effectsOf = createEffectsOf({
    parseShell,
    resolveLinks: createResolveLinks(),
    home: io.env['HOME'] ?? homedir(),
    temporaryDirectories: [tmpdir()],
    nowMs: () => performance.now(),
  });
  return { ...loaded.value, evaluate: createEvaluate({ constitution, authorizer }), effectsOf };
}
