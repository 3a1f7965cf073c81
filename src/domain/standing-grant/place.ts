import type { Effect } from '#domain/action/effect.ts';
import type { ClauseKind } from '#domain/standing-grant/clause.ts';

/** What is looked at of an action: as it was normalised, or as it is in a record. */
export interface PlacedAction {
  readonly kind: string;
  readonly cwd: string;
  readonly workspaceRoots: readonly string[];
  readonly command?: string;
}

/**
 * Kinds whose effect does not say where it happens: `push feature/x to origin` is another thing in another clone. Policies are
 * not told either, so this is looked at beside them.
 */
const WITHOUT_PLACE: ReadonlySet<ClauseKind> = new Set(['git', 'run', 'install', 'deploy']);

export function namesItsPlace(kind: ClauseKind): boolean {
  return WITHOUT_PLACE.has(kind) === false;
}

/**
 * Whether an action plainly happens in its workspace. A shell command must be one program with its arguments and nothing around
 * it: `cd elsewhere && …`, `GIT_DIR=… git …`, `git -C elsewhere …` and everything longer is asked as before.
 */
export function happensInWorkspace(action: PlacedAction, effects: readonly Effect[]): boolean {
  const { cwd, workspaceRoots, command } = action;
  if (!workspaceRoots.some((root) => cwd === root || cwd.startsWith(root.endsWith('/') ? root : `${root}/`)))
    return false;
  if (action.kind !== 'shell') return true;
  const [run, ...others] = effects.filter((effect) => effect.kind === 'run');
  if (command === undefined || run === undefined || others.length > 0) return false;
  const isWhole = run.span?.start === 0 && run.span.end === command.length;
  // An option before the subcommand may lead elsewhere (`git -C`, `npm --prefix`).
  return isWhole && command.startsWith(`${run.path ?? run.program} `) && run.arguments[0]?.startsWith('-') === false;
}
