/** What is counted of a ledger. `deploy/prometheus/rules/ledger.yaml` has an alert for each. */
export interface LedgerMetrics {
  /** A checkpoint was published; `oldestMs`: how long its oldest entry had waited for it. */
  published(oldestMs: number): void;
  /** Records were refused, or a journal is not what the ledger has of it. */
  incident(code: string): void;
  /** The sequencer gave up leading: storage or lease failed it. */
  leadingLost(): void;
  /** A checkpoint could not be published for want of cosignatures. */
  quorumMissed(): void;
  /** One witness did not cosign; `contradicts` means a rollback or a fork. */
  notCosigned(witness: string, reply: string): void;
}
