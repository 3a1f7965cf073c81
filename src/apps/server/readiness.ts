import type { Journal } from '#domain/journal/journal.ts';
import type { Refusal } from '#domain/result.ts';
import type { HealthDeps } from '#services/health.ts';

/** What `/readyz` says. A node that cannot write its journal, or no longer knows who is who, is not sent anything. */
export function createReadiness(deps: {
  readonly journal: Pick<Journal, 'head' | 'writable'>;
  readonly check: { refusal(): Refusal | undefined };
  readonly identity: { isStale(): boolean };
  /** Undefined: this process has no index. */
  readonly search: { lagRecords(): number } | undefined;
  readonly ledger: { lagRecords(): number };
}): HealthDeps['readiness'] {
  const { journal, check, identity, search, ledger } = deps;
  return () => ({
    isReady: journal.writable && !identity.isStale(),
    facts: {
      journal: journal.writable ? 'writable' : 'failed',
      journalSequence: journal.head().sequence,
      // It goes on by its last good one until that is too old, which policies are told (`context.stale`).
      constitution: check.refusal()?.code ?? 'verified',
      identity: identity.isStale() ? 'stale' : 'known',
      // A node decides without its index, so a lag is told and does not take it out of service.
      indexLagRecords: search?.lagRecords() ?? 0,
      ledgerLagRecords: ledger.lagRecords(),
    },
  });
}
