/** What is counted of the trust in the constitution; implemented by `src/adapters/telemetry`. */
export interface ConstitutionMetrics {
  /** The lineage was verified from the bytes up to what is in force. */
  verified(): void;
  /** It was not, by the stable code of the refusal or outage. */
  refused(code: string): void;
  /** A caller of another service decides under another constitution than this one. */
  drifted(): void;
}
