import type { Action, AgentKind } from '#domain/action/action.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { JsonValue } from '#domain/json.ts';
import type { Reason, Verdict } from '#domain/policy/verdict.ts';
import type { Result } from '#domain/result.ts';
import type { SessionRef } from '#domain/session/session.ts';

/** One call of an agent's hook, as it reached us. */
export interface HookCall {
  /** The event's name where the payload does not carry it (`?event=preToolUse`, Copilot). */
  readonly event?: string;
  readonly payload: JsonValue;
}

/** What a hook call means to ACGS. `eventName` is kept, because the answer's form depends on it. */
export type HookEvent =
  | {
      readonly kind: 'action';
      readonly eventName: string;
      readonly session: SessionRef;
      readonly action: Action;
      readonly toolUseId?: string;
      /** Two events with the same key and the same action digest are one decision (Cursor's `preToolUse` and `before*`). */
      readonly coalesceKey?: string;
      /** Whether this agent puts a native `ask` to a person in this event and mode. If not, an `ask` is answered by a block with a ticket. */
      readonly honoursAsk: boolean;
      /** For `modify`: the tool's input as the agent named its fields. */
      readonly toolInput: JsonValue;
    }
  | {
      readonly kind: 'outcome';
      readonly eventName: string;
      readonly session: SessionRef;
      /** What was done, when the payload says so. */
      readonly action?: Action;
      readonly toolUseId?: string;
      readonly status: 'succeeded' | 'failed' | 'unknown';
      readonly durationMs?: number;
    }
  /** An event that needs no decision (session start, stop, …): answered so that the agent goes on. */
  | { readonly kind: 'notice'; readonly eventName: string; readonly session: SessionRef };

/** What is told to the agent. */
export interface HookAnswer {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly decisionId: DecisionId;
  /** One line for the agent: why, and what to do instead. Never the whole command, never a secret. */
  readonly message: string;
}

/**
 * One coding agent: its formats and its rules. `parse` refuses what it does not understand (the hook then blocks);
 * `encode` gives the exact text for the agent's stdout (may be empty), with exit code 0.
 */
export interface AgentAdapter {
  readonly kind: AgentKind;
  parse(call: HookCall): Result<HookEvent, HookRefusalCode>;
  encode(event: HookEvent, answer: HookAnswer | undefined): string;
}

export type HookRefusalCode = 'payload-malformed' | 'event-unknown' | 'field-missing';
