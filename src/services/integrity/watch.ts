import { addTrouble, type Seen, type Trouble, type WitnessTrouble } from '#domain/ledger/watch.ts';
import type { SequencerEvent } from './sequencer.ts';
import type { ShipperEvent } from './ship.ts';

/** Witnesses that are remembered: a ledger policy has at most 64. */
const WITNESSES_MAX = 64;

export type WatchedEvent =
  | SequencerEvent
  | ShipperEvent
  | { readonly kind: 'start-failed'; readonly error: unknown }
  | { readonly kind: 'ledger-process-ended'; readonly how: string };

/** What people see of a ledger's troubles: kept in memory since this process began. */
export interface LedgerWatch {
  see(event: WatchedEvent): void;
  /** The newest last. */
  troubles(): readonly Trouble[];
  witness(name: string): WitnessTrouble | undefined;
}

/** @param node whose journal this process ships */
export function createLedgerWatch(node: string, nowMs: () => number): LedgerWatch {
  const witnesses = new Map<string, WitnessTrouble>();
  let troubles: readonly Trouble[] = [];
  return {
    see(event) {
      const seen = troubleOf(event, node);
      if (seen !== undefined) troubles = addTrouble(troubles, seen, nowMs());
      if (event.kind !== 'not-cosigned') return;
      const { witness, size, reply } = event;
      if (!witnesses.has(witness) && witnesses.size >= WITNESSES_MAX) return;
      witnesses.set(witness, { kind: reply.kind, atMs: nowMs(), size, what: reply.what });
    },
    troubles: () => troubles,
    witness: (name) => witnesses.get(name),
  };
}

function troubleOf(event: WatchedEvent, node: string): Seen | undefined {
  switch (event.kind) {
    case 'records-refused': {
      const { sequence, what } = event.refused;
      return { kind: 'journal-contradicts', about: event.node, sequence, what };
    }
    case 'journal-refused':
      return { kind: 'journal-contradicts', about: node, sequence: event.sequence, what: event.what };
    case 'not-cosigned':
      // That a witness is down or says no is the quorum's to judge; that it has seen another tree is an incident.
      return event.reply.kind === 'contradicts'
        ? { kind: 'witness-contradicts', about: event.witness, what: event.reply.what }
        : undefined;
    case 'quorum-missed':
      return { kind: 'quorum-missed', what: `the checkpoint of ${event.size} entries has too few cosignatures` };
    case 'leading-lost':
    case 'start-failed':
      return { kind: 'not-written', what: messageOf(event.error) };
    case 'ledger-process-ended':
      return { kind: 'not-written', what: `its process ended: ${event.how}` };
    default:
      return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
