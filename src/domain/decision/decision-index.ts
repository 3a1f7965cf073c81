import type { EffectKind } from '#domain/action/effect.ts';
import type { Approval } from '#domain/approval/approval.ts';
import type { Decision, DecisionId, Outcome } from '#domain/decision/decision.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import type { Verdict } from '#domain/policy/verdict.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { SessionId } from '#domain/session/session.ts';

/** Rows of one page. */
export const PAGE_SIZE_MAX = 200;

/** Rows that an outline looks at: what a person scrolls through; whoever needs more narrows the question. */
export const OUTLINE_ROWS_MAX = 100_000;

export interface DecisionFilter {
  readonly verdict?: 'allow' | 'deny' | 'ask' | 'modify' | 'defer';
  readonly agent?: string;
  /** Whose decisions: an agent that reads back sees its own. */
  readonly principalId?: string;
  /** Who asked, or on whose behalf it was asked: a person's id. */
  readonly personId?: string;
  readonly sessionId?: string;
  readonly policy?: string;
  /** Decisions of actions that have such an effect. */
  readonly effectKind?: EffectKind;
  readonly actionKind?: string;
  /** Found anywhere in the command, path or target. */
  readonly text?: string;
  /** Unix milliseconds; `from` inclusive, `to` exclusive. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface DecisionPage {
  /** Newest first. */
  readonly decisions: readonly Decision[];
  /** Opaque; give it back as `after` for the next page. */
  readonly next?: string;
}

/**
 * Where the pages of a list begin, so that somebody who scrolls can go to any of them without reading those before it. A
 * place stays where it is while newer decisions arrive.
 */
export interface DecisionOutline {
  /** Of the decisions found, `OUTLINE_ROWS_MAX` at most. */
  readonly count: number;
  /** There are more than were counted. */
  readonly isCapped: boolean;
  /** What pages 1, 2, 3, … are asked for with (`after`). */
  readonly places: readonly string[];
}

/** A decision and everything that belongs to it. */
export interface DecisionHistory {
  readonly decision: Decision;
  readonly outcomes: readonly Outcome[];
  /** What people answered, where it is an `ask`; oldest first. */
  readonly answers: readonly Approval[];
  /** The approval that it used up. */
  readonly approval?: Approval;
}

/** What happened in a run. */
export type TimelineStep =
  | ({ readonly kind: 'decision' } & Omit<DecisionHistory, 'approval'>)
  /** Seen to happen without a decision. */
  | { readonly kind: 'ungoverned'; readonly outcome: Outcome };

export interface Timeline {
  readonly session: SessionSummary;
  /** Oldest first. */
  readonly steps: readonly TimelineStep[];
  readonly next?: string;
}

/** One run of one agent, as the index counts it. Runs are told apart by principal and session id. */
export interface SessionSummary {
  readonly id: SessionId;
  readonly principalId: string;
  readonly agent: string;
  /** Working directory of its earliest decision; absent when only outcomes were seen. */
  readonly cwd?: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly decisions: VerdictCounts;
  /** Outcomes that no decision preceded. */
  readonly ungoverned: number;
}

export type VerdictCounts = Readonly<Record<Verdict['kind'], number>>;

export interface SessionPage {
  /** By first seen, newest first: a run keeps its place however long it goes on. */
  readonly sessions: readonly SessionSummary[];
  readonly next?: string;
}

export interface DecisionStats {
  readonly decisions: VerdictCounts;
  readonly outcomes: Readonly<Record<Outcome['status'], number>>;
  /** Outcomes that no decision preceded; counted in `outcomes` too. */
  readonly ungoverned: number;
}

/** A place between two rows of a list that is sorted by time, then id. */
export interface PageCursor {
  readonly timeMs: number;
  readonly id: string;
}

/** The opaque `next` of a page. */
export function writePageCursor(cursor: PageCursor): string {
  return Buffer.from(JSON.stringify([cursor.timeMs, cursor.id]), 'utf8').toString('base64url');
}

/** For the edge where an `after` comes in: the index takes only what was read here. */
export function readPageCursor(after: string): Result<PageCursor, 'cursor-malformed'> {
  try {
    const value: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
    if (Array.isArray(value) && value.length === 2) {
      const [timeMs, id]: readonly unknown[] = value;
      if (Number.isSafeInteger(timeMs) && typeof timeMs === 'number' && typeof id === 'string') {
        return ok({ timeMs, id });
      }
    }
  } catch {
    // Not JSON: refused below.
  }
  return refuse('cursor-malformed', 'The place to go on from is not one that a page ended with.');
}

/**
 * What is searched. Filled from the journal and never the only copy: `rebuild` empties it, and applying every record
 * from sequence 1 gives the same content. Applying a record twice changes nothing.
 */
export interface DecisionIndex {
  /**
   * In one transaction, with the position. Records must follow `position` without a gap; those up to it are skipped.
   * @throws {RecordGap} {IndexDiverged} {IndexUnavailable}; nothing is applied then.
   */
  apply(records: readonly JournalRecord[]): Promise<void>;
  /** Sequence of the last applied record of a node's journal; 0 when empty. */
  position(node: string): Promise<number>;
  find(id: DecisionId): Promise<DecisionHistory | undefined>;
  /** `limit` from 1 to `PAGE_SIZE_MAX`; `after` has passed `readPageCursor`, anything else is a bug (RangeError). */
  list(filter: DecisionFilter, page: { readonly limit: number; readonly after?: string }): Promise<DecisionPage>;
  /** Where the pages of `limit` rows begin. */
  outline(filter: DecisionFilter, page: { readonly limit: number }): Promise<DecisionOutline>;
  sessions(page: { readonly limit: number; readonly after?: string }): Promise<SessionPage>;
  /** Undefined for a run that was never seen. */
  timeline(
    run: { readonly principalId: string; readonly sessionId: string },
    page: { readonly limit: number; readonly after?: string },
  ): Promise<Timeline | undefined>;
  /** Counts over a span of time: `fromMs` inclusive, `toMs` exclusive. */
  stats(span: { readonly fromMs?: number; readonly toMs?: number }): Promise<DecisionStats>;
  rebuild(): Promise<void>;
  close(): Promise<void>;
}

/** The half of an index that answers questions. */
export type DecisionSearch = Pick<DecisionIndex, 'find' | 'list' | 'outline' | 'sessions' | 'stats' | 'timeline'>;

/** Thrown by the adapter when the database cannot be reached, is shutting down, full, or too slow. Try again later. */
export class IndexUnavailable extends Error {
  override readonly name = 'IndexUnavailable';
}

/** The records given do not follow what was applied: whoever reads the journal has skipped some. */
export class RecordGap extends Error {
  override readonly name = 'RecordGap';
}

/** The index was filled from another journal than the one that it is given (another hash at the same sequence): rebuild it. */
export class IndexDiverged extends Error {
  override readonly name = 'IndexDiverged';
}
