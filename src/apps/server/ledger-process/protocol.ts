import type { FromChild, ToChild } from '#apps/server/child-process.ts';
import type { JournalHead } from '#domain/journal/journal.ts';
import type { ShippedRecord } from '#domain/ledger/admit.ts';
import type { SequencerEvent, SequencerStatus } from '#services/integrity/sequencer.ts';
import type { ShipperEvent } from '#services/integrity/ship.ts';

/** What the server and the process of its ledger say to each other, besides questions and answers (child-process.ts). */
export type ToLedgerProcess =
  /** So much of the journal is on stable storage now. */
  { readonly kind: 'head'; readonly head: JournalHead };

export type FromLedgerProcess =
  | { readonly kind: 'status'; readonly status: SequencerStatus }
  /** The ledger has the records of this node's journal up to this one. */
  | { readonly kind: 'shipped'; readonly sequence: number }
  | { readonly kind: 'event'; readonly event: LedgerProcessEvent };

/** Records of another node, as they came over HTTP. Answered with an `AppendAnswer`. */
export interface LedgerQuestion {
  readonly node: string;
  readonly records: readonly ShippedRecord[];
}

export type LedgerProcessInput = ToChild<LedgerSettings, LedgerQuestion, ToLedgerProcess>;
export type LedgerProcessOutput = FromChild<FromLedgerProcess>;

/** Where a ledger is kept. */
export type LedgerPlace =
  | { readonly kind: 'files'; readonly directory: string }
  | {
      readonly kind: 's3';
      /** `https://host/bucket/prefix` */
      readonly url: string;
      readonly region: string;
      readonly keyFile: string;
    };

export interface LedgerSettings {
  readonly journal: { readonly directory: string; readonly node: string; readonly head: JournalHead };
  readonly target:
    | {
        readonly kind: 'own';
        readonly place: LedgerPlace;
        readonly keyFile: string;
        readonly name?: string;
        /** A tlog-policy with the witnesses to ask. */
        readonly policyFile?: string;
        /** Whose advisory lock says who sequences. */
        readonly databaseUrl?: string;
      }
    /** The journal is shipped to a ledger elsewhere. */
    | { readonly kind: 'remote'; readonly url: string; readonly tokenFile: string };
}

export type LedgerProcessEvent =
  | SequencerEvent
  | ShipperEvent
  | { readonly kind: 'start-failed'; readonly error: unknown };
