/** What an identity service shows of its keys, for metrics. */
export interface IdentitySeen {
  /** Since the key that signs access tokens began to. */
  readonly signingKeyAgeMs: number;
  /** Times that the next key could not be made, published or written down, in this run. */
  readonly rotationFailures: number;
  /** Active agents that should have changed their key long ago. */
  readonly agentKeysOverdue: number;
}
