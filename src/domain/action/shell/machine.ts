import type { Effect, Span } from '#domain/action/effect.ts';
import type { ResolvePath } from '#domain/action/paths.ts';
import type { RunProgram } from '#domain/action/shell/call.ts';
import type { Collector } from '#domain/action/shell/collector.ts';
import type { Placement, Scope } from '#domain/action/shell/scope.ts';
import type { ParseShell, ShellNode, ShellScript } from '#domain/action/shell/script.ts';
import type { Flow, Value } from '#domain/action/shell/values.ts';

/** Commands looked at for one action; loops and recursion are looked at once, so only a hostile text has so many. */
export const COMMAND_COUNT_MAX = 100_000;

/** How deep commands and scripts may be nested in others: `sudo env bash -c "bash -c …"`, functions, substitutions. */
export const SCRIPT_DEPTH_MAX = 48;

/**
 * Text read as shell code for one action, UTF-16 units in all: `eval eval eval …` is read once a level. Four times the longest command.
 */
export const READ_LENGTH_MAX = 1024 * 1024;

/** Time for the effects of one action. Far above what a large command takes; a node must go on answering. */
export const ANALYSIS_MS_MAX = 250;

/** Text that one variable or pipe may hold; `X=$X$X` doubles it. */
export const TEXT_LENGTH_MAX = 64 * 1024;

/** What one analysis of one action holds. Limits are counted here; hitting one is an effect. */
export interface Machine {
  readonly collector: Collector;
  readonly resolve: ResolvePath;
  readonly home: string;
  readonly temporaryDirectory: string;
  parse: ParseShell;
  /** A program's model by base name. */
  model(name: string): RunProgram | undefined;
  /** Names of programs that a pattern in program position may mean. */
  programsLike(pattern: string): readonly string[];
  /** Counts one command; false when no more may be looked at. */
  step(): boolean;
  /** Counts text that is about to be read as shell code; false when no more may be read. */
  read(length: number): boolean;
}

/** Where in the reading we are. */
export interface Frame {
  readonly machine: Machine;
  readonly scope: Scope;
  readonly placement: Placement;
  readonly input: Flow | undefined;
  readonly depth: number;
  /** Bodies of the functions that are being run, to see recursion. Not names: a nested shell may define its own `f`. */
  readonly calling: readonly ShellNode[];
  /** In a pipeline or the background: recursion there multiplies processes. */
  readonly concurrent: boolean;
  /** The command that is being expanded: where effects of its expansions belong. */
  readonly span?: Span;
  /** What substitutions printed while one command is expanded, so that each is run once. */
  readonly printed?: Map<ShellScript, Flow>;
  readonly environment?: ReadonlyMap<string, Value>;
}

export function place(frame: Frame, span: Span): Span {
  const { placement } = frame;
  return placement.kind === 'fixed'
    ? placement.span
    : { start: span.start + placement.by, end: span.end + placement.by };
}

export function placeOffset(frame: Frame, at: number): number | undefined {
  return frame.placement.kind === 'fixed' ? undefined : at + frame.placement.by;
}

export function emit(frame: Frame, effect: Effect, span: Span | undefined): void {
  frame.machine.collector.emit(effect, span);
}

/** The frame of a script inside this one; undefined, with an effect that says so, when it is too deep. */
export function deeper(frame: Frame, span: Span): Frame | undefined {
  if (frame.depth < SCRIPT_DEPTH_MAX) return { ...frame, depth: frame.depth + 1 };
  emit(frame, { kind: 'dynamic', cause: 'limit', detail: `commands nested deeper than ${SCRIPT_DEPTH_MAX}` }, span);
  return undefined;
}

export type Budget = Pick<Machine, 'step' | 'read'>;

/** Counts commands and, now and then, looks at the clock. Tells the collector once when it is used up. */
export function createBudget(collector: Collector, nowMs: () => number): Budget {
  const deadline = nowMs() + ANALYSIS_MS_MAX;
  let steps = 0;
  let readLength = 0;
  let spent = false;
  const spend = (over: boolean): boolean => {
    if (over && !spent) collector.emit({ kind: 'dynamic', cause: 'limit', detail: 'more commands than are looked at' });
    spent ||= over;
    return !spent;
  };
  return {
    step() {
      if (spent || collector.full) return false;
      steps++;
      return spend(steps > COMMAND_COUNT_MAX || (steps % 256 === 0 && nowMs() > deadline));
    },
    read(length) {
      if (spent || collector.full) return false;
      readLength += length;
      return spend(readLength > READ_LENGTH_MAX || nowMs() > deadline);
    },
  };
}
