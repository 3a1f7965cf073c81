import type { AmendmentEvent } from '#domain/amendment/event.ts';
import type { Approval } from '#domain/approval/approval.ts';
import type { ConstitutionRef, Decision, Outcome } from '#domain/decision/decision.ts';
import type { Disclosed, Shredding } from '#domain/detail/detail-store.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import type { Order } from '#domain/rollout/order.ts';
import type { RollOutEvent } from '#domain/rollout/roll-out.ts';
import type { StandingGrantEvent } from '#domain/standing-grant/standing-grant.ts';

/** What a node writes down before it counts. */
export type JournalEntry =
  | {
      readonly kind: 'node-started';
      readonly timeMs: number;
      readonly version: string;
      readonly constitution: ConstitutionRef;
    }
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | { readonly kind: 'approval'; readonly approval: Approval }
  | { readonly kind: 'standing-grant'; readonly event: StandingGrantEvent }
  | { readonly kind: 'identity'; readonly event: IdentityEvent }
  | { readonly kind: 'amendment'; readonly event: AmendmentEvent }
  /** By the constitution service: how a constitution comes into force. */
  | { readonly kind: 'roll-out'; readonly event: RollOutEvent }
  /** By a decision node: what it decides by from here on. */
  | { readonly kind: 'order-taken'; readonly timeMs: number; readonly order: Order }
  /** Data keys of what was redacted are about to be destroyed, by a person's order; see `#domain/detail/`. */
  | { readonly kind: 'detail-shredded'; readonly timeMs: number; readonly shredding: Shredding }
  /** What was redacted is about to be shown to a person. */
  | { readonly kind: 'detail-disclosed'; readonly timeMs: number; readonly disclosed: Disclosed };

/** An entry in its place: `sequence` starts at 1 and has no gaps; `hash` covers the previous record's hash and the entry's bytes. */
export interface JournalRecord {
  /** Id of the journal's node. */
  readonly node: string;
  readonly sequence: number;
  /** SHA-256, hex. */
  readonly hash: string;
  readonly entry: JournalEntry;
}

/** Sequence and hash (SHA-256, hex) of the last durable record; sequence 0 when the journal is empty. */
export type JournalHead = Pick<JournalRecord, 'sequence' | 'hash'>;

/** A record that was just appended. */
export interface WrittenRecord extends JournalRecord {
  /** The entry as it was written: whoever answers with a part of it need not serialise it again. */
  readonly json: string;
}

/** A node's local, hash-chained log. One writer. */
export interface Journal {
  readonly node: string;
  /** Resolves once the record is on stable storage; rejects with `JournalUnavailable` when it cannot be: the caller must deny. */
  append(entry: JournalEntry): Promise<WrittenRecord>;
  /**
   * Appends many in their order, without a promise and a text for each. Resolves once all are on stable storage, or once it is
   * known that some will not be, with how many are: those from the first on. The caller must deny the rest.
   */
  appendAll(entries: readonly JournalEntry[]): Promise<number>;
  head(): JournalHead;
  /** Durable records from `sequence` on, in order, up to the head at the time of the call. */
  read(fromSequence: number): AsyncIterable<JournalRecord>;
  /** False once a write has failed and until one succeeds again. */
  readonly writable: boolean;
  close(): Promise<void>;
}

/** The half of a journal that reads. */
export type JournalReader = Pick<Journal, 'node' | 'head' | 'read'>;

/** Thrown by the adapter when a record could not be made durable: disk full, read-only, I/O error, queue full, closed. */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';
}
