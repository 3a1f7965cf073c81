import type { Action } from '#domain/action/action.ts';
import type { Effect } from '#domain/action/effect.ts';
import { createEffectsOf, type EffectPorts, type EffectsOf } from '#domain/action/effects.ts';
import { createRecentCache } from '#domain/recent-cache.ts';

/** Commands that are remembered. Agents repeat some hundred of them; the rest is seen once. */
const COMMANDS_MAX = 2_048;
/** Memory of all of them, about, in UTF-16 units of their commands and effects. */
const WEIGHT_MAX = 4 * 1024 * 1024;
/** A command with more links to look at, or more effects, is analysed each time: it is rare, and would crowd out many others. */
const LOOKUPS_MAX = 64;
const EFFECTS_MAX = 128;

interface Analysis {
  readonly effects: readonly Effect[];
  /** Each path that was looked up, with where it led. */
  readonly lookups: readonly { readonly path: string; readonly target: string }[];
}

/**
 * The same as `createEffectsOf`, for shell commands that come again without parsing and following them again.
 *
 * The effects of a command depend on its text, its directories, and on the answers that the file system gave while it was
 * analysed; the questions depend on nothing else. So the questions are kept with the effects and put again every time: when
 * every link still leads where it led, the analysis would go the same way; when one does not, it is made anew. Nothing that
 * the file system may change is ever taken from memory. An analysis that ended at a limit is not kept: the clock was part of it.
 */
export function createCachedEffectsOf(ports: EffectPorts, onLookUp: (isHit: boolean) => void): EffectsOf {
  const cache = createRecentCache<Analysis>({ entriesMax: COMMANDS_MAX, weightMax: WEIGHT_MAX });
  let lookups: { readonly path: string; readonly target: string }[] = [];
  const effectsOf = createEffectsOf({
    ...ports,
    resolveLinks(path) {
      const target = ports.resolveLinks(path);
      lookups.push({ path, target });
      return target;
    },
  });
  const stillLeads = ({ path, target }: Analysis['lookups'][number]): boolean => ports.resolveLinks(path) === target;

  return (action) => {
    if (action.kind !== 'shell') return effectsOf(action);
    const key = keyOf(action);
    const known = cache.get(key);
    const isHit = known?.lookups.every(stillLeads) === true;
    onLookUp(isHit);
    if (isHit) return known.effects;
    lookups = [];
    const analysis: Analysis = { effects: effectsOf(action), lookups };
    if (isKept(analysis)) cache.set(key, analysis, weightOf(key, analysis));
    return analysis.effects;
  };
}

/** All that an analysis reads of the action. */
function keyOf({ command, background, unsandboxed, cwd, workspaceRoots }: Extract<Action, { kind: 'shell' }>): string {
  return JSON.stringify([command, background, unsandboxed === true, cwd, workspaceRoots]);
}

function isKept({ effects, lookups }: Analysis): boolean {
  const isLimit = (effect: Effect): boolean => effect.kind === 'dynamic' && effect.cause === 'limit';
  return lookups.length <= LOOKUPS_MAX && effects.length <= EFFECTS_MAX && !effects.some(isLimit);
}

function weightOf(key: string, { effects, lookups }: Analysis): number {
  return key.length + JSON.stringify(effects).length + JSON.stringify(lookups).length;
}
