import type { InstalledHook } from '#agents/install.ts';
import type { AgentKind } from '#domain/action/action.ts';
import type { JsonObject } from '#domain/json.ts';

/** What becomes of the action that a hook was asked about: it is done, it is not, or a person is asked. */
export type Fate = 'runs' | 'blocked' | 'asked';

/** How a hook ended, as its agent sees it. */
export type HookEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** Killed by the agent at the entry's timeout. */
  | { readonly kind: 'timed-out' }
  /** Could not be started, was killed by a signal, or did not take its payload (broken pipe). */
  | { readonly kind: 'broken' };

export interface HookRun {
  /** The entry in the agent's settings; its fail-closed option matters. */
  readonly hook: InstalledHook;
  readonly end: HookEnd;
}

/**
 * An agent's documented rules, to the letter: what it does with the end of a hook. Not a mock: the judge in the fail-mode
 * matrix. Where the rules depend on the agent's version or edition, each is judged.
 */
export interface AgentSimulator {
  readonly agent: AgentKind;
  readonly editions: readonly string[];
  fate(run: HookRun, edition: string): Fate;
}

/** Standard output as a JSON object; undefined when it is anything else. */
export function readObject(stdout: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(stdout);
    // Parsed from JSON text, so its fields are JSON.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** A field that is an object; empty when it is not. */
export function field(object: JsonObject | undefined, name: string): JsonObject {
  const value = object?.[name];
  // An array has none of the names that are looked up in it.
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}
